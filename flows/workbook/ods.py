"""A workbook as LibreOffice keeps it (.ods), read by a bounded scan of our own.

Its XML says of each cell what kind of value it holds, which calamine does not hand on (truth values become 1.0, error
cells and blanks are alike); so the scan that has to look at everything anyway takes the values, too.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote
from xml.parsers import expat

from expectations.layout import address
from flows.workbook.container import Parts, open_parts
from flows.workbook.grid import Grid
from flows.workbook.markup import DEPTH_MAX, check_depth, elements, local, run
from flows.workbook.ods_remarks import ods_remarks
from flows.workbook.ods_sheet import Cell, Sheet, place_cell
from flows.workbook.ods_values import address_in_excel, formula_in_excel, kind_of, plain_formula, value_of
from flows.workbook.package import NAMES_MAX, OTHER_PROGRAM, SHEETS_MAX
from flows.workbook.refusal import RefusalError, check_count
from flows.workbook.scan import (
    AREA_MAX,
    CELLS_MAX,
    COLUMNS_MAX,
    MERGES_MAX,
    ROWS_MAX,
    VALIDATIONS_MAX,
    Area,
)

_CONTENT, _META, _MANIFEST = "content.xml", "meta.xml", "meta-inf/manifest.xml"
_MACRO_FOLDERS = ("basic/", "scripts/")
_DDE = b":dde-source"
"""What a link holds that asks another program, not a file."""
_CHART = "application/vnd.oasis.opendocument.chart"
_SPACES_MAX = 1_000_000
"""Blanks that are written as a number of blanks: a few bytes could stand for gigabytes."""


@dataclass(frozen=True)
class OpenDocument:
    """What an .ods holds; as in `flows.workbook.book.Book`."""

    grids: Sequence[Grid]
    names: Mapping[str, str]
    properties: Mapping[str, str]
    links: Sequence[str]
    foreign: Sequence[str]


def read_ods(data: bytes) -> OpenDocument:
    """Read an .ods.

    Raises:
        RefusalError: it is encrypted, damaged, holds macros, or is beyond a limit.
    """
    _check_not_encrypted(data)
    parts = open_parts(data)
    if any(name.startswith(_MACRO_FOLDERS) for name in parts.names):
        raise RefusalError("R-DAT-13")
    scanner = _scanned(parts)
    remarks = ods_remarks(_CONTENT, parts.contents[_CONTENT])
    return OpenDocument(
        grids=[replace(grid, remarks=remarks.get(grid.name, ())) for grid in scanner.grids()],
        names=scanner.names,
        properties=_properties(parts),
        links=tuple(scanner.links),
        foreign=tuple(_foreign(parts)),
    )


def ods_properties(data: bytes) -> Mapping[str, str]:
    """Custom document properties alone; the names stand behind all cells.

    Raises:
        RefusalError: it is encrypted, damaged or beyond a limit.
    """
    _check_not_encrypted(data)
    return _properties(open_parts(data, only={_META}))


def _check_not_encrypted(data: bytes) -> None:
    """An encrypted document is a ZIP container like any other; only its manifest tells."""
    parts = open_parts(data, only={_MANIFEST})
    manifest = parts.contents.get(_MANIFEST, b"")
    if "encrypted-package" in parts.names or b"encryption-data" in manifest:
        raise RefusalError("R-DAT-03")


def _scanned(parts: Parts) -> "_Scanner":
    scanner = _Scanner()
    run(scanner.parser, _CONTENT, parts.contents[_CONTENT])
    return scanner


def _properties(parts: Parts) -> Mapping[str, str]:
    if _META not in parts.contents:
        return {}
    found = elements(_META, parts.contents[_META])
    return {one.attributes.get("name", ""): one.text.strip() for one in found if one.name == "user-defined"}


def _foreign(parts: Parts) -> Iterator[str]:
    """Links to other programs, and embedded documents; charts are documents of their own here, and harmless."""
    if _DDE in parts.contents[_CONTENT]:
        yield OTHER_PROGRAM
    if _MANIFEST not in parts.contents:
        return
    kinds = {
        entry.attributes.get("full-path", ""): entry.attributes.get("media-type", "")
        for entry in elements(_MANIFEST, parts.contents[_MANIFEST])
        if entry.name == "file-entry"
    }
    folders = {path: kind for path, kind in kinds.items() if path.endswith("/") and path != "/"}
    if any("opendocument" in kind and kind != _CHART for kind in folders.values()) or any(
        kind == "application/vnd.sun.star.oleobject" for kind in kinds.values()
    ):
        yield "eine eingebettete Datei"


class _Scanner:
    """What is known while the parser runs."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.begins: dict[str, Callable[[Mapping[str, str]], None]] = {
            "table": self._begin_table,
            "table-source": self._source,
            "cell-range-source": self._linked_range,
            "table-row": self._begin_row,
            "table-cell": self._begin_cell,
            "covered-table-cell": self._begin_cell,
            "p": self._begin_paragraph,
            "s": self._blanks,
            "tab": self._tabulator,
            "line-break": self._line_break,
            "style": self._begin_style,
            "table-properties": self._table_properties,
            "named-range": self._named_range,
            "named-expression": self._named_expression,
            "content-validation": self._validation,
        }
        self.ends: dict[str, Callable[[], None]] = {
            "table": self._end_table,
            "table-row": self._end_row,
            "table-cell": self._end_cell,
            "covered-table-cell": self._end_cell,
            "p": self._end_paragraph,
        }
        self.stack: list[str] = []
        self.muted_at = 0
        self.table_depth = self.cell_depth = self.paragraph_depth = 0
        self.sheets: list[Sheet] = []
        self.names: dict[str, str] = {}
        self.links: list[str] = []
        self.hidden_styles: set[str] = set()
        self.style = ""
        self.row = self.row_count = self.column = 0
        self.cells: list[Cell] = []
        self.attributes: Mapping[str, str] = {}
        self.texts: list[str] = []
        self.filled = self.spaces = self.validations = self.listed = 0

    def grids(self) -> tuple[Grid, ...]:
        """The sheets of cells in the order of the tabs."""
        own = [sheet for sheet in self.sheets if not sheet.is_foreign]
        if len({sheet.name.casefold() for sheet in own}) != len(own):
            raise RefusalError("R-DAT-15", given=_CONTENT)
        return tuple(sheet.grid(number) for number, sheet in enumerate(own))

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        name = local(name)
        self.stack.append(name)
        if len(self.stack) > DEPTH_MAX:
            check_depth(_CONTENT, len(self.stack))
        if self.muted_at:
            return
        begin = self.begins.get(name)
        if begin is not None:
            begin(_unprefixed(attributes))
        elif name in _MUTED:
            self.muted_at = len(self.stack)

    def _end(self, _: str) -> None:
        depth = len(self.stack)
        name = self.stack.pop()
        if self.muted_at:
            if depth == self.muted_at:
                self.muted_at = 0
            return
        end = self.ends.get(name)
        if end is not None:
            end()

    # --- sheets

    def _begin_table(self, attributes: Mapping[str, str]) -> None:
        if self.table_depth:  # no program that clerks use writes one; what stands in it would be overlooked
            raise RefusalError("R-DAT-46", given=".ods", expected="eine Tabelle innerhalb einer Zelle")
        if self.stack[-2:-1] != ["spreadsheet"]:
            self.muted_at = len(self.stack)
            return
        check_count("Blätter", len(self.sheets) + 1, SHEETS_MAX)
        self.table_depth = len(self.stack)
        is_hidden = attributes.get("style-name", "") in self.hidden_styles
        self.sheets.append(Sheet(attributes.get("name", ""), is_hidden))
        self.row = 0

    def _end_table(self) -> None:
        if len(self.stack) + 1 != self.table_depth:
            return
        self.table_depth = 0
        sheet = self.sheets[-1]
        filled = sheet.values.keys() | sheet.errors.keys() | sheet.uncached
        last_row = max((row for row, _ in filled), default=0)
        last_column = max((column for _, column in filled), default=0)
        if last_row * last_column > AREA_MAX:
            raise RefusalError("R-DAT-18", given=address(last_row, last_column), name=sheet.name)

    def _source(self, attributes: Mapping[str, str]) -> None:
        """A copy of another file's cells, which LibreOffice keeps for formulas that refer to it."""
        if self.table_depth:
            self.sheets[-1].is_foreign = True
            self._linked_range(attributes)

    def _linked_range(self, attributes: Mapping[str, str]) -> None:
        """Cells that another file fills."""
        self.links.append(unquote(attributes.get("href", "")).replace("\\", "/").rpartition("/")[2])

    # --- rows and cells

    def _begin_row(self, attributes: Mapping[str, str]) -> None:
        self.row_count = _repeated(attributes, "number-rows-repeated")
        self.column = 0
        self.cells = []

    def _end_row(self) -> None:
        if not self.table_depth:
            return
        first, self.row = self.row + 1, self.row + self.row_count
        if not self.cells:
            return
        self.filled += self.row_count * sum(cell.columns for cell in self.cells)
        check_count("Zellen", self.filled, CELLS_MAX)
        last = self.cells[-1].column + self.cells[-1].columns - 1
        if self.row > ROWS_MAX or last > COLUMNS_MAX:
            raise RefusalError("R-DAT-18", given=address(self.row, last), name=self.sheets[-1].name)
        for row in range(first, self.row + 1):
            for cell in self.cells:
                for column in range(cell.column, cell.column + cell.columns):
                    place_cell(self.sheets[-1], (row, column), cell)

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        if not self.table_depth:
            return
        self.cell_depth = len(self.stack)
        self.attributes = attributes
        self.texts = []
        if "number-columns-spanned" in attributes:
            self._merge(attributes)

    def _end_cell(self) -> None:
        if not self.table_depth:
            return
        self.cell_depth = 0
        attributes, text = self.attributes, "".join(self.texts).removesuffix("\n")
        first, columns = self.column + 1, _repeated(attributes, "number-columns-repeated")
        self.column += columns
        formula = attributes.get("formula", "")
        kind = kind_of(attributes, text, formula)
        if kind or formula:
            value = value_of(kind, attributes, text)
            kind = kind if value is not None else "error"
            self.cells.append(Cell(first, columns, text if value is None else value, kind, formula_in_excel(formula)))

    def _merge(self, attributes: Mapping[str, str]) -> None:
        columns = _repeated(attributes, "number-columns-spanned")
        rows = _repeated(attributes, "number-rows-spanned")
        if columns * rows > 1:
            merges = self.sheets[-1].merges
            check_count("verbundene Bereiche", len(merges) + 1, MERGES_MAX)
            row, column = self.row + 1, self.column + 1
            merges.append(Area(row, column, row + rows - 1, column + columns - 1))

    # --- texts

    def _begin_paragraph(self, _: Mapping[str, str]) -> None:
        if self.cell_depth and len(self.stack) == self.cell_depth + 1:
            self.paragraph_depth = len(self.stack)
            self.parser.CharacterDataHandler = self._hear

    def _hear(self, text: str) -> None:
        if not self.muted_at:
            self.texts.append(text)

    def _end_paragraph(self) -> None:
        if self.paragraph_depth and len(self.stack) + 1 == self.paragraph_depth:
            self.parser.CharacterDataHandler = None
            self.paragraph_depth = 0
            self.texts.append("\n")

    def _blanks(self, attributes: Mapping[str, str]) -> None:
        if self.paragraph_depth:
            count = _repeated(attributes, "c")
            self.spaces += count
            check_count("Leerzeichen", self.spaces, _SPACES_MAX)
            self.texts.append(" " * count)

    def _tabulator(self, _: Mapping[str, str]) -> None:
        if self.paragraph_depth:
            self.texts.append("\t")

    def _line_break(self, _: Mapping[str, str]) -> None:
        if self.paragraph_depth:
            self.texts.append("\n")

    # --- styles and names

    def _begin_style(self, attributes: Mapping[str, str]) -> None:
        self.style = attributes.get("name", "") if attributes.get("family") == "table" else ""

    def _table_properties(self, attributes: Mapping[str, str]) -> None:
        if self.style and attributes.get("display") == "false":
            self.hidden_styles.add(self.style)

    def _named_range(self, attributes: Mapping[str, str]) -> None:
        self._name(attributes, address_in_excel(attributes.get("cell-range-address", "")))

    def _named_expression(self, attributes: Mapping[str, str]) -> None:
        self._name(attributes, plain_formula(attributes.get("expression", "")))

    def _name(self, attributes: Mapping[str, str], refers_to: str) -> None:
        """A name of the whole workbook; a sheet's own names do not count."""
        self.listed += 1
        check_count("benannte Bereiche", self.listed, NAMES_MAX)
        if not self.table_depth:
            self.names[attributes.get("name", "")] = refers_to

    def _validation(self, _: Mapping[str, str]) -> None:
        self.validations += 1
        check_count("Gültigkeitsregeln", self.validations, VALIDATIONS_MAX)


_MUTED = frozenset({"annotation", "shapes", "dde-links", "tracked-changes", "forms", "note", "ruby-text", "frame", "g"})
"""Elements in which nothing is read: comments, drawings, changes that were made, links to other programs."""


def _unprefixed(attributes: Mapping[str, str]) -> Mapping[str, str]:
    """Attributes by name without prefix; of two with one name the first counts, but an error is an error."""
    named: dict[str, str] = {}
    for key, value in attributes.items():
        name = local(key)
        if name not in named or (name == "value-type" and value == "error"):
            named[name] = value
    return named


def _repeated(attributes: Mapping[str, str], name: str) -> int:
    """How often something is repeated.

    Raises:
        RefusalError: it is no number that a sheet has room for.
    """
    text = attributes.get(name, "1")
    if not text.isascii() or not text.isdigit() or len(text) > 7 or text.strip("0") == "":
        raise RefusalError("R-DAT-15", given=f"{_CONTENT} ({name})")
    return int(text)
