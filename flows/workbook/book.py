"""A workbook of any kind that we read, in one shape: sheets of cells, names, properties, and what else is inside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flows.workbook.container import open_parts
from flows.workbook.door import Format, admit
from flows.workbook.grid import Grid, load_grids
from flows.workbook.ods import ods_properties, read_ods
from flows.workbook.package import (
    PROPERTIES_PART,
    WORKBOOK_PART,
    custom_properties,
    defined_names,
    open_package,
    workbook_elements,
)
from flows.workbook.xls import read_xls, xls_names


@dataclass(frozen=True)
class Book:
    """A workbook that came through the front door.

    Attributes:
        grids: sheets by name, in the order of the tabs.
        names: workbook-level defined names with what they refer to, as Excel writes it.
        properties: custom document properties.
        links: files to which the workbook refers.
        foreign: further things inside that nobody reads, in German.
    """

    grids: Mapping[str, Grid]
    names: Mapping[str, str]
    properties: Mapping[str, str]
    links: Sequence[str]
    foreign: Sequence[str]


def open_book(data: bytes) -> Book:
    """Open a workbook and read its cells.

    Raises:
        RefusalError: it is another kind of file, damaged, or beyond a limit.
    """
    kind = admit(data)
    if kind is Format.ODS:
        sheet = read_ods(data)
        return Book(_by_name(sheet.grids), sheet.names, sheet.properties, sheet.links, sheet.foreign)
    if kind is Format.XLS:
        old = read_xls(data)
        return Book(_by_name(old.grids), old.names, {}, old.links, old.foreign)
    package = open_package(open_parts(data))
    grids = _by_name(load_grids(package))
    return Book(grids, package.names, package.properties, package.links, package.foreign)


def own_words(data: bytes) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Defined names and custom properties alone: what tells whose report it is, without reading any cell.

    Raises:
        RefusalError: it is another kind of file, damaged, or beyond a limit.
    """
    kind = admit(data)
    if kind is Format.ODS:
        return {}, ods_properties(data)
    if kind is Format.XLS:
        return xls_names(data), {}
    contents = open_parts(data, only={WORKBOOK_PART, PROPERTIES_PART}).contents
    names = defined_names(workbook_elements(contents[WORKBOOK_PART]))
    return names, custom_properties(contents[PROPERTIES_PART]) if PROPERTIES_PART in contents else {}


def _by_name(grids: Sequence[Grid]) -> Mapping[str, Grid]:
    return {grid.name: grid for grid in grids}
