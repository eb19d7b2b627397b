"""The first sheet: what to do, until when, what the signs mean, and how far each sheet is."""

from collections.abc import Mapping

from openpyxl.worksheet.hyperlink import Hyperlink

from expectations.form import Sheet
from expectations.german import date_text
from expectations.layout import address
from expectations.markers import CHECKSUM_MARK
from expectations.wording import (
    COMPLETE,
    COMPLETE_IF_CHECKED,
    CONFLICTING,
    CONTACT_HEADING,
    DEFAULT_CONTACT,
    DEFAULT_DUE,
    HOW_TO,
    HOW_TO_HEADING,
    LEGEND,
    LEGEND_HEADING,
    MISSING,
    NOT_CONCERNED,
    NOTHING_YET,
    PRIVACY,
    PRIVACY_HEADING,
    STATUS_COLUMNS,
    STATUS_HEADING,
    STATUS_NOTE,
    sheet_not_asked_text,
)
from flows.template.page import Page, height_of, line_count, put, put_formula, put_paragraph, put_text, set_height
from flows.template.questionnaire import Questionnaire, concerns, is_answered
from flows.template.status import conflict_formula, open_formula, table_entries_formula
from flows.template.styles import NOTE_POINTS, dress

OVERVIEW_WIDTHS: Mapping[int, float] = {1: 4.5, 2: 62.0, 3: 13.0, 4: 13.0, 5: 25.0}
_TEXT, _OPEN, _CONFLICTS, _STATE = 2, 3, 4, 5
_FIRST_ROW = 5


def draw_overview(page: Page, q: Questionnaire, first_inputs: Mapping[str, str]) -> None:
    """Draw everything below the head of the first sheet.

    Args:
        page: the first sheet.
        q: the questionnaire.
        first_inputs: address of the first input cell of each sheet, for the links.
    """
    row = _draw_contact(page, q, _FIRST_ROW)
    row = _draw_status(page, q, row + 1, first_inputs)
    row = _draw_how_to(page, row + 1)
    _heading(page, row + 1, _TEXT, PRIVACY_HEADING)
    set_height(page, row + 2, put_paragraph(page, row + 2, _TEXT, PRIVACY, "intro"))


def _heading(page: Page, row: int, column: int, text: str) -> None:
    put_text(page, row, column, text, "heading")
    set_height(page, row, 22)


def _draw_contact(page: Page, q: Questionnaire, row: int) -> int:
    due = q.prefill.due_on
    lines = [
        f"Abgabe bis {date_text(due)}" if due else DEFAULT_DUE,
        q.prefill.contact or DEFAULT_CONTACT,
        f"Fassung des Bogens: {q.form.version} · Prüfsumme der vorgedruckten Angaben: {q.marks[CHECKSUM_MARK]}",
    ]
    if q.prefill.grants:
        lines.insert(1, f"Bescheide: {', '.join(q.prefill.grant_numbers)}")
    _heading(page, row, _TEXT, CONTACT_HEADING)
    for number, line in enumerate(lines, start=row + 1):
        set_height(page, number, put_paragraph(page, number, _TEXT, line, "intro"))
    return row + len(lines) + 1


def _draw_status(page: Page, q: Questionnaire, row: int, first_inputs: Mapping[str, str]) -> int:
    _heading(page, row, _TEXT, STATUS_HEADING)
    set_height(page, row + 1, put_paragraph(page, row + 1, _TEXT, STATUS_NOTE, "note", points=NOTE_POINTS))
    for column, text in enumerate(STATUS_COLUMNS, start=_TEXT):
        put_text(page, row + 2, column, text, "header")
    sheets = q.form.sheets[1:]
    for number, sheet in enumerate(sheets, start=row + 3):
        _draw_sheet_status(page, q, sheet, number, first_inputs.get(sheet.title, "A1"))
    return row + 3 + len(sheets)


def _draw_sheet_status(page: Page, q: Questionnaire, sheet: Sheet, row: int, first_input: str) -> None:
    put_text(page, row, _TEXT, sheet.title, "cell")
    set_height(page, row, 18)
    left_out = sheet_not_asked_text(sheet, q.period.kind)
    if left_out:
        _draw_left_out(page, row, left_out)
        return
    dress(page.sheet.cell(row, _TEXT), page.looks["link.cell"])
    _link(page, row, _TEXT, sheet.title, first_input)
    if not concerns(q, sheet):
        _draw_left_out(page, row, NOT_CONCERNED)
        return
    put_formula(page, row, _OPEN, open_formula(q, sheet), "cell.number")
    put_formula(page, row, _CONFLICTS, conflict_formula(q, sheet), "cell.number")
    put_formula(page, row, _STATE, _state_formula(q, sheet, row), "cell")


def _state_formula(q: Questionnaire, sheet: Sheet, row: int) -> str:
    missing, conflicts = address(row, _OPEN), address(row, _CONFLICTS)
    entries = table_entries_formula(q, sheet)
    is_carried = any(is_answered(q, section) and section.name in q.prefill.carried for section in sheet.sections)
    complete = COMPLETE_IF_CHECKED if is_carried else COMPLETE
    done = f'IF({entries}=0,"{NOTHING_YET}","{complete}")' if entries else f'"{complete}"'
    agrees = f"AND(ISNUMBER({conflicts}),{conflicts}=0)"
    return f'IF({agrees},IF({missing}=0,{done},"{MISSING}"),"{CONFLICTING}")'


def _draw_left_out(page: Page, row: int, text: str) -> None:
    put(page, row, _OPEN, None, "sample.blocked")
    put(page, row, _CONFLICTS, None, "sample.blocked")
    put_text(page, row, _STATE, text, "cell")


def _link(page: Page, row: int, column: int, sheet: str, cell: str) -> None:
    coordinate = address(row, column)
    page.sheet.cell(row, column).hyperlink = Hyperlink(ref=coordinate, location=f"'{sheet}'!{cell}", tooltip=sheet)


def _draw_how_to(page: Page, row: int) -> int:
    """Steps on the left, the signs beside them."""
    _heading(page, row, _TEXT, HOW_TO_HEADING)
    put_text(page, row, _OPEN, LEGEND_HEADING, "heading")
    for number, text in enumerate(HOW_TO, start=1):
        put(page, row + number, 1, number, "ordinal.top")
        put_text(page, row + number, _TEXT, text, "step")
        set_height(page, row + number, height_of(line_count(text, page.widths[_TEXT])))
    for number, (look, sample, meaning) in enumerate(LEGEND, start=1):
        put_text(page, row + number, _OPEN, sample, f"sample.{look}")
        put_text(page, row + number, _CONFLICTS, meaning, "line")
    return row + len(HOW_TO) + 1
