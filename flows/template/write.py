"""One body's workbook, from the form and what the registers know: drawn, marked, and written whole."""

import os
import re
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from expectations.form import Form, Section, Sheet
from expectations.german import date_text
from expectations.layout import FIRST_FIELD_COLUMN, FIRST_SECTION_ROW, VALUE_COLUMN, column_letters
from expectations.period import Period
from expectations.wording import BACK_LINK
from flows.template.columns import column_widths, last_printed_column
from flows.template.identity import add_identity, add_lists
from flows.template.overview import OVERVIEW_WIDTHS, draw_overview
from flows.template.page import Page, put_paragraph, put_text, set_height, set_widths
from flows.template.paper import set_up_print
from flows.template.prefill import Prefill
from flows.template.questionnaire import (
    Questionnaire,
    Values,
    answered_fields,
    answered_place,
    answered_rows,
    concerns,
    is_answered,
    questionnaire_of,
)
from flows.template.sections import draw_section, sections_with_last
from flows.template.status import mark_open_and_conflicting
from flows.template.styles import ACCENT, BLOCKED, dress, looks_of
from flows.template.validation import add_validations

LANGUAGE = "de-DE"
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})
_BACK_LINK_ROW = FIRST_SECTION_ROW - 1


def write_template(
    form: Form, period: Period, prefill: Prefill, target: Path | BinaryIO, *, values: Values | None = None
) -> None:
    """Write a body's workbook.

    Args:
        form: the form of the period's year.
        period: the period reported on.
        prefill: what is printed.
        target: a file, written whole beside it and then renamed, or an open binary file.
        values: what to fill in at once, field path → row key → content: `""` in values sections, the printed key in
            fixed ones, the row's number from "1" in tables. Whatever is given is written, right or wrong, over
            printed values too.

    Raises:
        TemplateError: the registers hold more rows than the form's section has, or `values` names a cell that this
            questionnaire does not have.
    """
    workbook = workbook_of(questionnaire_of(form, period, prefill, values or {}))
    if isinstance(target, Path):
        _save_whole(workbook, target)
    else:
        workbook.save(target)


def file_name(period: Period, prefill: Prefill) -> str:
    """The name under which a workbook is sent out, ASCII only: `WIR_06431_Bergstrasse_2026.xlsx`."""
    plain = unicodedata.normalize("NFKD", prefill.body_name.translate(_SPELLED_OUT)).encode("ascii", "ignore").decode()
    return f"WIR_{prefill.ags}_{re.sub('[^A-Za-z0-9]+', '-', plain).strip('-')}_{period.code}.xlsx"


