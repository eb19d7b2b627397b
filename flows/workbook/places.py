"""Where the form's fields stand in this very file: by their defined names, else by their headings."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from expectations.finding import Finding
from expectations.form import Field, Form, Section
from expectations.layout import Layout, Place, anchor
from expectations.rules import finding
from flows.workbook.grid import Grid
from flows.workbook.headings import places_by_headings, stand_in, stands_under_its_heading
from flows.workbook.scan import Area

_RANGE = re.compile(
    r"=?\$?(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^'!]+))!"
    r"\$?(?P<column>[A-Z]{1,3})\$?(?P<row>[0-9]{1,7})(?::\$?(?P<last_column>[A-Z]{1,3})\$?(?P<last_row>[0-9]{1,7}))?"
)
_ROWS_MAX = 2_000
"""So many rows of a table are looked at, however far its names reach; what stands below is told as a stray."""


@dataclass(frozen=True)
class Located:
    """A section in the sender's file.

    Attributes:
        places: field name → its cells; the fields of a table or fixed section share their rows.
        missing: fields that are nowhere.
        is_displaced: whether names lead elsewhere, so that the fields were found by their headings.
    """

    section: Section
    places: Mapping[str, Place]
    missing: tuple[Field, ...]
    is_displaced: bool = False


def locate(form: Form, layout: Layout, names: Mapping[str, str], grids: Mapping[str, Grid]) -> dict[str, Located]:
    """Find all sections of the form.

    Args:
        form: the form that the workbook was made from.
        layout: where its template has the cells.
        names: workbook-level defined names.
        grids: sheets by name.
    """
    titles = {sheet.title for sheet in form.sheets}
    stand_ins = {title: grids.get(title) or stand_in(title, titles, grids) for title in titles}
    return {
        section.name: _located(section, layout, names, grids, stand_ins[section.sheet]) for section in form.sections()
    }


def _located(
    section: Section, layout: Layout, names: Mapping[str, str], grids: Mapping[str, Grid], grid: Grid | None
) -> Located:
    """A section by its fields' names; where not all lead to their headings, by these on its sheet."""
    named = {
        field.name: place
        for field in section.fields
        if (place := _named(names.get(anchor(field), ""), grids)) is not None
    }
    trusted = {
        name: place
        for name, place in named.items()
        if stands_under_its_heading(section, section.field(name), place, grids[place.sheet])
    }
    found = named
    if len(trusted) < len(section.fields) and grid is not None:
        found = _by_headings(named, trusted, places_by_headings(section, layout, grid), grid)
    found = {
        field.name: replace(found[field.name], rows=_row_count(section, found[field.name]))
        for field in section.fields
        if field.name in found
    }
    if section.kind != "values":
        found = _in_common_rows(found)
    missing = tuple(field for field in section.fields if field.name not in found)
    is_displaced = any(
        _corner(found[name]) != _corner(place) or found[name].rows > place.rows
        for name, place in named.items()
        if name in found
    )
    return Located(section, found, missing, is_displaced)


def _by_headings(
    named: Mapping[str, Place], trusted: Mapping[str, Place], headed: Mapping[str, Place], grid: Grid
) -> dict[str, Place]:
    """Places by trusted names, then by headings, then by other names that lead to nothing else.

    Args:
        named: by names that lead somewhere.
        trusted: those of them that stand under their headings.
        headed: by headings.
        grid: the sheet of the headings.
    """
    rows = {place.row: place.rows for place in trusted.values()}
    headed = {
        name: replace(place, rows=rows.get(place.row, max(min(place.rows, len(grid.rows) - place.row + 1), 1)))
        for name, place in headed.items()
    }
    found = {**headed, **trusted}
    taken = {_corner(place) for place in found.values()}
    return {name: place for name, place in named.items() if _corner(place) not in taken} | found


def _row_count(section: Section, place: Place) -> int:
    return min(place.rows, _ROWS_MAX) if section.rows else 1


def _corner(place: Place) -> tuple[str, int, int]:
    return place.sheet, place.row, place.column


def _named(refers_to: str, grids: Mapping[str, Grid]) -> Place | None:
    """The place that a defined name refers to: one column on a sheet that is there."""
    found = area_of(refers_to)
    if found is None or found[0] not in grids or found[1].first_column != found[1].last_column:
        return None
    sheet, area = found
    last_row = min(area.last_row, len(grids[sheet].rows))  # nothing stands below the last filled row
    return Place(sheet, area.first_row, area.first_column, max(last_row - area.first_row + 1, 1))


def area_of(refers_to: str) -> tuple[str, Area] | None:
    """Sheet and area that a defined name refers to; None where it is no single area."""
    match = _RANGE.fullmatch(refers_to.strip())
    if match is None:
        return None
    sheet = (match["quoted"] or match["plain"]).replace("''", "'")
    first_row, first_column = int(match["row"]), column_number(match["column"])
    last_row, last_column = int(match["last_row"] or first_row), column_number(match["last_column"] or match["column"])
    if min(first_row, first_column) < 1 or last_row < first_row or last_column < first_column:
        return None
    return sheet, Area(first_row, first_column, last_row, last_column)


def _in_common_rows(found: Mapping[str, Place]) -> dict[str, Place]:
    """The fields that stand in the rows in which most do; a column that was moved elsewhere cannot be read by rows."""
    if not found:
        return {}
    spans = Counter((place.sheet, place.row, place.rows) for place in found.values())
    common = spans.most_common(1)[0][0]
    return {name: place for name, place in found.items() if (place.sheet, place.row, place.rows) == common}


def column_number(letters: str) -> int:
    """Column letters as a number from 1: `AB` is 28."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def missing_findings(located: Sequence[Located]) -> Iterator[Finding]:
    """A finding for each sheet or section that is gone as a whole, and for each single field that is."""
    there = {one.section.sheet for one in located if one.places}
    for title in dict.fromkeys(one.section.sheet for one in located if one.section.sheet not in there):
        yield finding("R-TEC-11", sheet=title, row_key=title, name=title)
    for one in located:
        section = one.section
        if section.sheet in there and not one.places:
            yield finding("R-TEC-11", sheet=section.sheet, field=section.fields[0].path, name=section.label)
        for field in one.missing if one.places else ():
            yield finding("R-TEC-11", sheet=section.sheet, field=field.path, name=f"{section.label}: {field.label}")


def displaced_findings(located: Sequence[Located]) -> Iterator[Finding]:
    """A hint for each sheet with fields that are not where their names lead."""
    sheets: dict[str, Place] = {}
    for one in located:
        if one.is_displaced:
            place = next(iter(one.places.values()))
            sheets.setdefault(place.sheet, place)
    for sheet, place in sheets.items():
        yield finding("R-TEC-26", sheet=sheet, cell=place.first_cell, row_key=sheet, name=sheet)
