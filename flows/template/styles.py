"""Looks of cells, built once a workbook and shared by all its cells.

One accent colour; input cells are marked by fill and border, so that they are found without seeing colour.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from openpyxl.cell import Cell
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.worksheet import Worksheet

from expectations.form import YEAR_UNIT, Field

ACCENT = "00519E"
ACCENT_PALE = "E5EEF6"
INPUT = "FFFBE0"
OPEN = "FFE58A"
GREY = "F0F0F0"
BLOCKED = "D9D9D9"
INK, QUIET, ALERT = "1A1A1A", "595959", "B00020"
_ALERT_PALE = "FCE4E4"
_LINE = "8C8C8C"
_FAINT = "C9C9C9"

FONT = "Calibri"
TEXT_POINTS, SMALL_POINTS = 11, 9

_FORMATS: Mapping[str, str] = {
    "integer": "#,##0",
    "money": "#,##0.00",
    "hours": "#,##0.0",
    "fte": "0.00",
    "number": "#,##0.00",
    "date": "DD.MM.YYYY",
    "year": "0",
    "text": "@",
}
"""Number formats; Excel shows their marks as its own language has them."""


@dataclass(frozen=True)
class _Look:
    size: int = TEXT_POINTS
    bold: bool = False
    italic: bool = False
    underline: bool = False
    ink: str = INK
    fill: str = ""
    line: str = ""
    bottom: str = ""
    horizontal: str | None = None
    vertical: str = "center"
    wrap: bool = True
    indent: int = 0
    locked: bool = True
    number_format: str = "General"


_INPUT = _Look(fill=INPUT, line=_LINE, locked=False)
_LOCKED = _Look(fill=GREY, line=_FAINT)
_LAST = _Look(ink=QUIET, italic=True, fill=GREY, line=_FAINT)
_HELP = _Look(size=SMALL_POINTS, ink=QUIET)
_LOOKS: Mapping[str, _Look] = {
    "title": _Look(size=18, bold=True, ink=ACCENT, wrap=False),
    "identity": _Look(bold=True, wrap=False, bottom=ACCENT),
    "intro": _Look(vertical="top"),
    "line": _Look(wrap=False),
    "link": _Look(ink=ACCENT, underline=True, wrap=False),
    "link.cell": _Look(ink=ACCENT, underline=True, line=_FAINT),
    "band": _Look(size=12, bold=True, ink="FFFFFF", fill=ACCENT, wrap=False),
    "note": replace(_HELP, size=10, wrap=True),
    "standing": _Look(bold=True, wrap=False),
    "heading": _Look(size=13, bold=True, ink=ACCENT, wrap=False, vertical="bottom"),
    "header": _Look(bold=True, fill=ACCENT_PALE, line=_LINE, vertical="bottom"),
    "header.last": _Look(italic=True, ink=QUIET, fill=GREY, line=_LINE, vertical="bottom"),
    "unit": replace(_HELP, fill=ACCENT_PALE, line=_LINE, vertical="top", ink=INK),
    "ordinal": _Look(size=SMALL_POINTS, ink=QUIET, horizontal="right", wrap=False),
    "label": _Look(line=_FAINT),
    "label.unit": replace(_HELP, line=_FAINT),
    "help": _HELP,
    "cell": _Look(line=_FAINT),
    "cell.number": _Look(line=_FAINT, horizontal="right", number_format="#,##0"),
    "blocked": _Look(fill=BLOCKED, line=_FAINT),
    "sample.input": replace(_INPUT, locked=True),
    "sample.open": replace(_INPUT, fill=OPEN, locked=True),
    "sample.locked": _LOCKED,
    "sample.blocked": _Look(fill=BLOCKED, line=_FAINT),
    "sample.last": replace(_LAST, horizontal="right"),
    "sample.conflict": replace(_INPUT, fill=_ALERT_PALE, bold=True, ink=ALERT, horizontal="right", locked=True),
}
_BY_FORMAT: Mapping[str, _Look] = {"input": _INPUT, "locked": _LOCKED, "last": _LAST}

OPEN_FILL = PatternFill(bgColor=OPEN, fill_type="solid")
CONFLICT_FILL = PatternFill(bgColor=_ALERT_PALE, fill_type="solid")
CONFLICT_FONT = Font(bold=True, color=ALERT)


def format_name(field: Field) -> str:
    """The number format of a field's cells, by name."""
    if field.is_number:
        return "year" if field.unit == YEAR_UNIT else field.type
    return "date" if field.type == "date" else "text"


def looks_of(sheet: Worksheet) -> dict[str, StyleArray]:
    """Every look as openpyxl keeps it, by name; those of form cells are called `input.money`, `last.integer` and so on.

    Args:
        sheet: any sheet of the workbook whose style tables take them in.
    """
    looks = dict(_LOOKS)
    for role, look in _BY_FORMAT.items():
        for name, number_format in _FORMATS.items():
            horizontal = None if name in {"text", "date"} else "right"
            looks[f"{role}.{name}"] = replace(look, number_format=number_format, horizontal=horizontal)
    return {name: _style(sheet, look) for name, look in looks.items()}


def quoted(style: StyleArray) -> StyleArray:
    """The same look for a text that begins like a formula: Excel keeps it a text when the cell is edited."""
    array = StyleArray(style)
    array.quotePrefix = 1
    return array


def _style(sheet: Worksheet, look: _Look) -> StyleArray:
    cell = Cell(sheet, row=1, column=1)
    underline = "single" if look.underline else None
    cell.font = Font(name=FONT, size=look.size, bold=look.bold, italic=look.italic, color=look.ink, underline=underline)
    if look.fill:
        cell.fill = PatternFill("solid", fgColor=look.fill)
    if look.line:
        side = Side("thin", color=look.line)
        cell.border = Border(left=side, right=side, top=side, bottom=side)
    elif look.bottom:
        cell.border = Border(bottom=Side("medium", color=look.bottom))
    cell.alignment = Alignment(
        horizontal=look.horizontal, vertical=look.vertical, wrap_text=look.wrap, indent=look.indent
    )
    cell.protection = Protection(locked=look.locked)
    cell.number_format = look.number_format
    return StyleArray(cell._style)


def open_rule(formula: str) -> FormulaRule:
    """Marks an input cell that still needs an answer."""
    return FormulaRule(formula=[formula], fill=OPEN_FILL)


def conflict_rule(formula: str) -> FormulaRule:
    """Marks an input cell whose value does not fit another."""
    return FormulaRule(formula=[formula], fill=CONFLICT_FILL, font=CONFLICT_FONT)
