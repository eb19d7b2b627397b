"""How sheets come out of a printer: A4, fitted to the width, headings repeated, no table torn from its heading."""

from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties

from expectations.form import Section, Sheet
from expectations.layout import column_letters
from flows.template.page import Page
from flows.template.questionnaire import Questionnaire, is_answered

_A4 = 9
_WIDEST_PORTRAIT = 118.0
"""Width in digits up to which a page in portrait stays legible."""
_DIGIT_POINTS, _PADDING_POINTS = 5.25, 3.7
"""Width of a digit and of a column's padding in Calibri 11."""
_MARGIN_INCHES, _TOP_INCHES, _BOTTOM_INCHES = 0.5, 0.55, 0.7
_SHORT_POINTS, _LONG_POINTS = 595.0, 842.0
_DEFAULT_ROW_POINTS = 15.0
_FOOTER_POINTS = 9
_ESTIMATE = 0.985
"""Allowance for what the estimate of a page's height gets wrong."""
_ROWS_WITH_HEADING = 6
"""A table that runs over several pages begins with at least so many rows below its heading."""


def set_up_print(page: Page, q: Questionnaire, sheet: Sheet, footer: str) -> None:
    """Set paper, orientation, scale, repeated rows, breaks and footer of a sheet.

    Args:
        page: the sheet, drawn.
        q: the questionnaire.
        sheet: the sheet's declaration.
        footer: body and period, bottom left.
    """
    made = page.sheet
    landscape = _width(page) > _WIDEST_PORTRAIT
    made.page_setup.paperSize = _A4
    made.page_setup.orientation = "landscape" if landscape else "portrait"
    made.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    made.page_setup.fitToWidth = 1
    made.page_setup.fitToHeight = 0
    margins = made.page_margins
    margins.left = margins.right = _MARGIN_INCHES
    margins.top, margins.bottom = _TOP_INCHES, _BOTTOM_INCHES
    margins.header = margins.footer = 0.35
    made.print_title_rows = _repeated_rows(q, sheet)
    made.print_area = f"A1:{column_letters(page.printed_to)}{made.max_row}"
    made.HeaderFooter.oddFooter = HeaderFooterItem(
        left=_HeaderFooterPart(footer.replace("&", "&&"), size=_FOOTER_POINTS),
        center=_HeaderFooterPart(sheet.title, size=_FOOTER_POINTS),
        right=_HeaderFooterPart("Seite &P von &N", size=_FOOTER_POINTS),
    )
    _break_before_torn_sections(page, q, sheet, _page_points(page, landscape=landscape))


def _width(page: Page) -> float:
    return sum(page.widths[number] for number in range(1, page.printed_to + 1))


def _repeated_rows(q: Questionnaire, sheet: Sheet) -> str:
    """A sheet of one table repeats its column headings on every page, any other its title and body."""
    if len(sheet.sections) == 1 and is_answered(q, sheet.sections[0]) and sheet.sections[0].kind != "values":
        place = q.layout.sections[sheet.sections[0].name]
        return f"{place.header_row}:{place.header_row + 1}"
    return "1:2"


def _page_points(page: Page, *, landscape: bool) -> float:
    """Height that rows may take on one sheet of paper, given the scale at which the width fits."""
    wide, high = (_LONG_POINTS, _SHORT_POINTS) if landscape else (_SHORT_POINTS, _LONG_POINTS)
    drawn = _width(page) * _DIGIT_POINTS + page.printed_to * _PADDING_POINTS
    scale = min((wide - 2 * _MARGIN_INCHES * 72) / drawn, 1.0)
    return (high - (_TOP_INCHES + _BOTTOM_INCHES) * 72) / scale * _ESTIMATE


def _break_before_torn_sections(page: Page, q: Questionnaire, sheet: Sheet, page_points: float) -> None:
    """Begin a new page where a section would be torn: a short one anywhere, a long one from its heading."""
    repeated = _points(page, 1, 2)
    used = 0.0
    next_row = 1
    for section in sheet.sections:
        place = q.layout.sections[section.name]
        used += _points(page, next_row, place.title_row - 1)
        whole = _points(page, place.title_row, place.last_row)
        needed = whole if whole <= page_points - repeated else _points(page, place.title_row, _first_rows(section, q))
        if used % page_points + needed > page_points and next_row > 1:
            page.sheet.row_breaks.append(Break(id=place.title_row - 1))
            used = repeated
        used += whole
        if used > page_points:
            used = repeated + (used - repeated) % (page_points - repeated)
        next_row = place.last_row + 1


def _first_rows(section: Section, q: Questionnaire) -> int:
    return q.layout.sections[section.name].first_row + _ROWS_WITH_HEADING


def _points(page: Page, first_row: int, last_row: int) -> float:
    rows = page.sheet.row_dimensions
    return sum(
        (rows[row].height or _DEFAULT_ROW_POINTS) if row in rows else _DEFAULT_ROW_POINTS
        for row in range(first_row, last_row + 1)
        if row not in rows or not rows[row].hidden
    )
