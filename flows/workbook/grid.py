"""The cells of a workbook: values from calamine, and beside them what its scan of the XML noted.

calamine never sees the sender's file: it gets a container of our own with nothing in it but the parts that were
checked and scanned.
"""

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook

from expectations.layout import address
from flows.workbook.package import Package
from flows.workbook.refusal import RefusalError, check_count
from flows.workbook.scan import AREA_MAX, CELLS_MAX, Area, Scan, scan_sheet

Value = int | float | str | bool | date | datetime | time | timedelta
"""What calamine gives; `""` for a blank cell."""
_FIXED_PARTS = (
    "[content_types].xml",
    "_rels/.rels",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/sharedstrings.xml",
    "xl/styles.xml",
)


@dataclass(frozen=True)
class Grid:
    """A sheet's cells.

    Attributes:
        name: as the sheet is called in the sender's file.
        number: its place among the tabs, from 0.
        rows: values from A1 on; rows and columns beyond are blank.
        errors, formulas, uncached, percents, merges: see `flows.workbook.scan.Scan`.
    """

    name: str
    number: int
    is_hidden: bool
    rows: Sequence[Sequence[Value]]
    errors: Mapping[tuple[int, int], str]
    formulas: Mapping[tuple[int, int], str]
    uncached: frozenset[tuple[int, int]]
    percents: frozenset[tuple[int, int]]
    merges: Sequence[Area]

    def value(self, row: int, column: int) -> Value:
        """The value of a cell, counted from 1; `""` where blank."""
        if row > len(self.rows):
            return ""
        values = self.rows[row - 1]
        return values[column - 1] if column <= len(values) else ""

    def is_filled(self, row: int, column: int) -> bool:
        """Whether a cell holds anything, an error value or a formula without result included."""
        position = (row, column)
        return self.value(row, column) != "" or position in self.errors or position in self.uncached

    def filled(self) -> Iterator[tuple[int, int, Value]]:
        """Row, column and value of every cell that holds something, error cells and uncached formulas included."""
        for row, values in enumerate(self.rows, start=1):
            for column, value in enumerate(values, start=1):
                if value != "":
                    yield row, column, value
        for row, column in sorted(self.errors.keys() | self.uncached):
            yield row, column, ""


def load_grids(package: Package) -> tuple[Grid, ...]:
    """Scan and read all sheets of cells, in the order of the tabs.

    Raises:
        RefusalError: a sheet is damaged or beyond a limit.
    """
    sheets = {
        number: (entry, scan_sheet(entry.part, package.parts.get(entry.part, b""), package.percent_styles))
        for number, entry in enumerate(package.sheets)
        if entry.part
    }
    _check_extent([(entry.name, scan) for entry, scan in sheets.values()])
    values = _values(package, {entry.part: scan.content for entry, scan in sheets.values()}, list(sheets))
    return tuple(
        Grid(
            name=entry.name,
            number=number,
            is_hidden=entry.is_hidden,
            rows=values[number],
            errors=scan.errors,
            formulas=scan.formulas,
            uncached=scan.uncached,
            percents=scan.percents,
            merges=scan.merges,
        )
        for number, (entry, scan) in sheets.items()
    )


def _check_extent(scans: Sequence[tuple[str, Scan]]) -> None:
    """Limits over all sheets together: calamine keeps a value for each cell between the first and the last."""
    check_count("Zellen", sum(scan.cells for _, scan in scans), CELLS_MAX)
    area = 0
    for name, scan in scans:
        area += scan.last_row * scan.last_column
        if area > AREA_MAX:
            raise RefusalError("R-DAT-18", given=address(scan.last_row, scan.last_column), name=name)


def _values(
    package: Package, contents: Mapping[str, bytes], numbers: Sequence[int]
) -> Mapping[int, Sequence[Sequence[Value]]]:
    """Values of the sheets by number."""
    try:
        with CalamineWorkbook.from_filelike(_container(package, contents)) as workbook:
            return {number: workbook.get_sheet_by_index(number).to_python(skip_empty_area=False) for number in numbers}
    except (CalamineError, OSError, ValueError, IndexError, OverflowError) as error:
        raise RefusalError("R-DAT-19") from error


def _container(package: Package, contents: Mapping[str, bytes]) -> BytesIO:
    """A container with the checked parts only, packed anew and not compressed."""
    fixed = {part: package.parts[part] for part in _FIXED_PARTS if part in package.parts}
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for part, content in {**fixed, **contents}.items():
            archive.writestr(part, content)
    buffer.seek(0)
    return buffer
