"""The cells of a workbook: values from calamine, and beside them what its scan of the XML noted.

calamine never sees the sender's file: it gets a container of our own with nothing in it but the parts that were
checked and scanned, under the names that it looks for.
"""

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO

from python_calamine import CalamineWorkbook

from expectations.layout import address
from flows.workbook.package import Package
from flows.workbook.refusal import RefusalError, check_count, refused_by_calamine
from flows.workbook.remarks import Remark, remarks_on
from flows.workbook.rewriting import is_usual, rewritten
from flows.workbook.scan import AREA_MAX, CELLS_MAX, Area, Scan, scan_sheet

Value = int | float | str | bool | date | datetime | time | timedelta
"""What calamine gives; `""` for a blank cell."""
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORKBOOK = (
    f'<workbook xmlns:r="{_RELATIONS}"><workbookPr date1904="{{is_1904:d}}"/><sheets>{{sheets}}</sheets></workbook>'
)
_SHEET = '<sheet name="{number}" sheetId="{number}" r:id="r{number}"/>'
_RELATION = f'<Relationship Id="r{{number}}" Type="{_RELATIONS}/{{kind}}" Target="{{target}}"/>'


@dataclass(frozen=True)
class Grid:
    """A sheet's cells.

    Attributes:
        name: as the sheet is called in the sender's file.
        number: its place among the tabs, from 0.
        rows: values from A1 on; rows and columns beyond are blank.
        errors, formulas, uncached, percents, merges: see `flows.workbook.scan.Scan`.
        remarks: notes, text boxes and pictures, which lie beside the cells.
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
    remarks: Sequence[Remark] = ()

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
    sheets = [(number, entry) for number, entry in enumerate(package.sheets) if entry.part]
    scans = [_scan(package, entry.part) for _, entry in sheets]
    _check_extent([(entry.name, scan) for (_, entry), scan in zip(sheets, scans, strict=True)])
    values = _values(package, [scan.content for scan in scans])
    return tuple(
        Grid(
            name=entry.name,
            number=number,
            is_hidden=entry.is_hidden,
            rows=rows,
            errors=scan.errors,
            formulas=scan.formulas,
            uncached=scan.uncached,
            percents=scan.percents,
            merges=scan.merges,
            remarks=remarks_on(package.parts, entry.part),
        )
        for (number, entry), scan, rows in zip(sheets, scans, values, strict=True)
    )


def _scan(package: Package, part: str) -> Scan:
    """A sheet as scanned; one of unusual shape is written anew, for calamine would read it wrongly."""
    data = package.parts.get(part, b"")
    scan = scan_sheet(part, data, package.percent_styles)
    return scan if is_usual(scan.content) else scan_sheet(part, rewritten(part, data), package.percent_styles)


def _check_extent(scans: Sequence[tuple[str, Scan]]) -> None:
    """Limits over all sheets together: calamine keeps a value for each cell between the first and the last."""
    check_count("Zellen", sum(scan.cells for _, scan in scans), CELLS_MAX)
    area = 0
    for name, scan in scans:
        area += scan.last_row * scan.last_column
        if area > AREA_MAX:
            raise RefusalError("R-DAT-18", given=address(scan.last_row, scan.last_column), name=name)


def _values(package: Package, contents: Sequence[bytes]) -> Sequence[Sequence[Sequence[Value]]]:
    """Values of the sheets whose contents are given."""
    with refused_by_calamine(), CalamineWorkbook.from_filelike(_container(package, contents)) as workbook:
        return [workbook.get_sheet_by_index(index).to_python(skip_empty_area=False) for index in range(len(contents))]


def _container(package: Package, contents: Sequence[bytes]) -> BytesIO:
    """A container with the checked parts only, packed anew and not compressed."""
    numbers = range(1, len(contents) + 1)
    sheets = "".join(_SHEET.format(number=number) for number in numbers)
    parts: dict[str, bytes | str | None] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": _WORKBOOK.format(is_1904=package.is_1904, sheets=sheets),
        "xl/_rels/workbook.xml.rels": _relations([("worksheet", f"worksheets/{number}.xml") for number in numbers]),
        "xl/sharedStrings.xml": package.strings,
        "xl/styles.xml": package.styles,
        **{f"xl/worksheets/{number}.xml": content for number, content in zip(numbers, contents, strict=True)},
    }
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            if content is not None:
                archive.writestr(name, content)
    buffer.seek(0)
    return buffer


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    """A part of relations: `r1` leads to the first target, given by kind and name, and so on."""
    listed = (_RELATION.format(number=number, kind=kind, target=name) for number, (kind, name) in enumerate(targets, 1))
    return f"<Relationships>{''.join(listed)}</Relationships>"
