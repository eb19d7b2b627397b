"""Whose workbook it is, and where its fields are: defined names, document properties and two hidden sheets."""

from collections.abc import Iterable, Mapping

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from expectations.declared import REGISTERS
from expectations.layout import anchor, column_letters
from expectations.markers import (
    LISTS_SHEET,
    LONGEST_CONSTANT,
    META_SHEET,
    PRINTED_MARK,
    TEXTS_PREFIX,
    last_name,
    list_name,
    text_mark,
)
from flows.template.questionnaire import Questionnaire, answered_fields, fitting_grants
from flows.template.sections import last_range, sections_with_last


def add_identity(workbook: Workbook, q: Questionnaire, texts: Mapping[str, Iterable[str]]) -> None:
    """Leave every mark that the reader looks for.

    Args:
        workbook: the workbook, its visible sheets drawn.
        q: the questionnaire.
        texts: texts of ours by sheet.
    """
    for name, text in q.marks.items():
        if len(text) <= LONGEST_CONSTANT:
            _define(workbook, name, '"' + text.replace('"', '""') + '"')
            workbook.custom_doc_props.append(StringProperty(name=name, value=text))  # type: ignore[attr-defined]
    for field in q.form.fields():
        _define(workbook, anchor(field), q.layout.fields[field.path].range)
    for name in sections_with_last(q):
        section = q.form.section(name)
        _define(workbook, last_name(section), last_range(q, section))
    _add_meta_sheet(workbook, q, texts)


def _define(workbook: Workbook, name: str, refers_to: str) -> None:
    workbook.defined_names[name] = DefinedName(name, attr_text=refers_to)


def _hidden_sheet(workbook: Workbook, title: str) -> Worksheet:
    sheet: Worksheet = workbook.create_sheet(title)
    sheet.sheet_state = "hidden"
    sheet.protection.sheet = True
    return sheet


def _add_meta_sheet(workbook: Workbook, q: Questionnaire, texts: Mapping[str, Iterable[str]]) -> None:
    sheet = _hidden_sheet(workbook, META_SHEET)
    rows = [(name, text) for name, text in q.marks.items()]
    rows += [
        (TEXTS_PREFIX + title, " ".join(sorted({text_mark(text) for text in own}))) for title, own in texts.items()
    ]
    rows += [(PRINTED_MARK, "")]
    for number, row in enumerate([*rows, *((cell.field, cell.row_key, cell.value) for cell in q.printed)], start=1):
        for column, text in enumerate(row, start=1):
            cell = sheet.cell(number, column, text)
            cell.data_type = "s"


def add_lists(workbook: Workbook, q: Questionnaire) -> None:
    """Write the entries of every drop-down to a hidden sheet, a column each, under a defined name."""
    sheet = _hidden_sheet(workbook, LISTS_SHEET)
    for column, (name, entries) in enumerate(_lists(q).items(), start=1):
        sheet.cell(1, column, name)
        for row, entry in enumerate(entries, start=2):
            cell = sheet.cell(row, column, entry)
            cell.data_type = "s"
        letters = column_letters(column)
        _define(workbook, name, f"'{LISTS_SHEET}'!${letters}$2:${letters}${len(entries) + 1}")


def _lists(q: Questionnaire) -> dict[str, tuple[str, ...]]:
    """Entries by defined name: the form's lists, all grants, and those of single sections where they are fewer."""
    lists = {list_name(name): q.form.labels(name, q.period.kind) for name in q.form.lists}
    if q.prefill.grants:
        lists[list_name(REGISTERS[0])] = q.prefill.grant_numbers
        for section in q.form.sections():
            fitting = fitting_grants(q, section)
            if fitting != q.prefill.grant_numbers and any(
                field.choices == "grants" for field in answered_fields(q, section)
            ):
                lists[list_name(REGISTERS[0], section.name)] = fitting
    return {name: entries for name, entries in lists.items() if entries}