def _save_whole(workbook: Workbook, target: Path) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            workbook.save(file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.chmod(0o644)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def workbook_of(q: Questionnaire) -> Workbook:
    """The workbook, drawn but not yet written."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    sheets = {sheet.title: _add_sheet(workbook, sheet) for sheet in q.form.sheets}
    looks = looks_of(sheets[q.form.sheets[0].title], {q.prefill.period_of_last(path) for path, _ in q.prefill.last})
    with_last = sections_with_last(q)
    texts: dict[str, set[str]] = {sheet.title: set() for sheet in q.form.sheets}
    overview, *others = q.form.sheets
    for sheet in others:
        widths = column_widths(q.form, sheet, with_last)
        page = Page(sheets[sheet.title], looks, widths, last_printed_column(sheet, widths), texts[sheet.title])
        _draw_sheet(page, q, sheet)
    first = Page(sheets[overview.title], looks, OVERVIEW_WIDTHS, max(OVERVIEW_WIDTHS), texts[overview.title])
    _draw_head(first, q, overview)
    draw_overview(first, q, {sheet.title: first_input(q, sheet) for sheet in others if concerns(q, sheet)})
    _finish(first, q, overview)
    add_lists(workbook, q)
    add_identity(workbook, q, texts)
    _describe(workbook, q)
    return workbook


def _add_sheet(workbook: Workbook, sheet: Sheet) -> Worksheet:
    made: Worksheet = workbook.create_sheet(sheet.title)
    return made


def _draw_sheet(page: Page, q: Questionnaire, sheet: Sheet) -> None:
    _draw_head(page, q, sheet)
    put_text(page, _BACK_LINK_ROW, FIRST_FIELD_COLUMN, BACK_LINK, "link")
    back = page.sheet.cell(_BACK_LINK_ROW, FIRST_FIELD_COLUMN)
    back.hyperlink = Hyperlink(ref=back.coordinate, location=f"'{q.form.sheets[0].title}'!A1", tooltip=BACK_LINK)
    for section in sheet.sections:
        draw_section(page, q, section)
        if is_answered(q, section):
            add_validations(page, q, section)
            mark_open_and_conflicting(page, q, section)
    _finish(page, q, sheet)


def identity_line(q: Questionnaire) -> str:
    """Body, kind of report and period, as they stand on every sheet."""
    about = ", ".join(part for part in (q.prefill.body_type, q.prefill.ags) if part)
    span = f"{date_text(q.period.first_day)} – {date_text(q.period.closing_day)}"
    return f"{q.prefill.body_name} ({about}) · {q.period.kind} {_year_text(q.period)} · {span}"


def _year_text(period: Period) -> str:
    return period.code.removesuffix("-H1").replace("-", "–")


def _draw_head(page: Page, q: Questionnaire, sheet: Sheet) -> None:
    put_text(page, 1, 1, q.form.title if sheet is q.form.sheets[0] else sheet.title, "title")
    set_height(page, 1, 30)
    for column in range(1, page.last_column + 1):
        dress(page.sheet.cell(2, column), page.looks["identity"])
    put_text(page, 2, 1, identity_line(q), "identity")
    set_height(page, 2, 21)
    if sheet.help:
        set_height(page, 3, put_paragraph(page, 3, 1, sheet.help, "intro") + 6)


def _finish(page: Page, q: Questionnaire, sheet: Sheet) -> None:
    set_widths(page)
    _protect(page.sheet)
    _set_view(page, q, sheet)
    if not sheet.is_asked(q.period.kind):
        page.sheet.sheet_state = "hidden"
        return
    set_up_print(page, q, sheet, f"{q.prefill.body_name} · {q.period.kind} {_year_text(q.period)}")
    page.sheet.sheet_properties.tabColor = ACCENT if not sheet.sections or concerns(q, sheet) else BLOCKED
    filtered = next((section for section in _tables(q, sheet)), None)
    if filtered:
        page.sheet.auto_filter.ref = _filter_range(q, filtered)


def _tables(q: Questionnaire, sheet: Sheet) -> Iterator[Section]:
    return (section for section in sheet.sections if section.kind == "table" and is_answered(q, section))


def _filter_range(q: Questionnaire, section: Section) -> str:
    """A table with its unit row as the filter's heading; a sheet can have one such range, so its first table has it."""
    place = q.layout.sections[section.name]
    first = column_letters(FIRST_FIELD_COLUMN)
    last = column_letters(FIRST_FIELD_COLUMN + len(section.fields) - 1)
    return f"{first}{place.first_row - 1}:{last}{place.last_row}"


def _protect(sheet: Worksheet) -> None:
    """Protection without a password; what is not a change of the form stays allowed (False = not locked)."""
    protection = sheet.protection
    protection.sheet = True
    protection.sort = False
    protection.autoFilter = False
    protection.formatColumns = False
    protection.formatRows = False
    protection.selectLockedCells = False
    protection.selectUnlockedCells = False


def first_input(q: Questionnaire, sheet: Sheet) -> str:
    """Address of the first cell that takes an answer on a sheet; A1 where none does."""
    for section in sheet.sections:
        fields = answered_fields(q, section)
        if fields and answered_rows(q, section):
            return answered_place(q, section, fields[0]).first_cell
    return "A1"


def _set_view(page: Page, q: Questionnaire, sheet: Sheet) -> None:
    view = page.sheet.sheet_view
    view.showGridLines = False
    page.sheet.freeze_panes = _frozen_at(q, sheet)
    cell = first_input(q, sheet)
    for selection in view.selection:
        selection.activeCell = cell
        selection.sqref = cell
    view.tabSelected = sheet is q.form.sheets[0]


def _frozen_at(q: Questionnaire, sheet: Sheet) -> str:
    """Where scrolling begins: below the column labels of a sheet's only table, else below its title and body."""
    if len(sheet.sections) == 1 and sheet.sections[0].kind != "values" and is_answered(q, sheet.sections[0]):
        place = q.layout.sections[sheet.sections[0].name]
        return f"{column_letters(VALUE_COLUMN)}{place.header_row + 1}"
    return "A3"


def _describe(workbook: Workbook, q: Questionnaire) -> None:
    properties = workbook.properties
    properties.title = f"{q.form.title}: {q.period.kind} {_year_text(q.period)}, {q.prefill.body_name}"
    properties.subject = identity_line(q)
    properties.creator = "WIR-Monitoring"
    properties.language = LANGUAGE
    properties.category = str(q.period.kind)
    workbook.security = WorkbookProtection(lockStructure=True)
    workbook.calculation.fullCalcOnLoad = True
    workbook.active = 0
