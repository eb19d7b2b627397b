"""The first sheet as XML: its rows as cells, links, print set-up."""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from expectations.layout import address, column_letters
from expectations.markers import MARKS_PREFIX
from flows.marking import wording
from flows.marking.markup import HEAD, escaped, in_ascii
from flows.marking.report import Cell, Row
from flows.marking.styles import BANDS, Looks

_WIDTHS = (9, 26, 58, 67, 10)
"""Column widths in digits; together one A4 page across, a little reduced."""
LAST_COLUMN = column_letters(len(_WIDTHS))
_MARKS_COLUMN = len(_WIDTHS) + 1
_LINE_POINTS = 13.5
_LETTERS_PER_DIGIT = 1.2
"""Letters are narrower than digits, and ours are smaller than those in which widths are counted."""
_FOOTER = f"&amp;L&amp;9{wording.TITLE}&amp;R&amp;9Seite &amp;P von &amp;N"
_HEIGHTS = {"title": 26, "whose": 18, "verdict": 20, "group": 16.5, **dict.fromkeys(BANDS, 19)}
"""Of rows with larger letters or bands."""
_HEIGHT_MAX = 409
_LINKS_MAX = 60_000
"""Of one sheet; programs allow 65,530."""


def sheet_xml(rows: Sequence[Row], header_row: int, looks: Looks, namespace: str) -> bytes:
    """The part of the first sheet.

    Args:
        rows: its rows from the first on.
        header_row: number of the row with the columns' headings; it stays in sight and is printed on each page.
        looks: numbers of its looks.
        namespace: of the workbook's sheets.
    """
    merges = "".join(
        f'<mergeCell ref="A{number}:{LAST_COLUMN}{number}"/>' for number, row in enumerate(rows, start=1) if row.is_wide
    )
    data = "".join(_row_xml(number, row, looks) for number, row in enumerate(rows, start=1))
    return in_ascii(
        f'{HEAD}<worksheet xmlns="{namespace}">'
        '<sheetPr><tabColor rgb="FFB00020"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<dimension ref="A1:{column_letters(_MARKS_COLUMN)}{len(rows)}"/>'
        f"{_view_xml(header_row)}"
        '<sheetFormatPr defaultRowHeight="15"/>'
        f"{_columns_xml()}"
        f"<sheetData>{data}</sheetData>"
        f'<mergeCells count="{merges.count("<")}">{merges}</mergeCells>'
        f"{_done_xml(header_row, len(rows), looks)}"
        f"{_links_xml(rows)}"
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
        f"<headerFooter><oddFooter>{_FOOTER}</oddFooter></headerFooter>"
        "</worksheet>"
    )


def _view_xml(header_row: int) -> str:
    below = f"A{header_row + 1}"
    return (
        '<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0">'
        f'<pane ySplit="{header_row}" topLeftCell="{below}" activePane="bottomLeft" state="frozen"/>'
        f'<selection pane="bottomLeft" activeCell="{below}" sqref="{below}"/></sheetView></sheetViews>'
    )


def _columns_xml() -> str:
    shown = "".join(
        f'<col min="{number}" max="{number}" width="{width + 0.7:.1f}" customWidth="1"/>'
        for number, width in enumerate(_WIDTHS, start=1)
    )
    return (
        f'<cols>{shown}<col min="{_MARKS_COLUMN}" max="{_MARKS_COLUMN}" width="9" hidden="1" customWidth="1"/></cols>'
    )


def _row_xml(number: int, row: Row, looks: Looks) -> str:
    cells = "".join(_cell_xml(address(number, column), cell, looks) for column, cell in enumerate(row.cells, start=1))
    if row.marks:
        marks = Cell(f"{MARKS_PREFIX}{row.marks}", "hidden")
        cells += _cell_xml(address(number, _MARKS_COLUMN), marks, looks)
    return f'<row r="{number}" ht="{_height(row)}" customHeight="1">{cells}</row>'


def _height(row: Row) -> float:
    """Points that a row needs: not every program finds out by itself, and none where cells are merged."""
    if row.cells[0].look in _HEIGHTS:
        return _HEIGHTS[row.cells[0].look]
    widths = (sum(_WIDTHS),) if row.is_wide else _WIDTHS
    lines = max(_lines(cell.text, width) for cell, width in zip(row.cells, widths, strict=False))
    return min(lines * _LINE_POINTS + 3, _HEIGHT_MAX)


def _lines(text: str, width: int) -> int:
    return sum(max(len(wrap(line, int(width * _LETTERS_PER_DIGIT))), 1) for line in text.split("\n"))


def _cell_xml(at: str, cell: Cell, looks: Looks) -> str:
    style = f' s="{looks.cells[cell.look]}"' if looks.cells[cell.look] else ""
    if cell.formula:
        return f'<c r="{at}"{style} t="str"><f>{escaped(cell.formula)}</f><v>{escaped(cell.text)}</v></c>'
    if not cell.text:
        return f'<c r="{at}"{style}/>'
    return f'<c r="{at}"{style} t="inlineStr"><is><t xml:space="preserve">{escaped(cell.text)}</t></is></c>'


def _done_xml(header_row: int, last_row: int, looks: Looks) -> str:
    """Rows of which the value was changed step back."""
    first = header_row + 1
    if last_row < first:
        return ""
    return (
        f'<conditionalFormatting sqref="A{first}:{LAST_COLUMN}{last_row}"><cfRule type="expression" '
        f'dxfId="{looks.marks["done"]}" priority="1"><formula>$A{first}=&quot;{wording.CHANGED}&quot;</formula>'
        "</cfRule></conditionalFormatting>"
    )


def _links_xml(rows: Sequence[Row]) -> str:
    links = list(_links(rows))[:_LINKS_MAX]
    return f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""


def _links(rows: Sequence[Row]) -> Iterator[str]:
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row.cells, start=1):
            if cell.link:
                yield f'<hyperlink ref="{address(number, column)}" location="{escaped(cell.link)}"/>'
