"""A sheet to write on: one way to put a text, a number or a paragraph, and how wide and high it must be."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from textwrap import wrap

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.worksheet import Worksheet

from expectations.layout import column_letters
from flows.template.prefill import Content
from flows.template.styles import SMALL_POINTS, TEXT_POINTS, quoted

LINE_POINTS = 15.0
"""Height of a line at 11 points."""
_PADDING_POINTS = 4.0
_LIKE_A_FORMULA = re.compile(r"\s*[=+\-@]")


@dataclass(frozen=True)
class Page:
    """A sheet, the looks it may use, its column widths (by number) and the texts that were put on it as ours."""

    sheet: Worksheet
    looks: Mapping[str, StyleArray]
    widths: Mapping[int, float]
    texts: set[str]

    @property
    def last_column(self) -> int:
        """The last column that holds anything."""
        return max(self.widths)


def put(page: Page, row: int, column: int, content: Content, look: str) -> None:
    """Write one cell. A text stays a text, whatever it begins with."""
    cell = page.sheet.cell(row, column)
    style = page.looks[look]
    if isinstance(content, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", content)
        cell.data_type = "s"
        if _LIKE_A_FORMULA.match(content):
            style = quoted(style)
    elif content is not None:
        cell.value = content
    cell._style = style


def put_text(page: Page, row: int, column: int, text: str, look: str) -> None:
    """Write a text of ours, one that the reader must not take for somebody's addition."""
    put(page, row, column, text, look)
    if text:
        page.texts.add(text)


def put_formula(page: Page, row: int, column: int, formula: str, look: str) -> None:
    """Write a formula of ours, without the equals sign."""
    cell = page.sheet.cell(row, column, f"={formula}")
    cell._style = page.looks[look]


def put_paragraph(page: Page, row: int, column: int, text: str, look: str, *, points: int = TEXT_POINTS) -> float:
    """Write a text that may run on to the last column; returns the height it needs.

    Cells are merged only where the text would not fit into one line.
    """
    put_text(page, row, column, text, look)
    width = sum(page.widths.get(number, 0) for number in range(column, page.last_column + 1))
    lines = line_count(text, width, points)
    if lines > 1 and column < page.last_column:
        page.sheet.merge_cells(start_row=row, end_row=row, start_column=column, end_column=page.last_column)
    return height_of(lines, points)


def set_height(page: Page, row: int, points: float) -> None:
    """Set a row's height."""
    page.sheet.row_dimensions[row].height = points


def set_widths(page: Page) -> None:
    """Give the sheet its column widths."""
    for number, width in page.widths.items():
        page.sheet.column_dimensions[column_letters(number)].width = width + 0.7


@cache
def line_count(text: str, width: float, points: int = TEXT_POINTS) -> int:
    """How many lines a text takes in a column of that width (in digits at 11 points), estimated on the safe side."""
    characters = max(int(width * TEXT_POINTS / points * 1.04), 4)
    return sum(max(len(wrap(line, characters)), 1) for line in text.split("\n"))


def height_of(lines: int, points: int = TEXT_POINTS) -> float:
    """Height of so many lines of text in points."""
    line = LINE_POINTS if points >= TEXT_POINTS else LINE_POINTS * (points + 0.5) / TEXT_POINTS
    return lines * line + _PADDING_POINTS


def small_height(text: str, width: float) -> float:
    """Height that a small text needs in a column of that width."""
    return height_of(line_count(text, width, SMALL_POINTS), SMALL_POINTS)
