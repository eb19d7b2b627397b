"""Typed rows of a section: keys, exact numbers, states and addresses."""

from datetime import date
from decimal import Decimal

import polars as pl

from expectations.form import form_of
from expectations.reading import CELLS_SCHEMA
from expectations.tables import row_keys, section_columns, section_tables

FORM = form_of(2026)


def _cells(*rows: tuple[object, ...]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=CELLS_SCHEMA, orient="row")


def _cell(field: str, row_key: str, value: str | None, *, state: str = "given", ordinal: int = 1) -> tuple[object, ...]:
    section = field.split(".", maxsplit=1)[0]
    return (7, "03 Finanzen", "C9", section, field, row_key, ordinal, value or "", value, None, None, state, "money")


def test_a_values_section_has_one_row_without_a_key() -> None:
    assert row_keys(FORM.section("cover"), {1: {}}) == {1: ""}


def test_rows_without_key_fields_are_known_by_their_position() -> None:
    assert row_keys(FORM.section("posts"), {1: {"post_number": "A"}, 3: {"post_number": "A"}}) == {1: "1", 3: "3"}


def test_a_fixed_row_bears_its_first_key_alone_while_that_occurs_once() -> None:
    rows = {
        1: {"cost_type": "Koordination", "grant": "B-1"},
        2: {"cost_type": "Sachkosten", "grant": "B-1"},
        3: {"cost_type": "Sachkosten", "grant": "B-2"},
    }
    expected = {1: "Koordination", 2: "Sachkosten · B-1", 3: "Sachkosten · B-2"}
    assert row_keys(FORM.section("finances"), rows) == expected


def test_a_key_that_stands_twice_in_a_table_is_numbered_and_a_blank_one_names_its_row() -> None:
    rows = {1: {"language": "Dari"}, 2: {"language": "Dari"}, 3: {"language": ""}, 4: {"language": "Dari"}}
    assert row_keys(FORM.section("languages"), rows) == {1: "Dari", 2: "Dari #2", 3: "Zeile 3", 4: "Dari #3"}


def test_every_section_is_there_with_its_columns_even_without_a_cell() -> None:
    tables = section_tables(FORM, _cells())
    assert set(tables) == {section.name for section in FORM.sections()}
    for section in FORM.sections():
        assert tables[section.name].columns == [column.name for column in section_columns(section)]
        assert tables[section.name].is_empty()


def test_money_is_exact_and_a_state_stands_beside_it() -> None:
    tables = section_tables(
        FORM,
        _cells(
            _cell("finances.state_funds_eur", "Koordination", "60000.10"),
            _cell("finances.own_funds_eur", "Koordination", None, state="not_recorded"),
        ),
    )
    row = tables["finances"].row(0, named=True)
    assert (row["submission_id"], row["row_key"], row["ordinal"], row["sheet"]) == (7, "Koordination", 1, "03 Finanzen")
    assert (row["state_funds_eur"], row["state_funds_eur_cell"]) == (Decimal("60000.10"), "C9")
    assert (row["own_funds_eur"], row["own_funds_eur_state"]) == (None, "not_recorded")
    assert row["private_funds_eur_state"] is None


def test_dates_and_counts_have_their_types() -> None:
    tables = section_tables(
        FORM,
        _cells(
            _cell("drawdowns.drawn_on", "1", "2026-04-15"),
            _cell("drawdowns.budget_year", "1", "2026"),
            _cell("drawdowns.amount_eur", "1", "0.05"),
        ),
    )
    row = tables["drawdowns"].row(0, named=True)
    assert (row["drawn_on"], row["budget_year"], row["amount_eur"]) == (date(2026, 4, 15), 2026, Decimal("0.05"))


def test_rows_come_in_the_order_of_submissions_and_positions() -> None:
    cells = [_cell("languages.persons", key, "1", ordinal=ordinal) for ordinal, key in ((10, "Dari"), (2, "Ewe"))]
    assert section_tables(FORM, _cells(*cells))["languages"]["row_key"].to_list() == ["Ewe", "Dari"]


def test_every_column_has_a_german_comment() -> None:
    for section in FORM.sections():
        assert all(column.comment for column in section_columns(section))
