"""One pass over a sheet's XML: its extent, and what the values alone do not tell.

The values themselves come from calamine, which gives `''` alike for blanks, error cells and formulas without a stored
value, fails on error words it does not know, and aborts the whole process when two cells lie too far apart. So each
sheet is scanned first: under limits, noting those cells, and replacing every error word by one that it knows.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn
from xml.parsers import expat

from flows.workbook.markup import DEPTH_MAX, check_depth, local, run
from flows.workbook.refusal import RefusalError, check_count

CELLS_MAX = 500_000
AREA_MAX = 2_000_000
MERGES_MAX = 5_000
VALIDATIONS_MAX = 5_000
ROWS_MAX, COLUMNS_MAX = 1_048_576, 16_384
"""Excel's own limits."""
_ANY_ERROR = b"#N/A"
_DIGITS = "0123456789"
_BLANK_CELL = re.compile(rb'<c r="[A-Z]{1,3}[0-9]{1,7}"(?: s="[0-9]{1,6}")?(?: t="n")?(?:/>|></c>)')
"""A cell that holds nothing but its looks: most of a form's cells, so they are cut out before anything is parsed."""

Position = tuple[int, int]
"""Row and column, both from 1."""


@dataclass(frozen=True)
class Area:
    """A rectangle of cells, corners included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True)
class Scan:
    """What a sheet's XML tells beyond its values.

    Attributes:
        cells: how many cells it holds, blank ones included.
        last_row, last_column: the extent of what is filled.
        errors: error cells with their word, such as `#REF!`.
        formulas: cells with a formula, with its text.
        uncached: formulas without a stored value.
        percents: filled cells shown as a percentage.
        merges: merged areas.
        content: the part as calamine may read it, without blank cells.
    """

    cells: int
    last_row: int
    last_column: int
    errors: Mapping[Position, str]
    formulas: Mapping[Position, str]
    uncached: frozenset[Position]
    percents: frozenset[Position]
    merges: Sequence[Area]
    content: bytes


def scan_sheet(part: str, data: bytes, percent_styles: frozenset[str]) -> Scan:
    """Scan a sheet's part.

    Args:
        part: its name, for messages.
        data: its bytes.
        percent_styles: numbers of the cell styles that show a percentage.

    Raises:
        RefusalError: it is no well-formed XML or beyond a limit.
    """
    filled, blanks = _BLANK_CELL.subn(b"", data)
    scanner = _Scanner(part, percent_styles, cells=blanks)
    run(scanner.parser, part, filled)
    return scanner.scan(filled)


class _Scanner:
    """What is known while the parser runs; its handlers are the hot path of all reading."""

    def __init__(self, part: str, percent_styles: frozenset[str], *, cells: int) -> None:
        self.part = part
        self.percent_styles = percent_styles
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.begins: dict[str, Callable[[Mapping[str, str]], None]] = {
            "c": self._begin_cell,
            "v": self._begin_value,
            "is": self._begin_inline,
            "f": self._begin_formula,
            "row": self._begin_row,
            "mergeCell": self._merge,
            "dataValidation": self._validation,
        }
        self.ends: dict[str, Callable[[], None]] = {
            "c": self._end_cell,
            "v": self._end_value,
            "f": self._end_formula,
        }
        self.cells = cells
        self.depth = self.validations = 0
        self.row = self.column = 0
        self.last_row = self.last_column = 0
        self.columns: dict[str, int] = {}
        self.kind: str | None = None
        self.style: str | None = None
        self.formula: str | None = None
        self.is_stored = False
        self.value_begins = 0
        self.texts: list[str] = []
        self.patches: list[tuple[int, int]] = []
        self.errors: dict[Position, str] = {}
        self.formulas: dict[Position, str] = {}
        self.uncached: set[Position] = set()
        self.percents: set[Position] = set()
        self.merges: list[Area] = []

    def scan(self, data: bytes) -> Scan:
        """What was found."""
        return Scan(
            cells=self.cells,
            last_row=self.last_row,
            last_column=self.last_column,
            errors=self.errors,
            formulas=self.formulas,
            uncached=frozenset(self.uncached),
            percents=frozenset(self.percents),
            merges=tuple(self.merges),
            content=_patched(data, self.patches),
        )

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            check_depth(self.part, self.depth)
        begin = self.begins.get(name)
        if begin is None and ":" in name:
            begin = self.begins.get(local(name))
        if begin is not None:
            begin(attributes)

    def _end(self, name: str) -> None:
        self.depth -= 1
        end = self.ends.get(name)
        if end is None and ":" in name:
            end = self.ends.get(local(name))
        if end is not None:
            end()

    def _begin_row(self, attributes: Mapping[str, str]) -> None:
        address = attributes.get("r")
        self.row = self.row + 1 if address is None else _row(address) or self._refuse_address(address)
        self.column = 0

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        self.cells += 1
        if self.cells > CELLS_MAX:
            check_count("Zellen", self.cells, CELLS_MAX)
        address = attributes.get("r")
        if address is None:
            self.column += 1
        else:
            letters = address.rstrip(_DIGITS)
            self.column = self.columns.get(letters) or self._learned_column(letters)
            self.row = _row(address[len(letters) :]) or self._refuse_address(address)
        self.kind, self.style = attributes.get("t"), attributes.get("s")
        self.formula, self.is_stored = None, False

    def _begin_value(self, _: Mapping[str, str]) -> None:
        self._fill()
        if self.style in self.percent_styles:
            self.percents.add((self.row, self.column))
        if self.kind == "e" or self.formula is not None:
            self.value_begins = self.parser.CurrentByteIndex
            self._listen()

    def _begin_inline(self, _: Mapping[str, str]) -> None:
        self._fill()
        self.is_stored = True

    def _begin_formula(self, _: Mapping[str, str]) -> None:
        self.formula = ""
        self._listen()

    def _end_formula(self) -> None:
        if self.formula is not None:  # a formula of a cell; conditional formats have some too
            self.formula = self._heard()

    def _end_value(self) -> None:
        if self.kind != "e" and self.formula is None:
            return
        text = self._heard()
        self.is_stored = bool(text) or self.kind == "str"
        if self.kind == "e":
            self.errors[self.row, self.column] = text
            if text:
                self.patches.append((self.value_begins, self.parser.CurrentByteIndex))

    def _end_cell(self) -> None:
        if self.formula is not None:
            position = (self.row, self.column)
            self.formulas[position] = self.formula
            if not self.is_stored:
                self.uncached.add(position)
            self.formula = None

    def _merge(self, attributes: Mapping[str, str]) -> None:
        check_count("verbundene Bereiche", len(self.merges) + 1, MERGES_MAX)
        first, _, last = attributes.get("ref", "").partition(":")
        self.merges.append(Area(*self._position(first), *self._position(last or first)))

    def _validation(self, _: Mapping[str, str]) -> None:
        self.validations += 1
        check_count("Gültigkeitsregeln", self.validations, VALIDATIONS_MAX)

    def _fill(self) -> None:
        self.last_row = max(self.last_row, self.row)
        self.last_column = max(self.last_column, self.column)

    def _listen(self) -> None:
        self.texts = []
        self.parser.CharacterDataHandler = self.texts.append

    def _heard(self) -> str:
        self.parser.CharacterDataHandler = None
        return "".join(self.texts)

    def _position(self, address: str) -> Position:
        letters = address.rstrip(_DIGITS)
        row = _row(address[len(letters) :]) or self._refuse_address(address)
        return row, self.columns.get(letters) or self._learned_column(letters)

    def _learned_column(self, letters: str) -> int:
        column = 0
        for letter in letters.upper():
            if not "A" <= letter <= "Z" or column > COLUMNS_MAX:
                self._refuse_address(letters)
            column = 26 * column + ord(letter) - ord("A") + 1
        if not 1 <= column <= COLUMNS_MAX:
            self._refuse_address(letters)
        self.columns[letters] = column
        return column

    def _refuse_address(self, address: str) -> NoReturn:
        raise RefusalError("R-DAT-15", given=f"{self.part} (Zelle {address})")


def _row(digits: str) -> int:
    """A row number; 0 where it is none that a sheet can have."""
    row = int(digits) if 0 < len(digits) <= 7 and digits.isdecimal() else 0
    return row if row <= ROWS_MAX else 0


def _patched(data: bytes, patches: Sequence[tuple[int, int]]) -> bytes:
    """The part with its error words replaced; each patch runs from the start of `<v>` to that of `</v>`."""
    if not patches:
        return data
    pieces: list[bytes] = []
    kept_to = 0
    for begin, end in patches:
        text_begins = data.index(b">", begin) + 1
        pieces += [data[kept_to:text_begins], _ANY_ERROR]
        kept_to = end
    return b"".join([*pieces, data[kept_to:]])
