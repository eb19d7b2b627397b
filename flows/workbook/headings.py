"""Fields found by what is printed beside or above them, where their names no longer lead there.

Some programs rename sheets and insert rows or columns without moving the defined names along.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from expectations.form import Field, Section
from expectations.layout import LABEL_COLUMN, VALUE_COLUMN, Layout, Place
from flows.workbook.german_input import cleaned
from flows.workbook.grid import Grid
from flows.workbook.values import label_key

_LABEL_MARKS = " *()"
"""Marks behind a label that tell what must be filled."""
_LONGEST_LABEL = 200
_ABOVE = 2
"""A table's headings stand two rows above its first row: between them stand the units."""
_NEAR = 8
"""So many rows that people insert are looked through."""
_LEAST = 2
"""A single heading that fits is chance: „Anfragen“ stands in many places."""
_ORDINAL_COLUMN = 1


def stands_under_its_heading(section: Section, field: Field, place: Place, grid: Grid) -> bool:
    """Whether a place is what the headings and ordinals around it say."""
    wanted = label_key(field.label)
    if section.kind == "values":
        return wanted in (_label(grid, place.row, column) for column in range(1, place.column))
    above = range(max(place.row - _NEAR, 1), place.row)
    headings = [row for row in above if _label(grid, row, place.column) == wanted]
    return any(_is_body(section, row, place, grid) for row in headings)


def places_by_headings(section: Section, layout: Layout, grid: Grid) -> dict[str, Place]:
    """The fields of a section whose headings stand together on a sheet; empty where most of them do not.

    Args:
        section: the section.
        layout: where the template has it; of two places that fit alike, the one nearer to it is taken.
        grid: the sheet.
    """
    wanted = {label_key(field.label): field for field in section.fields}
    found = [
        (row, column, wanted[key])
        for row, values in enumerate(grid.rows, start=1)
        for column, value in enumerate(values, start=1)
        if isinstance(value, str) and len(value) <= _LONGEST_LABEL and (key := _key(value)) in wanted
    ]
    if section.kind == "values":
        return _in_one_column(section, layout, grid.name, found)
    return _in_one_row(section, layout, grid, found)


def stand_in(title: str, titles: Iterable[str], grids: Mapping[str, Grid]) -> Grid | None:
    """The sheet that bears a missing sheet's title in its first cell, under whatever name."""
    known = set(titles)
    return next((grid for name, grid in grids.items() if name not in known and grid.value(1, 1) == title), None)


def _in_one_row(
    section: Section, layout: Layout, grid: Grid, found: Sequence[tuple[int, int, Field]]
) -> dict[str, Place]:
    """Fields whose headings stand in the row that has the most of them; the first of equal ones is the input's."""
    rows: dict[int, dict[str, int]] = {}
    for row, column, field in found:
        rows.setdefault(row, {}).setdefault(field.name, column)
    printed = layout.sections[section.name].header_row
    best = min(rows, key=lambda row: (-len(rows[row]), abs(row - printed)), default=0)
    columns = rows.get(best, {})
    if not _is_enough(len(columns), section):
        return {}
    first_row, count = _rows_below(section, best, min(columns.values()), grid)
    return {name: Place(grid.name, first_row, column, count) for name, column in columns.items()}


def _is_body(section: Section, header_row: int, place: Place, grid: Grid) -> bool:
    """Whether a place begins with the first row below a heading and ends no earlier than its ordinals."""
    ordinals = _ordinals_below(section, header_row, place.column, grid)
    if not ordinals:
        return place.row == header_row + _ABOVE
    return place.row == ordinals[1] and place.row + place.rows > max(ordinals.values())


def _rows_below(section: Section, header_row: int, column: int, grid: Grid) -> tuple[int, int]:
    """First row and number of rows below a heading: by its ordinals, else as the template has them."""
    ordinals = _ordinals_below(section, header_row, column, grid)
    if not ordinals:
        return header_row + _ABOVE, section.rows
    last = max(ordinals)
    added = ordinals[last] - (ordinals[1] + last - 1)
    return ordinals[1], max(section.rows + added, 1)


def _ordinals_below(section: Section, header_row: int, column: int, grid: Grid) -> dict[int, int]:
    """Ordinal → row, in the first column or left of the fields; empty without the first ordinal."""
    for beside in dict.fromkeys((_ORDINAL_COLUMN, max(column - 1, 1))):
        near = range(header_row + 1, header_row + 1 + _ABOVE + _NEAR)
        first_row = next((row for row in near if grid.value(row, beside) == 1), None)
        if first_row is not None:
            return _ordinals_from(first_row, section.rows, beside, grid)
    return {}


def _ordinals_from(first_row: int, count: int, column: int, grid: Grid) -> dict[int, int]:
    """The ordinals of one table, each larger than those above it."""
    found = {1: first_row}
    last = 1
    for row in range(first_row + 1, first_row + count + _NEAR):
        value = grid.value(row, column)
        if isinstance(value, float) and last < value <= count and value.is_integer():
            last = int(value)
            found[last] = row
        elif value == 1:
            break
    return found


def _in_one_column(
    section: Section, layout: Layout, sheet: str, found: Sequence[tuple[int, int, Field]]
) -> dict[str, Place]:
    """Fields whose labels stand in the column that has the most of them, each as near to its printed row as it can."""
    columns: dict[int, dict[str, int]] = {}
    for row, column, field in found:
        rows, printed = columns.setdefault(column, {}), layout.fields[field.path].row
        if field.name not in rows or abs(row - printed) < abs(rows[field.name] - printed):
            rows[field.name] = row
    best = min(columns, key=lambda column: (-len(columns[column]), abs(column - LABEL_COLUMN)), default=0)
    rows = columns.get(best, {})
    if not _is_enough(len(rows), section):
        return {}
    return {name: Place(sheet, row, best + VALUE_COLUMN - LABEL_COLUMN, 1) for name, row in rows.items()}


def _is_enough(count: int, section: Section) -> bool:
    return count >= _LEAST and 2 * count > len(section.fields)


def _label(grid: Grid, row: int, column: int) -> str:
    value = grid.value(row, column) if row >= 1 and column >= 1 else ""
    return _key(value) if isinstance(value, str) and len(value) <= _LONGEST_LABEL else ""


@lru_cache(maxsize=4096)
def _key(text: str) -> str:
    """A heading without what does not matter in it; the same ones are asked for again and again."""
    return label_key(cleaned(text).rstrip(_LABEL_MARKS))
