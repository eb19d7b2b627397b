"""A workbook of Excel 97 to 2003 (.xls): calamine's values, and beside them what its records tell.

calamine gives `''` alike for blanks and error cells and knows no defined names, percentages or merged cells. So the
records are walked first, under limits; and where a record holds a number and calamine has none, the file is refused
rather than read with a gap.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO

from python_calamine import CalamineWorkbook

from expectations.layout import address
from flows.workbook.biff import (
    MACRO_SHEET,
    MODULE,
    STREAM,
    WORKSHEET,
    Globals,
    Tab,
    damaged,
    globals_of,
    links_of,
    names_of,
    records,
)
from flows.workbook.compound import Compound, packed
from flows.workbook.grid import Grid, Value
from flows.workbook.package import shows_percentage
from flows.workbook.refusal import RefusalError, check_count, refused_by_calamine
from flows.workbook.scan import AREA_MAX, CELLS_MAX, MERGES_MAX, VALIDATIONS_MAX, Area, Position
from flows.workbook.xls_remarks import REMARK_RECORDS, XlsRemarks

_MACRO_STORAGE = "_vba_project_cur"
_EMBEDDED = "mbd"
"""How storages of embedded files begin."""
_FORMULA, _STRING, _BOOLERR, _NUMBER, _RK = 0x0006, 0x0207, 0x0205, 0x0203, 0x027E
_MULRK, _LABELSST, _LABEL, _RSTRING = 0x00BD, 0x00FD, 0x0204, 0x00D6
_MERGEDCELLS, _DV, _QUERY, _DIMENSIONS = 0x00E5, 0x01BE, 0x01AD, 0x0200
_EXTENT = struct.Struct("<IIHH")
_ERROR_WORDS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_COLUMNS_MAX = 256
_FORMAT_PERCENT, _FORMAT_PERCENT_2 = 9, 10


@dataclass(frozen=True)
class OldWorkbook:
    """What an .xls holds; as in `flows.workbook.book.Book`."""

    grids: Sequence[Grid]
    names: Mapping[str, str]
    links: Sequence[str]
    foreign: Sequence[str]


@dataclass
class _Sheet:
    """What a sheet's records tell beyond its values."""

    errors: dict[Position, str] = field(default_factory=dict)
    formulas: dict[Position, str] = field(default_factory=dict)
    uncached: set[Position] = field(default_factory=set)
    percents: set[Position] = field(default_factory=set)
    merges: list[Area] = field(default_factory=list)
    numbers: set[Position] = field(default_factory=set)
    validations: int = 0
    cells: int = 0
    last_row: int = 0
    last_column: int = 0
    has_query: bool = False
    awaits_text: Position | None = None
    remarks: XlsRemarks = field(default_factory=XlsRemarks)
    extent_at: int = 0


def read_xls(data: bytes) -> OldWorkbook:
    """Read an .xls.

    Raises:
        RefusalError: it is encrypted, damaged, holds macros, or is beyond a limit.
    """
    compound = Compound(data)
    folders = [name.casefold() for name in compound.names()]
    stream = compound.stream(STREAM)
    found = globals_of(stream)
    if _MACRO_STORAGE in folders or any(tab.kind in (MACRO_SHEET, MODULE) for tab in found.tabs):
        raise RefusalError("R-DAT-13")
    sheets = _sheets(stream, found)
    _check_extent(sheets)
    values = _values(_with_true_extents(stream, [sheet for _, sheet in sheets]), [tab.name for tab, _ in sheets])
    return OldWorkbook(
        grids=[_grid(number, tab, sheet, values[tab.name]) for number, (tab, sheet) in enumerate(sheets)],
        names=names_of(found),
        links=tuple(links_of(found)),
        foreign=tuple(_foreign(folders, sheets)),
    )


def xls_names(data: bytes) -> Mapping[str, str]:
    """Workbook-level defined names alone.

    Raises:
        RefusalError: it is encrypted, damaged or beyond a limit.
    """
    return names_of(globals_of(Compound(data).stream(STREAM)))


# --- sheets ----------------------------------------------------------------------------------------------------------


def _sheets(stream: bytes, found: Globals) -> list[tuple[Tab, _Sheet]]:
    """The sheets of cells with what their records tell."""
    tabs = [tab for tab in found.tabs if tab.kind == WORKSHEET]
    if len({tab.offset for tab in found.tabs}) != len(found.tabs) or len({tab.name for tab in tabs}) != len(tabs):
        raise damaged()
    percents = {number for number, style in enumerate(found.styles) if _is_percentage(style, found.formats)}
    return [(tab, _scanned(records(stream, tab.offset), percents)) for tab in tabs]


def _is_percentage(number: int, formats: Mapping[int, str]) -> bool:
    code = formats.get(number)
    return number in (_FORMAT_PERCENT, _FORMAT_PERCENT_2) if code is None else shows_percentage(code)


def _scanned(records: Iterator[tuple[int, bytes, int]], percents: set[int]) -> _Sheet:
    sheet = _Sheet()
    try:
        for record, content, begins in records:
            if record in _CELL_RECORDS:
                _cell(sheet, record, content, percents)
            elif record == _STRING:
                sheet.awaits_text = None
            elif record == _DIMENSIONS and len(content) >= _EXTENT.size:
                sheet.extent_at = begins
            elif record in REMARK_RECORDS:
                sheet.remarks.hear(record, content)
            elif record == _MERGEDCELLS:
                _merge(sheet, content)
            elif record == _DV:
                sheet.validations += 1
                check_count("Gültigkeitsregeln", sheet.validations, VALIDATIONS_MAX)
            elif record == _QUERY:
                sheet.has_query = True
    except (struct.error, IndexError) as error:
        raise damaged() from error
    _settle(sheet)
    return sheet


