"""A sheet that is written from top to bottom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil

from openpyxl.cell import Cell, MergedCell
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from flows.publication.report.wording import plain

Value = str | int | Decimal | date | None
_LINE_POINTS = 15.0
_SCALE_PERCENT = 68
"""So that the Land, its parts and all bodies stand on one page of A4 across, and eleven periods beside each other."""
_MARGIN_INCHES = 0.5
_LETTER_WIDTH = 0.95
"""Of a letter in the mean, in units of a column's width: words that do not break are allowed for."""


@dataclass
class Page:
    """A sheet with the row that is written next.

    Attributes:
        looks: see `styles.looks_of`.
        widths: of its columns, in characters.
        row: the next row.
        first_column: where its rows begin.
    """

    sheet: Worksheet
    looks: Mapping[str, StyleArray]
    widths: Sequence[float]
    row: int = 1
    first_column: int = 1

    def put(self, values: Sequence[tuple[Value, str]], *, height: float | None = None) -> None:
        """Write one row: a value and the name of its look, column by column."""
        for column, (value, look) in enumerate(values, start=self.first_column):
            write_cell(self.sheet.cell(self.row, column), value, self.looks[look])
        if height is not None:
            self.sheet.row_dimensions[self.row].height = height
        self.row += 1

    def put_table_row(self, values: Sequence[tuple[Value, str]]) -> None:
        """Write one row as high as its longest text needs."""
        lines = [_lines(value, width) for (value, _), width in zip(values, self.widths, strict=False)]
        self.put(values, height=_LINE_POINTS * max(lines, default=1))

    def put_across(self, text: str, look: str, *, lines_may_break: bool = True) -> None:
        """Write one text across all columns."""
        last = len(self.widths)
        write_cell(self.sheet.cell(self.row, 1), text, self.looks[look])
        for column in range(2, last + 1):
            self.sheet.cell(self.row, column)._style = self.looks[look]  # type: ignore[union-attr]
        if lines_may_break:
            self.sheet.merge_cells(start_row=self.row, end_row=self.row, start_column=1, end_column=last)
            self.sheet.row_dimensions[self.row].height = _LINE_POINTS * _lines(text, sum(self.widths))
        self.row += 1

    def put_block(self, text: str, look: str) -> None:
        """Write one text across the remaining columns and as many rows as it needs: rows beside keep their height."""
        first, last = self.first_column, len(self.widths)
        rows = _lines(text, sum(self.widths[first - 1 :]))
        write_cell(self.sheet.cell(self.row, first), text, self.looks[look])
        self.sheet.merge_cells(start_row=self.row, end_row=self.row + rows - 1, start_column=first, end_column=last)
        self.row += rows

    def skip(self) -> None:
        """Leave a row empty."""
        self.row += 1

    def break_page(self) -> None:
        """Begin a new page before the next row."""
        self.sheet.row_breaks.append(Break(id=self.row - 1))


def write_cell(cell: Cell | MergedCell, value: Value, look: StyleArray) -> None:
    """Write a value; a text stays a text, whatever it begins with."""
    cell._style = look  # type: ignore[union-attr]
    if not isinstance(value, str):
        cell.value = value
        return
    text = plain(value)
    cell.value = text or None
    if text and cell.data_type != "s":
        cell.data_type = "s"
        array = StyleArray(look)
        array.quotePrefix = 1
        cell._style = array  # type: ignore[union-attr]


def page_on(sheet: Worksheet, looks: Mapping[str, StyleArray], widths: Sequence[float], pages_high: int | None) -> Page:
    """An empty sheet made ready: widths, and A4 across when printed.

    Args:
        sheet: the sheet.
        looks: see `styles.looks_of`.
        widths: of its columns, in characters.
        pages_high: how many pages high it is made by shrinking it to the width of one, 0 as many as it needs; None
            where it has the scale of all tables of figures.
    """
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.sheet_view.showGridLines = False
    setup = sheet.page_setup
    setup.orientation, setup.paperSize, setup.scale = "landscape", sheet.PAPERSIZE_A4, _SCALE_PERCENT
    if pages_high is not None:
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        setup.fitToHeight = pages_high
    margins = sheet.page_margins
    margins.left = margins.right = margins.top = margins.bottom = _MARGIN_INCHES
    margins.header = margins.footer = _MARGIN_INCHES / 2
    return Page(sheet, looks, widths)


def freeze_above(page: Page) -> None:
    """Keep the rows written so far, and the first column, in sight; print the rows on every page."""
    page.sheet.freeze_panes = f"B{page.row}"
    page.sheet.print_title_rows = f"1:{page.row - 1}"


def sign(page: Page, footer: str, mark: str) -> None:
    """What stands at the edge of each printed page; `mark` is a demonstration's watermark or nothing."""
    page.sheet.oddFooter = HeaderFooterItem(left=_HeaderFooterPart(footer), right=_HeaderFooterPart("Seite &P von &N"))
    if mark:
        page.sheet.oddHeader = HeaderFooterItem(right=_HeaderFooterPart(mark))


def _lines(value: Value, width: float) -> int:
    """How many lines a text needs in a column."""
    text = value if isinstance(value, str) else ""
    return sum(max(1, ceil(len(line) * _LETTER_WIDTH / max(width, 1))) for line in text.split("\n"))
