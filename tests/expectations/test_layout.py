"""Where cells stand: no two questions share a cell, and every kind of report finds them at the same address."""

import re
from itertools import pairwise

import pytest

from expectations.form import Field, Form, Section, form_of, form_versions
from expectations.layout import LAST_COLUMN, VALUE_COLUMN, Layout, Place, address, anchor, column_letters, layout_of
from expectations.period import ReportKind

FORM = form_of(2026)
LAYOUT = layout_of(FORM)


@pytest.fixture(params=form_versions().values())
def form(request: pytest.FixtureRequest) -> Form:
    """Every published version."""
    return form_of(request.param)


@pytest.fixture
def layout(form: Form) -> Layout:
    return layout_of(form)


CELL_LIKE = re.compile(r"[A-Za-z]{1,3}[0-9]+|[Rr][0-9]*[Cc][0-9]*")


def cells_of(place: Place) -> set[tuple[str, int, int]]:
    return {(place.sheet, row, place.column) for row in range(place.row, place.row + place.rows)}


def test_no_two_fields_share_a_cell(form: Form, layout: Layout) -> None:
    taken: set[tuple[str, int, int]] = set()
    for field in form.fields():
        cells = cells_of(layout.fields[field.path])
        assert not cells & taken, field.path
        taken |= cells


def test_sections_of_a_sheet_stand_below_each_other(form: Form, layout: Layout) -> None:
    for sheet in form.sheets:
        places = [layout.sections[section.name] for section in sheet.sections]
        for above, below in pairwise(places):
            assert above.last_row + 1 < below.title_row, sheet.title


def test_titles_and_headers_stand_above_the_answers(form: Form, layout: Layout) -> None:
    for section in form.sections():
        place = layout.sections[section.name]
        assert place.title_row < place.help_row < place.first_row <= place.last_row
        if section.kind != "values":
            assert place.help_row < place.header_row < place.first_row - 1, "a unit row stands below the header"


def test_answers_stay_inside_their_section(form: Form, layout: Layout) -> None:
    for section in form.sections():
        within = layout.sections[section.name]
        for field in section.fields:
            place = layout.fields[field.path]
            assert within.first_row <= place.row, field.path
            assert place.row + place.rows - 1 <= within.last_row, field.path
            assert place.rows == max(section.rows, 1), field.path


def test_single_values_leave_room_for_what_was_reported_last(form: Form, layout: Layout) -> None:
    assert VALUE_COLUMN < LAST_COLUMN
    values = [section for section in form.sections() if section.kind == "values"]
    assert all(layout.fields[field.path].column == VALUE_COLUMN for section in values for field in section.fields)


def printed_rows(section: Section, kind: ReportKind) -> tuple[str, ...]:
    return FORM.labels(section.rows_from, kind)


def test_the_half_year_keeps_the_annual_addresses() -> None:
    for section in FORM.sections():
        half, whole = printed_rows(section, ReportKind.HALF_YEAR), printed_rows(section, ReportKind.YEAR)
        assert whole[: len(half)] == half, f"{section.name}: rows not asked in the half-year stand last"
        assert not whole or section.rows == len(whole)


@pytest.mark.parametrize("field", FORM.fields(), ids=lambda field: field.path)
def test_defined_names_are_legal_in_excel(field: Field) -> None:
    name = anchor(field)
    assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]{0,254}", name)
    assert not CELL_LIKE.fullmatch(name)


def test_sheet_titles_are_legal_in_excel(form: Form) -> None:
    titles = [sheet.title for sheet in form.sheets]
    assert all(0 < len(title) <= 31 and not re.search(r"[\[\]:*?/\\']", title) for title in titles)
    assert len({title.casefold() for title in titles}) == len(titles)


@pytest.mark.parametrize(("column", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA")])
def test_columns_are_counted_in_letters(column: int, letters: str) -> None:
    assert column_letters(column) == letters


def test_the_last_column_of_excel_has_its_name() -> None:
    assert address(1_048_576, 16_384) == "XFD1048576"


def test_a_range_is_absolute_and_names_its_sheet() -> None:
    assert Place("03 Finanzen", 9, 5, 8).range == "'03 Finanzen'!$E$9:$E$16"
    assert Place("01 Deckblatt", 7, 3, 1).range == "'01 Deckblatt'!$C$7"
    assert Place("01 Deckblatt", 7, 3, 1).first_cell == "C7"


def test_addresses_that_other_programs_rely_on() -> None:
    assert LAYOUT.fields["cover.ags"].first_cell == "C7"
    assert LAYOUT.fields["finances.expenditure_eur"].range == "'03 Finanzen'!$E$9:$E$24"
