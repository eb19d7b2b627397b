"""A marked workbook that comes in again is read as a normal report."""

import io
from collections.abc import Callable
from dataclasses import replace

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.finding import Severity
from flows.marking import mark, mark_workbook, order_of
from flows.workbook import identify, read_workbook
from tests.marking.packages import (
    HEAD,
    changed,
    complaints,
    finding,
    marked,
    notes,
    sheet_names,
    sheet_part,
    text_rows,
    with_something_everywhere,
)
from tests.workbook import golden
from tests.workbook.reports import FILLED, FINANCES, codes, only, packed, parts_of, saved, type_into, value, write_form

GOLDEN = golden.notes()
TITLE = "Prüfbericht"
TELLING = {
    *("prefixed_names", "strict", "parts_elsewhere", "without_styles", "shared_texts", "a_chart_sheet_in_front"),
    *("notes_text_boxes_and_pictures", "sheets_renamed_moved_hidden_and_copied", "libreoffice.ods"),
}
"""Golden workbooks of a shape that matters to marking; the others take their time."""


def _readable() -> list[object]:
    names = [name for name, note in GOLDEN.items() if not note.is_refused]
    return [name if name in TELLING else pytest.param(name, marks=pytest.mark.slow) for name in names]


@pytest.mark.slow
@pytest.mark.parametrize("name", _readable())
def test_golden_workbooks_lose_nothing_by_being_marked(form: bytes, name: str):
    data = golden.bytes_of(name, GOLDEN[name], form)
    reading = read_workbook(data, 1)
    done = mark_workbook(data, reading, with_something_everywhere(reading), HEAD)
    if not data.startswith(b"PK") or not parts_of(data).get("xl/workbook.xml"):
        assert done.content is None
        assert "Excel-Arbeitsmappen" in done.reason
        return
    assert done.content is not None
    again = read_workbook(done.content, 1)
    assert again.cells.equals(reading.cells)
    assert again.findings == reading.findings
    assert identify(done.content) == identify(data)
    before, after = parts_of(data), parts_of(done.content)
    assert {part for part in before if before[part] != after.get(part)} <= _may_change(data)


def _may_change(data: bytes) -> set[str]:
    """Sheets, styles, notes with their shapes, and the lists of what there is."""
    kinds = (".rels", ".vml", "[Content_Types].xml", "xl/workbook.xml")
    sheets = {sheet_part(data, name) for name in sheet_names(data)}
    return sheets | {part for part in parts_of(data) if part.endswith(kinds) or "styles" in part or "comment" in part}


@pytest.mark.parametrize(
    "kind", [b"ms-excel.sheet.macroEnabled", b"openxmlformats-officedocument.spreadsheetml.template"]
)
def test_what_came_as_xlsm_or_template_goes_back_as_the_xlsx_that_its_name_says(form: bytes, kind: bytes):
    plain, types = b"openxmlformats-officedocument.spreadsheetml.sheet", "[Content_Types].xml"
    parts = parts_of(form)
    came = packed({**parts, types: parts[types].replace(plain + b".main", kind + b".main")})
    back = parts_of(marked(came, [finding("F9")]))[types]
    assert kind + b".main" not in back
    assert back.count(plain + b".main") == 1


@pytest.mark.slow
@given(st.data())
@settings(max_examples=10, deadline=None)
def test_the_same_values_are_read_from_a_marked_copy(form: bytes, data: st.DataObject):
    texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40)
    typed = data.draw(st.one_of(texts.filter(_may_stand_in_xml), st.floats(-1e12, 1e12), st.integers(-(10**9), 10**9)))
    filled = type_into(form, FINANCES, {"F9": typed})
    reading = read_workbook(filled, 1)
    code = data.draw(st.sampled_from(["R-FIN-04", "R-FLD-02"]))
    severity = data.draw(st.sampled_from([Severity.ERROR, Severity.WARNING, Severity.HINT]))
    told = (*reading.findings, finding("F9", severity, code=code, given=str(typed), message=f"Dort steht „{typed}“."))
    again = read_workbook(marked(filled, told), 1)
    assert again.cells.equals(reading.cells)
    assert again.findings == reading.findings


def _may_stand_in_xml(text: str) -> bool:
    return all(sign >= " " and sign not in "\ufffe\uffff" for sign in text) and not text.startswith("<c")


def test_marked_twice_it_is_the_same_workbook(form: bytes):
    findings = [finding("F9"), finding("G9", Severity.WARNING, also_at=("H9",)), finding("I9", Severity.HINT)]
    once = marked(form, findings)
    assert marked(once, findings) == once


def test_new_marks_replace_the_earlier_ones(form: bytes):
    data = marked(marked(form, [finding("E9"), finding("F9")]), [finding("G10", code="R-FIN-07")])
    assert complaints(data) == []
    assert sheet_names(data) == [TITLE, *sheet_names(form)]
    assert {place.rpartition("!")[2] for place in notes(data)} == {"G10"}
    assert parts_of(data)[sheet_part(data, FINANCES)].count(b"wir.marks") == 1
    assert [row["E"] for row in text_rows(data) if row.get("E", "").startswith("R-")] == ["R-FIN-07"]


