"""A sheet of unusual shape, written anew as every program writes it.

calamine reads what Excel, LibreOffice and the common libraries write. Of what the standard allows beyond that, it
loses or mistakes some without a word: cells without addresses, values with comments, references or CDATA in them,
texts in place of inline strings, cells or blocks that stand twice.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NoReturn
from xml.sax.saxutils import escape, quoteattr

from expectations.layout import column_letters
from flows.workbook.markup import Element, elements
from flows.workbook.refusal import RefusalError

_ADDRESS = re.compile(rb'<c r="([A-Z]{1,3}[0-9]{1,7})"')
_UNUSUAL = re.compile(
    rb'<(?:!|\?(?!xml )|c(?:>| (?!r="[A-Z]{1,3}[0-9]{1,7}"))|v(?: [^/]|>[^<]*&#)|/v><v'
    rb"|[^ :>]+:(?:c|row|sheetData)[ />])"
    rb'| t="(?:s"[^>]*><v>(?![0-9]+</)|b"[^>]*><v>(?![01]</)|inlineStr"[^>]*><v)'
)
_CELL_ADDRESS = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_LONGEST_ROW = 7
_KINDS = frozenset({"n", "s", "b", "e", "d", "str", "inlineStr"})
_TRUTHS = {"1": "1", "true": "1", "0": "0", "false": "0"}


@dataclass
class _Cell:
    """What a cell element holds: its values, the texts of an inline string, its formula."""

    attributes: dict[str, str] = field(default_factory=dict)
    values: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    formula: str | None = None

    @property
    def is_blank(self) -> bool:
        """Whether it holds nothing but its looks."""
        return self.formula is None and not any(self.values) and not any(self.texts)


def is_usual(content: bytes) -> bool:
    """Whether calamine reads a sheet's part right: each cell stands once, with its address and a plain value."""
    addresses = _ADDRESS.findall(content)
    is_single = len(set(addresses)) == len(addresses) and content.count(b"<sheetData") <= 1
    return is_single and _UNUSUAL.search(content) is None


def rewritten(part: str, data: bytes) -> bytes:
    """A sheet's part with nothing but its cells and merged areas, in the usual shape.

    Args:
        part: its name, for messages.
        data: its bytes, scanned before.

    Raises:
        RefusalError: a cell stands twice or holds what no cell can.
    """
    found = elements(part, data)
    rows: dict[int, dict[int, str]] = {}
    for row, column, cell in _placed(part, found):
        address = f"{column_letters(column)}{row}"
        if cell.is_blank:
            continue
        if column in rows.setdefault(row, {}):
            _refuse(part, address)
        rows[row][column] = _cell_xml(part, address, cell)
    merges = "".join(f"<mergeCell ref={quoteattr(one.attributes['ref'])}/>" for one in found if one.name == "mergeCell")
    sheet = "".join(
        f'<row r="{row}">{"".join(cells[column] for column in sorted(cells))}</row>'
        for row, cells in sorted(rows.items())
    )
    return f"<worksheet><sheetData>{sheet}</sheetData><mergeCells>{merges}</mergeCells></worksheet>".encode()


def _placed(part: str, found: Sequence[Element]) -> Iterator[tuple[int, int, _Cell]]:
    """Row, column and content of all cells; what says no address follows what stands before it."""
    row = 0
    cells: list[_Cell] = []
    for cell_or_row in _cells_and_rows(found):
        if isinstance(cell_or_row, _Cell):
            cells.append(cell_or_row)
            continue
        row = _number(part, cell_or_row.attributes.get("r", str(row + 1)))
        column = 0
        for cell in cells:
            address = cell.attributes.get("r")
            cell_row, column = (row, column + 1) if address is None else _position(part, address)
            yield cell_row, column, cell
        cells = []


def _cells_and_rows(found: Sequence[Element]) -> Iterator[_Cell | Element]:
    """Cells with what they hold, and after those of each row its element."""
    cell = _Cell()
    for element in found:
        around = (element.name, element.parent)
        if around == ("v", "c"):
            cell.values.append(element.text)
        elif around == ("f", "c"):
            cell.formula = element.text
        elif element.name == "t" and element.parent in {"is", "r"}:
            cell.texts.append(element.text)
        elif around == ("c", "row"):
            cell.attributes = dict(element.attributes)
            yield cell
            cell = _Cell()
        elif around == ("row", "sheetData"):
            yield element


def _cell_xml(part: str, address: str, cell: _Cell) -> str:
    kind = cell.attributes.get("t", "n")
    value = cell.values[0] if cell.values else ""
    if kind not in _KINDS or len(cell.values) > 1 or (kind == "s" and not value.strip().isdecimal()):
        _refuse(part, address)
    if cell.texts or kind == "inlineStr":
        kind, value = "str", "".join(cell.texts) or value
    elif kind == "b":
        value = _TRUTHS.get(value.strip()) or _refuse(part, address)
    elif kind != "str":
        value = value.strip()
    style = cell.attributes.get("s", "")
    formula = "" if cell.formula is None else f"<f>{escape(cell.formula)}</f>"
    stored = f"<v>{escape(value)}</v>" if cell.values or cell.texts else ""
    return f'<c r="{address}" s="{style if style.isdecimal() else "0"}" t="{kind}">{formula}{stored}</c>'


def _position(part: str, address: str) -> tuple[int, int]:
    match = _CELL_ADDRESS.fullmatch(address)
    if match is None:
        _refuse(part, address)
    column = 0
    for letter in match[1].upper():
        column = 26 * column + ord(letter) - ord("A") + 1
    return _number(part, match[2]), column


def _number(part: str, digits: str) -> int:
    if not digits.isdecimal() or len(digits) > _LONGEST_ROW:
        _refuse(part, digits)
    return int(digits)


def _refuse(part: str, address: str) -> NoReturn:
    raise RefusalError("R-DAT-15", given=f"{part} (Zelle {address})")
