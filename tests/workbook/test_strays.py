"""What nobody would read is told: nobody's data is silently ignored."""

import pytest
from openpyxl import Workbook

from expectations.finding import Severity
from flows.workbook import read_workbook
from tests.workbook.reports import CONTACT, FINANCES, POSTS, Typed, Written, cell, codes, edited, only


@pytest.mark.parametrize("address", ["B60", "T9", "A3", "ZZ5"])
def test_what_stands_outside_the_input_cells_is_told(filled: bytes, address: str, typed: Typed):
    found = only(read_workbook(typed(filled, POSTS, {address: "neue Kraft ab Mai"}), 7), "R-TEC-05")
    assert (found.sheet, found.cell, found.given) == (POSTS, address, "neue Kraft ab Mai")
    assert found.severity is Severity.ERROR


def test_several_stray_cells_of_a_sheet_are_one_finding(filled: bytes, typed: Typed):
    data = typed(filled, POSTS, {f"B{row}": row for row in range(60, 70)})
    found = only(read_workbook(data, 7), "R-TEC-05")
    assert (found.cell, len(found.also_at)) == ("B60", 9)


@pytest.mark.slow
def test_a_sheet_of_ones_own_is_told_unless_it_is_blank(filled: bytes):
    def add(book: Workbook) -> None:
        book.create_sheet("Tabelle1")
        book.create_sheet("Nebenrechnung")["C3"] = 12

    found = only(edited(filled, add), "R-TEC-07")
    assert (found.sheet, found.cell) == ("Nebenrechnung", "C3")


@pytest.mark.slow
def test_a_copied_sheet_is_told_by_what_was_filled_in(filled: bytes):
    reading = edited(filled, lambda book: book.copy_worksheet(book[CONTACT]))
    assert only(reading, "R-TEC-07").sheet == f"{CONTACT} Copy"


@pytest.mark.slow
def test_an_answer_that_this_report_does_not_ask_for_is_told(written: Written, typed: Typed):
    answers = {
        FINANCES: {cell("finances.expenditure_eur"): 5},
        CONTACT: {cell("quarters.enquiries", 3): 9},
        POSTS: {cell("posts.staff_cost_eur"): 1},
    }
    data = written(period="2026-H1")
    for sheet, contents in answers.items():
        data = typed(data, sheet, contents)
    reading = read_workbook(data, 7)
    assert codes(reading) == ["R-TEC-06"] * 3
    fields = {"finances.expenditure_eur", "quarters.enquiries", "posts.staff_cost_eur"}
    assert {found.field for found in reading.findings} == fields


def test_a_section_that_does_not_concern_the_body_must_stay_empty(empty: bytes, typed: Typed):
    place = cell("interpreters.pool_persons")
    found = only(read_workbook(typed(empty, "08 Laiendolmetschende", {place: 4}), 7), "R-TEC-06")
    assert found.cell == place


def test_rows_below_the_printed_ones_are_read_by_nobody_and_told(empty: bytes, typed: Typed):
    found = only(read_workbook(typed(empty, FINANCES, {cell("finances.expenditure_eur", 9): 4}), 7), "R-TEC-06")
    assert found.cell == cell("finances.expenditure_eur", 9)


def test_merged_input_cells_are_told(filled: bytes):
    first, last = cell("drawdowns.amount_eur", 1), cell("drawdowns.amount_eur", 2)
    found = only(edited(filled, lambda book: book[FINANCES].merge_cells(f"{first}:{last}")), "R-TEC-12")
    assert (found.given, found.field) == (f"{first}:{last}", "drawdowns.amount_eur")
