"""Where the form's cells stand in a template: a pure function of the form.

A half-year template keeps the annual one's addresses. Reading never relies on these addresses: each field's range
also bears a defined name (`anchor`) that moves along when rows or columns are inserted.
"""

from dataclasses import dataclass

from expectations.form import Field, Form, Section, Sheet

FIRST_SECTION_ROW = 5
"""Rows 1–3 hold the sheet's title, the body and period, and its help."""
LABEL_COLUMN, VALUE_COLUMN, UNIT_COLUMN, LAST_COLUMN, HELP_COLUMN = 2, 3, 4, 5, 6
"""Columns of a values section: label, input, unit, last accepted value, help. Column 1 holds ordinals."""
FIRST_FIELD_COLUMN = 2
"""A table's fields begin in column B."""
NOT_RECORDED = "nicht erhoben"
"""The answer that says: we do not record this."""
ANCHOR_PREFIX = "wir."


@dataclass(frozen=True)
class Place:
    """The cells of one field: a column of `rows` cells from (`row`, `column`) on, counted from 1."""

    sheet: str
    row: int
    column: int
    rows: int

    @property
    def first_cell(self) -> str:
        """Address of the first cell, such as `C12`."""
        return address(self.row, self.column)

    @property
    def range(self) -> str:
        """Absolute range as a defined name holds it, such as `'03 Finanzen'!$C$12:$C$19`."""
        letters = column_letters(self.column)
        first = f"'{self.sheet}'!${letters}${self.row}"
        return first if self.rows == 1 else f"{first}:${letters}${self.row + self.rows - 1}"


@dataclass(frozen=True)
class SectionPlace:
    """The rows of one section: title, help, header (tables only; the unit row stands below it), first and last row."""

    title_row: int
    help_row: int
    header_row: int
    first_row: int
    last_row: int


@dataclass(frozen=True)
class Layout:
    """Places of all sections (by name) and fields (by path)."""

    sections: dict[str, SectionPlace]
    fields: dict[str, Place]


def column_letters(column: int) -> str:
    """Column number (from 1) as letters: 28 is `AB`."""
    letters = ""
    while column:
        column, remainder = divmod(column - 1, 26)
        letters = chr(ord("A") + remainder) + letters
    return letters


def address(row: int, column: int) -> str:
    """A cell's address from row and column, both counted from 1."""
    return f"{column_letters(column)}{row}"


def anchor(field: Field) -> str:
    """The defined name of a field's range: `wir.finances.state_funds_eur`."""
    return ANCHOR_PREFIX + field.path


def layout_of(form: Form) -> Layout:
    """The layout of a form's template."""
    sections: dict[str, SectionPlace] = {}
    fields: dict[str, Place] = {}
    for sheet in form.sheets:
        _lay_out_sheet(sheet, sections, fields)
    return Layout(sections, fields)


def _lay_out_sheet(sheet: Sheet, sections: dict[str, SectionPlace], fields: dict[str, Place]) -> None:
    row = FIRST_SECTION_ROW
    for section in sheet.sections:
        place = _section_place(section, row)
        sections[section.name] = place
        for index, field in enumerate(section.fields):
            fields[field.path] = (
                Place(sheet.title, place.first_row + index, VALUE_COLUMN, 1)
                if section.kind == "values"
                else Place(sheet.title, place.first_row, FIRST_FIELD_COLUMN + index, section.rows)
            )
        row = place.last_row + 2


def _section_place(section: Section, row: int) -> SectionPlace:
    if section.kind == "values":
        return SectionPlace(row, row + 1, 0, row + 2, row + 1 + len(section.fields))
    return SectionPlace(row, row + 1, row + 2, row + 4, row + 3 + section.rows)
