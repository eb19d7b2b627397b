"""What we printed is compared with what stands there."""

import re

import pytest
from openpyxl import Workbook

from expectations.finding import Severity
from expectations.form import form_of
from expectations.layout import layout_of
from flows.workbook import read_workbook
from tests.workbook.reports import FINANCES, Typed, cell, codes, edited, only, value


def test_an_altered_locked_cell_is_told(filled: bytes, typed: Typed):
    place = cell("finances.granted_eur")
    found = only(read_workbook(typed(filled, FINANCES, {place: 130000}), 7), "R-TEC-04")
    assert (found.cell, found.given, found.expected) == (place, "130.000,00", "120.000,00")


def test_an_altered_key_is_told_and_its_row_still_read(filled: bytes, typed: Typed):
    reading = read_workbook(typed(filled, FINANCES, {cell("finances.cost_type"): "Koordination und mehr"}), 7)
    assert only(reading, "R-TEC-04").row_key == "Koordination"
    assert value(reading, "finances.expenditure_eur", "Koordination") == "60000.05"


@pytest.mark.slow
def test_a_printed_row_that_is_gone_is_told(filled: bytes):
    def delete(book: Workbook) -> None:
        row = layout_of(form_of(2026)).fields["finances.cost_type"].row
        for column in range(2, 13):
            for line in (row, row + 1):
                book[FINANCES].cell(line, column).value = book[FINANCES].cell(line + 1, column).value
        for line in range(row + 2, row + 16):
            for column in range(1, 13):
                book[FINANCES].cell(line, column).value = None
        for name in book.defined_names:
            if name.startswith("wir.finances."):
                text = book.defined_names[name].attr_text
                book.defined_names[name].attr_text = re.sub(r"\$[0-9]+$", f"${row + 1}", text)

    found = only(edited(filled, delete), "R-TEC-20")
    assert (found.row_key, found.severity) == ("Koordination", Severity.ERROR)


def test_printed_rows_are_known_by_what_is_printed_wherever_they_stand(filled: bytes):
    def swap(book: Workbook) -> None:
        fields = form_of(2026).section("finances").fields
        for field in fields:
            first, third = cell(field.path, 1), cell(field.path, 3)
            sheet = book[FINANCES]
            sheet[first].value, sheet[third].value = sheet[third].value, sheet[first].value

    reading = edited(filled, swap)
    assert reading.findings == ()
    assert value(reading, "finances.expenditure_eur", "Koordination") == "60000.05"


def test_an_altered_list_of_printed_values_is_told_by_its_checksum(filled: bytes, typed: Typed):
    def forge(book: Workbook) -> None:
        for row in book["wir_meta"].iter_rows():
            if row[2].value == "120000.00":
                row[2].value = "130000.00"

    forged = typed(filled, FINANCES, {cell("finances.granted_eur"): 130000})
    assert codes(edited(forged, forge)) == ["R-TEC-14"]


def test_without_the_hidden_sheet_everything_else_is_still_read(filled: bytes):
    reading = edited(filled, lambda book: book.remove(book["wir_meta"]))
    assert only(reading, "R-TEC-25").severity is Severity.HINT
    assert reading.cells.equals(read_workbook(filled, 7).cells)


@pytest.mark.slow
def test_an_emptied_hidden_sheet_is_told_and_everything_else_is_still_read(filled: bytes):
    reading = edited(filled, lambda book: book["wir_meta"].delete_rows(1, 500))
    assert only(reading, "R-TEC-14").severity is Severity.ERROR
    assert reading.cells.equals(read_workbook(filled, 7).cells)