@pytest.mark.slow
def test_marks_that_are_gone_leave_a_sheet_as_it_was_but_for_the_priorities_of_its_rules(form: bytes):
    data = marked(marked(form, [finding("F9")]), [])
    before, after = (openpyxl.load_workbook(io.BytesIO(one))[FINANCES] for one in (form, data))
    assert [str(one.sqref) for one in after.conditional_formatting] == [
        str(one.sqref) for one in before.conditional_formatting
    ]
    assert notes(data) == {}


@pytest.mark.slow
def test_corrected_in_the_marked_copy_the_report_is_read_corrected(form: bytes):
    def correct(workbook: openpyxl.Workbook) -> None:
        workbook[FINANCES]["E9"] = 59_000

    reading = read_workbook(saved(marked(form, [finding("E9")]), correct), 1)
    assert reading.findings == ()
    assert value(reading, "finances.expenditure_eur", "Koordination") == "59000.00"


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["A9", "C12", "G3", "J40"])
def test_what_people_type_onto_the_first_sheet_is_told(form: bytes, cell: str):
    def answer(workbook: openpyxl.Workbook) -> None:
        workbook[TITLE][cell] = "Das stimmt so, bitte anrufen"

    found = only(read_workbook(saved(marked(form, [finding("F9", also_at=("G9",))]), answer), 1), "R-TEC-07")
    assert (found.sheet, found.cell, found.given) == (TITLE, cell, "Das stimmt so, bitte anrufen")


@pytest.mark.slow
def test_a_number_or_a_formula_on_the_first_sheet_is_told(form: bytes):
    def answer(workbook: openpyxl.Workbook) -> None:
        workbook[TITLE]["C20"] = 60_000
        workbook[TITLE]["C21"] = "=1+1"

    found = only(read_workbook(saved(marked(form, [finding("F9")]), answer), 1), "R-TEC-07")
    assert (found.cell, found.also_at) == ("C20", ("C21",))


@pytest.mark.slow
def test_a_first_sheet_with_an_answer_is_kept_beside_the_new_one(form: bytes):
    def answer(workbook: openpyxl.Workbook) -> None:
        workbook[TITLE]["C30"] = "Das stimmt so"

    answered = saved(marked(form, [finding("F9")]), answer)
    reading = read_workbook(answered, 1)
    again = mark(answered, order_of(replace(with_something_everywhere(reading), findings=reading.findings), HEAD))
    assert complaints(again.content) == []
    assert sheet_names(again.content) == ["Prüfbericht 2", TITLE, *sheet_names(form)]
    assert codes(read_workbook(again.content, 1)) == ["R-TEC-07"]
    assert f"{TITLE}, C30" in {row.get("B") for row in text_rows(again.content, "Prüfbericht 2")}


@pytest.mark.slow
def test_a_sheet_of_that_name_that_is_not_ours_stays(form: bytes):
    def add(workbook: openpyxl.Workbook) -> None:
        workbook.create_sheet("PRÜFBERICHT")["B2"] = "Revision"

    data = saved(form, add)
    reading = read_workbook(data, 1)
    twice = marked(marked(data, reading.findings), reading.findings)
    assert sheet_names(twice) == ["Prüfbericht 2", *sheet_names(data)]
    assert read_workbook(twice, 1).findings == reading.findings


@pytest.mark.slow
@pytest.mark.parametrize("edit", [
    lambda workbook: setattr(workbook[TITLE], "title", "erledigt"),
    lambda workbook: workbook.copy_worksheet(workbook[TITLE]),
    lambda workbook: workbook.remove(workbook[TITLE]),
    lambda workbook: workbook.move_sheet(TITLE, 5),
    lambda workbook: workbook[TITLE].insert_rows(3),
])  # fmt: skip
def test_a_first_sheet_that_was_renamed_copied_deleted_or_moved_is_no_finding(
    form: bytes, edit: Callable[[openpyxl.Workbook], object]
):
    data = saved(marked(form, [finding("F9", also_at=("G9", "H9"))]), edit)
    assert read_workbook(data, 1).findings == ()
    again = marked(data, [finding("E9")])
    assert notes(again).keys() == {place for place in notes(again) if place.endswith("!E9")}
    assert read_workbook(again, 1).findings == ()


@pytest.mark.slow
def test_a_half_year_report_is_marked_as_well():
    data = write_form({"cover.confirmed_complete": FILLED["cover.confirmed_complete"]}, period="2026-H1")
    reading = read_workbook(data, 1)
    again = marked(data, with_something_everywhere(reading).findings)
    assert complaints(again) == []
    assert read_workbook(again, 1).findings == reading.findings


@pytest.mark.slow
def test_names_that_belong_to_sheets_follow_them(form: bytes):
    data = changed(
        marked(form, [finding("F9")]),
        {"xl/workbook.xml": lambda part: part.replace(b'activeTab="0"', b'activeTab="3"')},
    )
    for one in (data, marked(data, [finding("G9")])):
        workbook = openpyxl.load_workbook(io.BytesIO(one))
        assert (
            workbook[FINANCES].print_title_rows == openpyxl.load_workbook(io.BytesIO(form))[FINANCES].print_title_rows
        )
    assert openpyxl.load_workbook(io.BytesIO(marked(data, []))).active.title == TITLE
