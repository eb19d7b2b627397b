"""What stands in single cells of a sheet, as its part stores it: what a mark compares the cell with later."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from xml.parsers import expat

from flows.marking.markup import Node, run

Kind = Literal["blank", "number", "text", "logical", "error", "uncached"]
Position = tuple[int, int]
"""Row and column, both from 1."""
_DAY_ZERO = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}  # noqa: DTZ001 - a cell's date has no zone
_SECONDS = 86_400
ROWS_MAX, COLUMNS_MAX = 1_048_576, 16_384


@dataclass(frozen=True)
class Content:
    """A cell's content; `text` is the number, `TRUE` or `FALSE`, or the text itself."""

    kind: Kind
    text: str = ""


BLANK = Content("blank")


@dataclass
class SheetCells:
    """What was looked for on a sheet.

    Attributes:
        cells: contents of the cells that were wanted; those that are not there are blank.
        shared: wanted cells whose text stands in the list of shared texts, with its number.
        heights: heights of rows that have one of their own, in points; 0 where hidden.
    """

    cells: dict[Position, Content] = field(default_factory=dict)
    shared: dict[Position, int] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)


def cells_of(data: bytes, rows: Node, wanted: Collection[Position], *, from_1904: bool) -> SheetCells:
    """Look up cells of a sheet.

    Args:
        data: the sheet's part.
        rows: the element around its rows.
        wanted: positions to look at.
        from_1904: whether the workbook counts days from 1904.

    Raises:
        UnmarkableError: the rows are no well-formed XML.
    """
    if rows.closes_itself:
        return SheetCells()
    reader = _Reader(wanted, from_1904=from_1904)
    run(reader.parser, data[rows.begin : rows.end])
    return reader.found


class _Reader:
    """What is known while the parser runs over a sheet's rows."""

    def __init__(self, wanted: Collection[Position], *, from_1904: bool) -> None:
        self.wanted = wanted
        self.from_1904 = from_1904
        self.found = SheetCells()
        self.row = self.column = 0
        self.kind = ""
        self.has_formula = False
        self.is_wanted = False
        self.unread = 0
        self.texts: list[str] = []
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end

    def _begin(self, name: str, attributes: Mapping[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "c":
            self.row, self.column = position_of(attributes.get("r", "")) or (self.row, self.column + 1)
            self.is_wanted = (self.row, self.column) in self.wanted
            self.kind, self.has_formula, self.texts = attributes.get("t", "n"), False, []
        elif local == "row":
            self._begin_row(attributes)
        elif self.is_wanted and local in {"v", "t"} and not self.unread:
            self.parser.CharacterDataHandler = self.texts.append
        elif self.is_wanted and local == "f":
            self.has_formula = True
        elif local == "rPh":
            self.unread += 1

    def _begin_row(self, attributes: Mapping[str, str]) -> None:
        number = attributes.get("r", "")
        self.row = int(number) if number.isdecimal() and len(number) <= 7 else self.row + 1
        self.column = 0
        height = 0.0 if attributes.get("hidden") in {"1", "true"} else _number(attributes.get("ht", ""))
        if height is not None:
            self.found.heights[self.row] = height

    def _end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local in {"v", "t"}:
            self.parser.CharacterDataHandler = None
        elif local == "rPh":
            self.unread -= 1
        elif local == "c" and self.is_wanted:
            self._keep((self.row, self.column), "".join(self.texts))
            self.is_wanted = False

    def _keep(self, position: Position, text: str) -> None:
        if self.kind == "s" and text.strip().isdecimal():
            self.found.shared[position] = int(text)
        else:
            self.found.cells[position] = _content(
                self.kind, text, has_formula=self.has_formula, from_1904=self.from_1904
            )


def _content(kind: str, text: str, *, has_formula: bool, from_1904: bool) -> Content:
    if kind == "e":
        return Content("error", text)
    if kind in {"str", "inlineStr", "s"}:
        return Content("text", text) if text else BLANK
    if not text.strip():
        return Content("uncached") if has_formula else BLANK
    if kind == "b":
        return Content("logical", "TRUE" if text.strip() in {"1", "true"} else "FALSE")
    number = _serial(text.strip(), from_1904=from_1904) if kind == "d" else _number(text)
    return Content("text", text) if number is None else Content("number", repr(number))


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < 1e300 else None  # neither infinite nor beyond what a cell holds


def _serial(text: str, *, from_1904: bool) -> float | None:
    """A day as the number that programs make of it."""
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None
    return (moment - _DAY_ZERO[from_1904]).total_seconds() / _SECONDS


def position_of(address: str) -> Position | None:
    """Where an address such as `$C$12` leads; None where it is none."""
    plain = address.replace("$", "")
    letters = plain.rstrip("0123456789")
    digits = plain[len(letters) :]
    if not (0 < len(letters) <= 3 and letters.isascii() and letters.isalpha() and 0 < len(digits) <= 7):
        return None
    column = 0
    for letter in letters.upper():
        column = 26 * column + ord(letter) - ord("A") + 1
    row = int(digits)
    return (row, column) if column <= COLUMNS_MAX and 1 <= row <= ROWS_MAX else None


def shared_texts(data: bytes, wanted: Collection[int]) -> Mapping[int, str]:
    """Texts of the list of shared texts by number, without hints how to pronounce them.

    Raises:
        UnmarkableError: the part is no well-formed XML.
    """
    texts: dict[int, list[str]] = {}
    number, unread = -1, 0
    parser = expat.ParserCreate("utf-8")

    def begin(name: str, _: Mapping[str, str]) -> None:
        nonlocal number, unread
        local = name.rpartition(":")[2]
        if local == "si":
            number += 1
        elif local == "rPh":
            unread += 1
        elif local == "t" and not unread and number in wanted:
            parser.CharacterDataHandler = texts.setdefault(number, []).append

    def end(name: str) -> None:
        nonlocal unread
        parser.CharacterDataHandler = None
        unread -= name.rpartition(":")[2] == "rPh"

    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    run(parser, data)
    return {number: "".join(pieces) for number, pieces in texts.items()}
