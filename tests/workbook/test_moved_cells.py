"""Sheets, rows and columns that moved, with their names or without, are read all the same."""

import re
from dataclasses import replace

import polars as pl
import pytest
from openpyxl import Workbook

from expectations.finding import Severity
from expectations.form import form_of
from expectations.layout import layout_of
from expectations.reading import CELLS_SCHEMA
from flows.template import Prefill
from flows.workbook import read_workbook
from tests.workbook.reports import CONTACT, FINANCES, POSTS, Written, codes, edited, only, value
from tests.workbooks.habits import texts_in_decomposed_umlauts

# --- sheets, rows and columns that moved -----------------------------------------------------------------------------


@pytest.mark.slow
def test_renamed_moved_and_hidden_sheets_are_read_with_a_hint(filled: bytes):
    def rearrange(book: Workbook) -> None:
        book[FINANCES].title = "Geld's"
        book.move_sheet(book["11 Erläuterungen"], -8)
        book[CONTACT].sheet_state = "hidden"
        for name in book.defined_names.values():
            name.attr_text = name.attr_text.replace("'03 Finanzen'", "'Geld''s'")

    reading = edited(filled, rearrange)
    assert sorted(codes(reading)) == ["R-TEC-21", "R-TEC-22", "R-TEC-23"]
    assert {found.severity for found in reading.findings} == {Severity.HINT}
    assert value(reading, "finances.expenditure_eur", "Koordination") == "60000.05"
    assert set(reading.cells.filter(pl.col("section") == "finances").get_column("sheet")) == {"Geld's"}


def _shifted(book: Workbook, sheet: str, *, rows: int = 0, columns: int = 0) -> None:
    """What Excel does to names when lines are inserted before the first cell."""
    for name in book.defined_names.values():
        if name.attr_text.startswith(f"'{sheet}'!"):
            name.attr_text = re.sub(
                r"\$([A-Z]+)\$([0-9]+)",
                lambda match: f"${chr(ord(match[1]) + columns)}${int(match[2]) + rows}",
                name.attr_text,
            )


@pytest.mark.slow
def test_inserted_rows_and_columns_move_the_addresses_and_nothing_else(filled: bytes):
    def insert(book: Workbook) -> None:
        book[CONTACT].insert_rows(1, 2)
        book[CONTACT].insert_cols(1, 1)
        _shifted(book, CONTACT, rows=2, columns=1)

    before, after = read_workbook(filled, 7), edited(filled, insert)
    assert after.findings == ()
    assert after.cells.drop("cell").equals(before.cells.drop("cell"))
    moved = after.cells.filter(pl.col("field") == "counselling.consultations").get_column("cell").item()
    place = layout_of(form_of(2026)).fields["counselling.consultations"]
    assert moved == f"D{place.row + 2}"


@pytest.mark.slow
def test_a_row_inserted_into_a_table_is_read_too(filled: bytes):
    def insert(book: Workbook) -> None:
        sheet, first = book[POSTS], layout_of(form_of(2026)).fields["posts.post_number"].row
        sheet.insert_rows(first + 1)
        sheet.cell(first + 1, 2, "P9")
        for name in book.defined_names.values():
            if name.attr_text.startswith(f"'{POSTS}'!"):
                name.attr_text = re.sub(r"\$([0-9]+)$", lambda match: f"${int(match[1]) + 1}", name.attr_text)

    reading = edited(filled, insert)
    assert value(reading, "posts.post_number", "2") == "P9"
    assert value(reading, "posts.post_number", "4") == "P2"
    assert reading.findings == ()


@pytest.mark.slow
def test_a_field_whose_name_is_lost_is_found_by_its_label(filled: bytes):
    def forget(book: Workbook) -> None:
        for name in [name for name in book.defined_names if name.startswith(("wir.counselling.", "wir.enquiries."))]:
            del book.defined_names[name]

    reading = edited(filled, forget)
    assert reading.findings == ()
    assert value(reading, "counselling.consultations") == "120"
    assert value(reading, "enquiries.persons", "Telefon") == "17"


@pytest.mark.slow
def test_headings_are_known_in_spite_of_decomposed_umlauts_and_invisible_signs(filled: bytes):
    def forget(book: Workbook) -> None:
        for name in [name for name in book.defined_names if name.startswith("wir.posts.")]:
            del book.defined_names[name]

    before, after = read_workbook(filled, 7), edited(texts_in_decomposed_umlauts(filled), forget)
    assert after.findings == ()
    assert after.cells.drop("raw").equals(before.cells.drop("raw"))


