"""What people put onto a sheet beside its cells: notes, text boxes, pictures."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from expectations.finding import Finding
from expectations.layout import address
from expectations.markers import without_own_notes
from expectations.rules import finding
from flows.workbook.findings import also_at
from flows.workbook.markup import Element, elements
from flows.workbook.package import targets_of

RemarkKind = Literal["note", "text", "picture"]
_CELL = re.compile(r"[A-Z]{1,3}[0-9]{1,7}")
_LONGEST_NUMBER = 7
_CODES: Mapping[RemarkKind, str] = {"note": "R-TEC-27", "text": "R-TEC-28", "picture": "R-TEC-29"}


@dataclass(frozen=True)
class Remark:
    """A note at a cell, or a text box or picture whose corner lies on it.

    Attributes:
        cell: its address; `""` where it lies nowhere in particular.
        text: what it says, `""` for a picture.
    """

    kind: RemarkKind
    cell: str
    text: str


def remarks_on(parts: Mapping[str, bytes], sheet: str) -> tuple[Remark, ...]:
    """The remarks on a sheet.

    Args:
        parts: the workbook's parts.
        sheet: the sheet's part.

    Raises:
        RefusalError: one of the parts that hold them is damaged or beyond a limit.
    """
    related = [(kind, part) for kind, part in targets_of(parts, sheet).values() if part in parts]
    notes = (_notes(elements(part, parts[part])) for kind, part in related if kind == "comments")
    drawn = (_drawn(elements(part, parts[part])) for kind, part in related if kind == "drawing")
    return tuple(remark for found in (*notes, *drawn) for remark in found)


def remark_findings(sheet: str, remarks: Sequence[Remark]) -> Iterator[Finding]:
    """A finding for each kind of remark on a sheet: none of them is read."""
    for kind, code in _CODES.items():
        same = [remark for remark in remarks if remark.kind == kind]
        if same:
            found = finding(code, given=same[0].text, sheet=sheet, cell=same[0].cell, row_key=sheet, name=sheet)
            yield also_at(found, [remark.cell for remark in same[1:]])


def _notes(found: Iterable[Element]) -> Iterator[Remark]:
    authors: list[str] = []
    texts: list[str] = []
    for element in found:
        if element.name == "author":
            authors.append(element.text)
        elif element.name == "t" and element.parent in {"r", "text"}:
            texts.append(element.text)
        elif element.name == "comment":
            number = _number(element.attributes.get("authorId", ""))
            author = authors[number] if 0 <= number < len(authors) else ""
            own = without_own_notes("".join(texts)).strip()
            text = own.removeprefix(f"{author}:").strip()  # Excel begins a note with its author
            if text:
                cell = element.attributes.get("ref", "")
                yield Remark("note", cell if _CELL.fullmatch(cell) else "", text)
            texts = []


def _drawn(found: Iterable[Element]) -> Iterator[Remark]:
    """Text boxes and pictures, each where the corner of its anchor lies."""
    texts: list[str] = []
    corner: dict[str, int] = {}
    pictures = 0
    for element in found:
        if element.parent == "from" and element.name in {"row", "col"}:
            corner[element.name] = _number(element.text) + 1
        elif element.name == "t" and element.parent in {"r", "fld"}:
            texts.append(element.text)
        elif element.name == "pic":
            pictures += 1
        elif element.name.endswith("Anchor"):
            cell = address(corner["row"], corner["col"]) if len(corner) == 2 and all(corner.values()) else ""
            if "".join(texts).strip():
                yield Remark("text", cell, " ".join(texts).strip())
            elif pictures:
                yield Remark("picture", cell, "")
            texts, corner, pictures = [], {}, 0


def _number(text: str) -> int:
    """A number from 0 that a sheet can have; -1 where it is none."""
    digits = text.strip()
    return int(digits) if digits.isdecimal() and len(digits) <= _LONGEST_NUMBER else -1