_CELL_RECORDS = frozenset({_FORMULA, _BOOLERR, _NUMBER, _RK, _MULRK, _LABELSST, _LABEL, _RSTRING})


def _cell(sheet: _Sheet, record: int, content: bytes, percents: set[int]) -> None:
    _settle(sheet)
    row, column, style = struct.unpack_from("<HHH", content)
    position = (row + 1, column + 1)
    last_column = column + 1
    if record == _MULRK:
        last_column = struct.unpack_from("<H", content, len(content) - 2)[0] + 1
        styles = struct.unpack_from(f"<{'H4x' * (last_column - column)}", content, 4)
        for offset, one in enumerate(styles):
            _number(sheet, (row + 1, column + 1 + offset), one, percents)
    elif record in (_NUMBER, _RK):
        _number(sheet, position, style, percents)
    elif record == _BOOLERR:
        value, is_error = struct.unpack_from("<BB", content, 6)
        if is_error:
            sheet.errors[position] = _ERROR_WORDS.get(value, "#?")
        else:
            sheet.numbers.add(position)
    elif record == _FORMULA:
        _formula(sheet, position, content[6:14], style, percents)
    if not column < last_column <= _COLUMNS_MAX:
        raise damaged()
    sheet.cells += last_column - column
    sheet.last_row = max(sheet.last_row, row + 1)
    sheet.last_column = max(sheet.last_column, last_column)


def _number(sheet: _Sheet, position: Position, style: int, percents: set[int]) -> None:
    sheet.numbers.add(position)
    if style in percents:
        sheet.percents.add(position)


def _formula(sheet: _Sheet, position: Position, result: bytes, style: int, percents: set[int]) -> None:
    """A formula by its stored result: a number, or a kind of result where its last two bytes are set."""
    sheet.formulas[position] = ""
    kind, code = result[0], result[2]
    if result[6:8] != b"\xff\xff":
        _number(sheet, position, style, percents)
    elif kind == 0:
        sheet.awaits_text = position
    elif kind == 1:
        sheet.numbers.add(position)
    elif kind == 2:
        sheet.errors[position] = _ERROR_WORDS.get(code, "#?")


def _settle(sheet: _Sheet) -> None:
    """A formula that yields a text, which no record after it holds, has no stored result."""
    if sheet.awaits_text is not None:
        sheet.uncached.add(sheet.awaits_text)
        sheet.awaits_text = None


def _merge(sheet: _Sheet, content: bytes) -> None:
    (count,) = struct.unpack_from("<H", content)
    check_count("verbundene Bereiche", len(sheet.merges) + count, MERGES_MAX)
    for number in range(count):
        first_row, last_row, first_column, last_column = struct.unpack_from("<4H", content, 2 + 8 * number)
        sheet.merges.append(Area(first_row + 1, first_column + 1, last_row + 1, last_column + 1))


def _check_extent(sheets: Sequence[tuple[Tab, _Sheet]]) -> None:
    check_count("Zellen", sum(sheet.cells for _, sheet in sheets), CELLS_MAX)
    area = 0
    for tab, sheet in sheets:
        area += sheet.last_row * sheet.last_column
        if area > AREA_MAX:
            raise RefusalError("R-DAT-18", given=address(sheet.last_row, sheet.last_column), name=tab.name)


def _with_true_extents(stream: bytes, sheets: Sequence[_Sheet]) -> bytes:
    """The records with the extent that each sheet has, whatever it declares: calamine reserves memory for that."""
    told = bytearray(stream)
    for sheet in sheets:
        if sheet.extent_at:
            _EXTENT.pack_into(told, sheet.extent_at, 0, sheet.last_row, 0, sheet.last_column)
    return bytes(told)


def _values(stream: bytes, names: Sequence[str]) -> Mapping[str, Sequence[Sequence[Value]]]:
    with refused_by_calamine(), CalamineWorkbook.from_filelike(BytesIO(packed(STREAM, stream))) as workbook:
        if not set(names) <= set(workbook.sheet_names):
            raise RefusalError("R-DAT-19")
        return {name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names}


def _grid(number: int, tab: Tab, sheet: _Sheet, values: Sequence[Sequence[Value]]) -> Grid:
    grid = Grid(
        name=tab.name,
        number=number,
        is_hidden=tab.is_hidden,
        rows=[[_as_in_xlsx(value) for value in row] for row in values],
        errors=sheet.errors,
        formulas=sheet.formulas,
        uncached=frozenset(sheet.uncached),
        percents=frozenset(sheet.percents),
        merges=tuple(sheet.merges),
        remarks=sheet.remarks.all(),
    )
    for row, column in sheet.numbers:
        if grid.value(row, column) == "":
            raise RefusalError("R-DAT-46", given=".xls", expected=f"{tab.name}, Zelle {address(row, column)}")
    return grid


def _as_in_xlsx(value: Value) -> Value:
    """Whole numbers come as integers here."""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _foreign(folders: Sequence[str], sheets: Sequence[tuple[Tab, _Sheet]]) -> Iterator[str]:
    if any(name.startswith(_EMBEDDED) for name in folders):
        yield "eine eingebettete Datei"
    if any(sheet.has_query for _, sheet in sheets):
        yield "eine Datenabfrage"
