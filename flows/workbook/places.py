"""Where the form's fields stand in this very file: by their defined names, else where the template has them."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from expectations.finding import Finding
from expectations.form import Field, Form, Section
from expectations.layout import LABEL_COLUMN, Layout, Place, anchor
from expectations.rules import finding
from flows.workbook.grid import Grid
from flows.workbook.scan import Area
from flows.workbook.values import label_key

_RANGE = re.compile(
    r"=?\$?(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^'!]+))!"
    r"\$?(?P<column>[A-Z]{1,3})\$?(?P<row>[0-9]{1,7})(?::\$?(?P<last_column>[A-Z]{1,3})\$?(?P<last_row>[0-9]{1,7}))?"
)
_ROWS_MAX = 2_000
"""So many rows of a table are looked at, however far its names reach; what stands below is told as a stray."""
_LABEL_MARKS = " *()"
"""Marks behind a label that tell what must be filled."""


@dataclass(frozen=True)
class Located:
    """A section in the sender's file.

    Attributes:
        places: field name → its cells; the fields of a table or fixed section share their rows.
        missing: fields that are nowhere.
    """

    section: Section
    places: Mapping[str, Place]
    missing: tuple[Field, ...]


def locate(form: Form, layout: Layout, names: Mapping[str, str], grids: Mapping[str, Grid]) -> dict[str, Located]:
    """Find all sections of the form.

    Args:
        form: the form that the workbook was made from.
        layout: where its template has the cells.
        names: workbook-level defined names.
        grids: sheets by name.
    """
    return {section.name: _located(section, layout, names, grids) for section in form.sections()}


def _located(section: Section, layout: Layout, names: Mapping[str, str], grids: Mapping[str, Grid]) -> Located:
    found: dict[str, Place] = {}
    for field in section.fields:
        place = _named(names.get(anchor(field), ""), grids) or _printed(section, field, layout, grids)
        if place is not None:
            found[field.name] = replace(place, rows=min(place.rows, _ROWS_MAX) if section.rows else 1)
    if section.kind != "values":
        found = _in_common_rows(found)
    return Located(section, found, tuple(field for field in section.fields if field.name not in found))


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


def _printed(section: Section, field: Field, layout: Layout, grids: Mapping[str, Grid]) -> Place | None:
    """The template's place for a field whose name is lost, if the field's label still stands there."""
    place = layout.fields[field.path]
    grid = grids.get(place.sheet)
    if grid is None:
        return None
    header_row = layout.sections[section.name].header_row
    label = grid.value(place.row, LABEL_COLUMN) if section.kind == "values" else grid.value(header_row, place.column)
    return place if label_key(str(label).rstrip(_LABEL_MARKS)) == label_key(field.label) else None


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
    """A finding for each section that is gone as a whole, and for each single field that is."""
    for one in located:
        section = one.section
        if not one.places:
            yield finding("R-TEC-11", sheet=section.sheet, field=section.fields[0].path, name=section.label)
            continue
        for field in one.missing:
            yield finding("R-TEC-11", sheet=section.sheet, field=field.path, name=f"{section.label}: {field.label}")