@pytest.mark.slow
def test_a_field_that_is_gone_is_told(filled: bytes):
    def forget(book: Workbook) -> None:
        del book.defined_names["wir.counselling.consultations"]
        place = layout_of(form_of(2026)).fields["counselling.consultations"]
        book[CONTACT].cell(place.row, 2).value = None
        book[CONTACT].cell(place.row, 3).value = None

    found = only(edited(filled, forget), "R-TEC-11")
    assert (found.severity, found.field) == (Severity.ERROR, "counselling.consultations")


def test_a_deleted_sheet_is_told_once(filled: bytes):
    found = only(edited(filled, lambda book: book.remove(book[FINANCES])), "R-TEC-11")
    assert (found.sheet, found.cell) == (FINANCES, "")


# --- programs that move no names -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_sheet_renamed_without_its_names_is_known_by_its_title(filled: bytes):
    def rename(book: Workbook) -> None:
        book[POSTS].title = "Personal neu"
        book["00 Anleitung"].title = "Hinweise"

    before, after = read_workbook(filled, 7), edited(filled, rename)
    assert codes(after) == ["R-TEC-21", "R-TEC-21"]
    assert after.cells.drop("sheet").equals(before.cells.drop("sheet"))


@pytest.mark.slow
@pytest.mark.parametrize("row", [1, 4, 6, 8])
def test_rows_inserted_without_moving_the_names_are_read_by_the_headings(filled: bytes, row: int):
    def insert(book: Workbook) -> None:
        for sheet in (POSTS, CONTACT):
            book[sheet].insert_rows(row)

    before, after = read_workbook(filled, 7), edited(filled, insert)
    assert set(codes(after)) == {"R-TEC-26"}
    assert after.cells.drop("cell").equals(before.cells.drop("cell"))


@pytest.mark.slow
@pytest.mark.parametrize("column", [1, 2, 5])
def test_columns_inserted_without_moving_the_names_are_read_by_the_headings(filled: bytes, column: int):
    before, after = read_workbook(filled, 7), edited(filled, lambda book: book[POSTS].insert_cols(column))
    assert set(codes(after)) == {"R-TEC-26"}
    assert after.cells.drop("cell").equals(before.cells.drop("cell"))


@pytest.mark.slow
def test_a_row_inserted_into_tables_without_moving_the_names_loses_nothing(filled: bytes):
    def insert(book: Workbook) -> None:
        book[POSTS].insert_rows(layout_of(form_of(2026)).fields["posts.grant"].row + 1)
        book[CONTACT].insert_rows(layout_of(form_of(2026)).fields["enquiries.persons"].row + 1)

    before, after = read_workbook(filled, 7), edited(filled, insert)
    assert set(codes(after)) == {"R-TEC-26"}
    posts = before.cells.get_column("section") == "posts"
    kept = [name for name in CELLS_SCHEMA if name not in {"cell", "ordinal"}]
    assert after.cells.filter(~posts).select(kept).equals(before.cells.filter(~posts).select(kept))
    assert value(after, "posts.post_number", "4") == "P2"


@pytest.mark.slow
def test_a_column_deleted_without_moving_the_names_is_missing_and_no_other_takes_its_place(filled: bytes):
    place = layout_of(form_of(2026)).fields["posts.employer"]
    before, after = read_workbook(filled, 7), edited(filled, lambda book: book[POSTS].delete_cols(place.column))
    assert [(found.code, found.field) for found in after.findings] == [("R-TEC-11", "posts.employer"), ("R-TEC-26", "")]
    others = before.cells.filter(pl.col("field") != "posts.employer")
    assert after.cells.drop("cell").equals(others.drop("cell"))


@pytest.mark.slow
def test_figures_of_the_last_report_move_along_with_their_section(written: Written, centre: Prefill):
    last = {("counselling.consultations", ""): 12, ("enquiries.persons", "Telefon"): 5}
    data = written(of=replace(centre, last=last, last_period="2026-H1"))
    moved = edited(data, lambda book: book[CONTACT].insert_rows(1))
    assert set(codes(moved)) == {"R-TEC-26"}
