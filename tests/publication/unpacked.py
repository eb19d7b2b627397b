"""A published workbook as somebody opens it who looks behind the sheets: its parts, what is not seen, its numbers."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import polars as pl

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(app|core)\.xml|xl/workbook\.xml|xl/_rels/workbook\.xml\.rels|"
    r"xl/styles\.xml|xl/sharedStrings\.xml|xl/theme/theme1\.xml|xl/worksheets/sheet\d+\.xml"
)
"""No comment, drawing, chart, pivot or query with numbers of its own, no macro, no custom part, nothing linked."""
_TELLING = ("f", "conditionalFormatting", "filterColumn", "sortState", "dataValidation", "extLst", "sheetProtection")
"""What can hold, colour or order numbers beyond those that stand in cells."""
_FIRST_DAY, _LAST_DAY = 40_000, 60_000
"""Dates are numbers, too: those between 2009 and 2064, whole ones."""


def smuggled(path: Path, numbers: set[float]) -> list[str]:
    """What a workbook holds beyond cells that everybody sees, and numbers that are not among the public ones."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    sheets = {name: fromstring(data) for name, data in parts.items() if name.startswith("xl/worksheets/")}
    unknown = [f"{name} is a part of its own" for name in parts if not _PARTS.fullmatch(name)]
    behind = _in_workbook(fromstring(parts["xl/workbook.xml"]))
    return [*unknown, *behind, *(f"{name}: {said}" for name, one in sheets.items() for said in _in_sheet(one, numbers))]


def public_numbers(folder: Path) -> set[float]:
    """Every number of the public tables, and the sums of their counts that the workbook adds."""
    frames = [pl.read_parquet(path) for path in sorted(folder.glob("*.parquet"))]
    counts = pl.read_csv(folder / "suppressed.csv", separator=";").select(pl.col(pl.Int64))
    found = {float(value) for frame in frames for column in frame.select(_NUMBERS) for value in column.drop_nulls()}
    return found | {float(value) for row in counts.rows() for value in row} | set(map(float, counts.sum().row(0)))


_NUMBERS = pl.col(pl.Decimal, pl.Int32, pl.Int64)


def _in_workbook(workbook: Element) -> Iterator[str]:
    for sheet in workbook.iter(f"{_MAIN}sheet"):
        if sheet.get("state", "visible") != "visible":
            yield f"{sheet.get('name')} is not seen"
    for name in workbook.iter(f"{_MAIN}definedName"):
        if name.get("name") not in ("_xlnm.Print_Titles", "_xlnm._FilterDatabase"):
            yield f"the name {name.get('name')} stands for {name.text}"
    yield from (f"{one} is there" for one in ("externalReferences", "pivotCaches") if workbook.find(f"{_MAIN}{one}"))


def _in_sheet(sheet: Element, numbers: set[float]) -> Iterator[str]:
    yield from (f"a {one} is there" for one in _TELLING for _ in sheet.iter(f"{_MAIN}{one}"))
    for place in ("row", "col"):
        for one in sheet.iter(f"{_MAIN}{place}"):
            if one.get("hidden") in ("1", "true") or one.get("collapsed") in ("1", "true"):
                yield f"{place} {one.attrib} is not seen"
    for cell in sheet.iter(f"{_MAIN}c"):
        value = cell.find(f"{_MAIN}v")
        if value is not None and cell.get("t", "n") == "n" and not _is_public(float(value.text or 0), numbers):
            yield f"{cell.get('r')} says {value.text}"


def _is_public(number: float, numbers: set[float]) -> bool:
    return number in numbers or (number.is_integer() and _FIRST_DAY < number < _LAST_DAY)
