"""Notes, text boxes and pictures on the sheets of an .ods, which its own scan passes over."""

from collections.abc import Iterable, Mapping

from expectations.layout import address
from expectations.markers import without_own_notes
from flows.workbook.markup import Element, elements
from flows.workbook.remarks import Remark, RemarkKind

_MARKS = (b"annotation", b"<draw:")
_KINDS: Mapping[str, RemarkKind] = {
    "annotation": "note",
    "image": "picture",
    **dict.fromkeys(("text-box", "custom-shape", "rect", "ellipse", "caption", "polygon", "path"), "text"),
}
_CELLS = frozenset({"table-cell", "covered-table-cell"})
_MOST_REPEATED = 7


def ods_remarks(part: str, content: bytes) -> Mapping[str, tuple[Remark, ...]]:
    """What lies beside the cells of each sheet, by the sheet's name; drawings that float have no cell.

    Args:
        part: name of the document's content, for messages.
        content: its bytes.

    Raises:
        RefusalError: it is damaged or beyond a limit.
    """
    if not any(mark in content for mark in _MARKS):
        return {}
    return _by_sheet(elements(part, content))


def _by_sheet(found: Iterable[Element]) -> dict[str, tuple[Remark, ...]]:
    """Remarks by sheet. Elements come as they end: a remark before its cell, a cell before its row."""
    sheets: dict[str, tuple[Remark, ...]] = {}
    pending: list[tuple[RemarkKind, str]] = []
    in_row: list[tuple[int, RemarkKind, str]] = []
    on_sheet: list[Remark] = []
    row = column = 0
    paragraphs = _Paragraphs()
    for element in found:
        paragraphs.hear(element)
        if element.name in _KINDS:
            pending += _remark(element, paragraphs.taken())
        elif element.name == "shapes":
            on_sheet += [Remark(kind, "", text) for kind, text in pending]
            pending = []
        elif element.name in _CELLS:
            in_row += [(column + 1, kind, text) for kind, text in pending]
            column, pending = column + _repeated(element, "number-columns-repeated"), []
        elif element.name == "table-row":
            on_sheet += [Remark(kind, address(row + 1, at), text) for at, kind, text in in_row]
            row, column, in_row = row + _repeated(element, "number-rows-repeated"), 0, []
        elif element.name == "table" and element.parent == "spreadsheet":
            sheets[element.attributes.get("name", "")] = tuple(on_sheet)
            row, on_sheet = 0, []
    return sheets


class _Paragraphs:
    """The paragraphs of the remark that is being read; a cell's own are not kept."""

    def __init__(self) -> None:
        self._spans: list[str] = []
        self._lines: list[str] = []

    def hear(self, element: Element) -> None:
        """Keep what an element says."""
        if element.name in {"span", "a"}:
            self._spans.append(element.text)
        elif element.name == "p":
            if element.parent in _KINDS:
                self._lines.append("".join([element.text, *self._spans]))
            self._spans = []

    def taken(self) -> str:
        """All lines since the last remark."""
        lines, self._lines = self._lines, []
        return "\n".join(lines)


def _remark(element: Element, said: str) -> list[tuple[RemarkKind, str]]:
    """What an element is a remark of: nothing where it says nothing, or is the picture of a chart's cells."""
    kind = _KINDS[element.name]
    text = without_own_notes(said).strip()
    is_drawing = element.attributes.get("href", "").startswith("Pictures/")
    return [(kind, text)] if text or (kind == "picture" and is_drawing) else []


def _repeated(element: Element, attribute: str) -> int:
    digits = element.attributes.get(attribute, "1")
    return int(digits) if digits.isdecimal() and len(digits) <= _MOST_REPEATED else 1
