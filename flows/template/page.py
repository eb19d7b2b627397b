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
from flows.template.styles import SMALL_POINTS, TEXT_POINTS, dress, quoted

LINE_POINTS = 15.0
"""Height of a line at 11 points."""
_PADDING_POINTS = 4.0
_LETTERS_PER_DIGIT = 1.14
"""Letters of German text in Calibri that fit into the width of a digit, estimated on the safe side."""
_LIKE_A_FORMULA = re.compile(r"\s*[=+\-@]")


@dataclass(frozen=True)
class Page:
    """A sheet, what may be used on it and what was put there.

    Attributes:
        looks: styles by name.
        widths: column widths by number.
        printed_to: the last column on paper; those after it are for comparing on screen.
        texts: texts that were put on the sheet as ours.
    """

    sheet: Worksheet
    looks: Mapping[str, StyleArray]
    widths: Mapping[int, float]
    printed_to: int
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
    dress(cell, style)


def put_text(page: Page, row: int, column: int, text: str, look: str) -> None:
    """Write a text of ours, one that the reader must not take for somebody's addition."""
    put(page, row, column, text, look)
    if text:
        page.texts.add(text)


def put_formula(page: Page, row: int, column: int, formula: str, look: str) -> None:
    """Write a formula of ours, without the equals sign."""
    dress(page.sheet.cell(row, column, f"={formula}"), page.looks[look])


def put_paragraph(page: Page, row: int, column: int, text: str, look: str, *, points: int = TEXT_POINTS) -> float:
    """Write a text that may run on to the last printed column; returns the height it needs.

    Cells are merged only where the text would not fit into one line.
    """
    width = sum(page.widths.get(number, 0) for number in range(column, page.printed_to + 1))
    lines = line_count(text, width, points)
    put_text(page, row, column, text, look if lines > 1 else f"{look}.line")
    if lines > 1 and column < page.printed_to:
        page.sheet.merge_cells(start_row=row, end_row=row, start_column=column, end_column=page.printed_to)
    return height_of(lines, points)


def set_height(page: Page, row: int, points: float) -> None:
    """Set a row's height."""
    page.sheet.row_dimensions[row].height = points


def set_widths(page: Page) -> None:
    """Give the sheet its column widths."""
    for number, width in page.widths.items():
        page.sheet.column_dimensions[column_letters(number)].width = width + 0.7


INDENT = 1.4
"""Width that a cell's indent takes."""


@cache
def line_count(text: str, width: float, points: int = TEXT_POINTS) -> int:
    """How many lines a text takes in a column of that width (in digits at 11 points)."""
    characters = max(int(width * TEXT_POINTS / points * _LETTERS_PER_DIGIT), 4)
    return sum(max(len(wrap(line, characters)), 1) for line in text.split("\n"))


def height_of(lines: int, points: int = TEXT_POINTS) -> float:
    """Height of so many lines of text in points."""
    return lines * LINE_POINTS * points / TEXT_POINTS + _PADDING_POINTS


def small_height(text: str, width: float) -> float:
    """Height that a small, indented text needs in a column of that width."""
    return height_of(line_count(text, width - INDENT, SMALL_POINTS), SMALL_POINTS)
