"""The filled form as other programs write it anew.

Each function is a golden workbook of that name, described in `notes.yml`; the property test writes with them, too.
"""

import io
from datetime import date, datetime
from typing import Any

import xlsxwriter
from openpyxl import load_workbook

from tests.workbook.reports import saved


def openpyxl_saves_it(form: bytes) -> bytes:
    return saved(form, lambda book: None)


def xlsxwriter_writes_it(form: bytes) -> bytes:
    return _written_anew(form, {})


def xlsxwriter_writes_it_line_by_line(form: bytes) -> bytes:
    """With texts inside the cells instead of a part of their own, and days counted from 1904."""
    return _written_anew(form, {"constant_memory": True, "date_1904": True})


def _written_anew(form: bytes, options: dict[str, Any]) -> bytes:
    """Values, names, properties and hidden sheets of a form, without any of its looks."""
    source, file = load_workbook(io.BytesIO(form)), io.BytesIO()
    with xlsxwriter.Workbook(file, {**options, "default_date_format": "dd.mm.yyyy"}) as book:
        for sheet in source.worksheets:
            copy = book.add_worksheet(sheet.title)
            if sheet.sheet_state != "visible":
                copy.very_hidden()
            for row in sheet.iter_rows():
                for cell in row:
                    _write(copy, cell.row - 1, cell.column - 1, cell.value, is_formula=cell.data_type == "f")
        for name in source.defined_names.values():
            book.define_name(name.name, f"={name.attr_text}")
        for mark in source.custom_doc_props.props:
            book.set_custom_property(mark.name, str(mark.value), "text")
    return file.getvalue()


def _write(sheet: Any, row: int, column: int, value: object, *, is_formula: bool) -> None:
    if value is None or is_formula:
        return
    if isinstance(value, date | datetime):
        sheet.write_datetime(row, column, value)
    elif isinstance(value, str):
        sheet.write_string(row, column, value)
    else:
        sheet.write(row, column, value)
