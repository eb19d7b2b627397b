"""Looks of the workbook's cells: few, built once and shared."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.worksheet import Worksheet

ACCENT, PALE, INK, QUIET, ALERT, LINE = "00519E", "E5EEF6", "1A1A1A", "595959", "B00020", "C9C9C9"
FONT = "Calibri"
GERMAN = "[$-407]"
"""Asks for German marks, 1.234,56, in programs that would use their own."""


@dataclass(frozen=True)
class Look:
    """How a cell looks."""

    size: int = 11
    bold: bool = False
    italic: bool = False
    underline: bool = False
    ink: str = INK
    fill: str = ""
    line: bool = False
    horizontal: str = "left"
    vertical: str = "center"
    wrap: bool = False
    indent: int = 0
    number_format: str = "General"


_NUMBER = Look(line=True, horizontal="right", indent=1)
_LOOKS: Mapping[str, Look] = {
    "title": Look(size=20, bold=True, ink=ACCENT),
    "subtitle": Look(size=13, ink=QUIET),
    "heading": Look(size=14, bold=True, ink=ACCENT),
    "mark": Look(bold=True, ink=ALERT),
    "head": Look(bold=True, fill=PALE, line=True, wrap=True, vertical="bottom"),
    "head.right": Look(bold=True, fill=PALE, line=True, wrap=True, vertical="bottom", horizontal="right", indent=1),
    "band": Look(size=12, bold=True, ink="FFFFFF", fill=ACCENT),
    "part": Look(bold=True, fill=PALE, line=True),
    "text": Look(wrap=True, vertical="top"),
    "note": Look(size=10, ink=QUIET, wrap=True, vertical="top"),
    "note.line": Look(size=10, ink=QUIET),
    "strong": Look(bold=True, vertical="top"),
    "link": Look(ink=ACCENT, underline=True, vertical="top"),
    "label": Look(line=True),
    "label.bold": Look(line=True, bold=True),
    "label.inner": Look(line=True, indent=1),
    "label.quiet": Look(size=10, line=True, ink=QUIET, indent=1),
    "cell": Look(line=True, wrap=True, vertical="top"),
    "date": Look(line=True, vertical="top", number_format="DD.MM.YYYY"),
    "state": Look(line=True, horizontal="right", indent=1, ink=QUIET),
    "state.quiet": Look(size=10, line=True, horizontal="right", indent=1, ink=QUIET),
}


def number_look(decimals: int, *, bold: bool = False, quiet: bool = False) -> str:
    """The name of the look of a number."""
    return f"number.{decimals}" + (".bold" if bold else ".quiet" if quiet else "")


def looks_of(sheet: Worksheet) -> dict[str, StyleArray]:
    """Every look as openpyxl keeps it, by name.

    Args:
        sheet: any sheet of the workbook whose style tables take them in.
    """
    looks = dict(_LOOKS)
    for decimals, number_format in enumerate(("#,##0", "#,##0.0", "#,##0.00")):
        look = replace(_NUMBER, number_format=f"{GERMAN}{number_format}")
        looks[number_look(decimals)] = look
        looks[number_look(decimals, bold=True)] = replace(look, bold=True)
        looks[number_look(decimals, quiet=True)] = replace(look, size=10, ink=QUIET)
    return {name: _style(sheet, look) for name, look in looks.items()}


def _style(sheet: Worksheet, look: Look) -> StyleArray:
    cell = Cell(sheet, row=1, column=1)
    cell.font = Font(
        name=FONT,
        size=look.size,
        bold=look.bold,
        italic=look.italic,
        color=look.ink,
        underline="single" if look.underline else None,
    )
    if look.fill:
        cell.fill = PatternFill("solid", fgColor=look.fill)
    if look.line:
        side = Side("thin", color=LINE)
        cell.border = Border(bottom=side)
    cell.alignment = Alignment(
        horizontal=look.horizontal, vertical=look.vertical, wrap_text=look.wrap, indent=look.indent
    )
    cell.number_format = look.number_format
    return StyleArray(cell._style)  # type: ignore[attr-defined]  # the stubs know it as a slot only
