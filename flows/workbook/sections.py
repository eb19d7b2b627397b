"""One section as rows of answers: which rows are there, what they are called, and whether the print is unaltered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from expectations.form import Field, Form, Section, is_asked
from expectations.layout import Layout, Place, address
from expectations.markers import Printed, makes_a_row
from expectations.reading import BLANK, Identity
from expectations.tables import row_keys
from flows.workbook.grid import Grid
from flows.workbook.places import Located
from flows.workbook.scan import Position
from flows.workbook.values import Answer, Labels, answer_at, label_key


@dataclass(frozen=True)
class Source:
    """What is known of the file before its sections are read.

    Attributes:
        form, layout: the form that it was made from, and where its template has the cells.
        identity: whose report it is.
        grids: sheets by their name in the file.
        printed: locked cells as printed, in their order; None where the hidden sheet is gone or empty.
        labels: entries of closed lists by name.
    """

    form: Form
    layout: Layout
    identity: Identity
    grids: Mapping[str, Grid]
    printed: Sequence[Printed] | None
    labels: Mapping[str, Labels]


@dataclass(frozen=True)
class Row:
    """A row of a section: its position from 1 (0 in a values section), its key, and its answers by field name."""

    ordinal: int
    key: str
    answers: Mapping[str, Answer]


@dataclass(frozen=True)
class SectionRead:
    """A section as read: its fields' places, its rows, and printed rows that are gone."""

    section: Section
    places: Mapping[str, Place]
    rows: Sequence[Row]
    lost: Sequence[str] = ()


def is_answered(source: Source, section: Section) -> bool:
    """Whether this body answers the section in this report."""
    return is_asked(section, source.identity.kind) and section.name not in source.identity.skipped


def labels_of(form: Form, identity: Identity) -> dict[str, Labels]:
    """Entries of all closed lists for looking up what people typed; the register's grants among them."""
    lists = {name: [choice.label for choice in entries] for name, entries in form.lists.items()}
    lists["grants"] = list(identity.grants)
    return {name: {label_key(label): label for label in labels} for name, labels in lists.items()}


def position_of(place: Place, ordinal: int) -> Position:
    """A field's cell in the row of that position; a values section has its one row at 0."""
    return place.row + max(ordinal - 1, 0), place.column


def cell_of(place: Place, ordinal: int) -> str:
    """Address of a field's cell in the row of that position."""
    return address(*position_of(place, ordinal))


def answer_of(source: Source, field: Field, place: Place, ordinal: int) -> Answer:
    """One cell as read."""
    grid = source.grids[place.sheet]
    return answer_at(grid, *position_of(place, ordinal), field, source.labels.get(field.choices, {}))


def read_section(source: Source, located: Located) -> SectionRead:
    """Read a section that this body answers."""
    section = located.section
    asked = [
        field for field in section.fields if field.name in located.places and is_asked(field, source.identity.kind)
    ]
    places = {field.name: located.places[field.name] for field in asked}
    if not places:
        return SectionRead(section, {}, [])
    if section.kind == "values":
        return SectionRead(section, places, [Row(0, "", _answers(source, asked, places, 0))])
    if section.kind == "table":
        return SectionRead(section, places, _table_rows(source, section, asked, places))
    keys, lost = _printed_rows(source, section, places)
    rows = [Row(ordinal, key, _answers(source, asked, places, ordinal)) for ordinal, key in sorted(keys.items())]
    return SectionRead(section, places, rows, lost)


def _answers(source: Source, fields: Sequence[Field], places: Mapping[str, Place], ordinal: int) -> dict[str, Answer]:
    return {field.name: answer_of(source, field, places[field.name], ordinal) for field in fields}


def _table_rows(source: Source, section: Section, asked: Sequence[Field], places: Mapping[str, Place]) -> list[Row]:
    """Rows that hold anything but what was printed; the others are left out."""
    makers = [places[field.name] for field in asked if makes_a_row(section, field)]
    answers = {
        ordinal: _answers(source, asked, places, ordinal)
        for ordinal in range(1, _row_count(places) + 1)
        if any(_is_filled(source, place, ordinal) for place in makers)
    }
    present = {
        ordinal: row
        for ordinal, row in answers.items()
        if any(row[field.name].state != BLANK for field in asked if makes_a_row(section, field))
    }
    keys = row_keys(section, {ordinal: _key_texts(section, row) for ordinal, row in present.items()})
    return [Row(ordinal, keys[ordinal], row) for ordinal, row in present.items()]


def _key_texts(section: Section, row: Mapping[str, Answer]) -> dict[str, str]:
    return {name: row[name].value or "" for name in section.key if name in row}


def _row_count(places: Mapping[str, Place]) -> int:
    return max((place.rows for place in places.values()), default=0)


def _is_filled(source: Source, place: Place, ordinal: int) -> bool:
    return source.grids[place.sheet].is_filled(place.row + ordinal - 1, place.column)


# --- printed rows ----------------------------------------------------------------------------------------------------


def _printed_rows(source: Source, section: Section, places: Mapping[str, Place]) -> tuple[dict[int, str], list[str]]:
    """Position → key of the printed rows, and the keys of those that are gone.

    Rows are known by what is printed in them, wherever they stand. A row whose print was altered keeps its place
    in the order, so that the altered cell can be named.
    """
    expected = _expected_rows(source, section)
    texts = {ordinal: _texts(source, section, places, ordinal) for ordinal in range(1, _row_count(places) + 1)}
    if expected is None:
        printed = {ordinal: row for ordinal, row in texts.items() if any(row.values())}
        return row_keys(section, printed), []
    keys: dict[int, str] = {}
    missing: list[tuple[int, str]] = []
    free = list(texts)
    for number, (key, row) in enumerate(expected.items(), start=1):
        same = next((ordinal for ordinal in free if _same(texts[ordinal], row)), None)
        if same is None:
            missing.append((number, key))
        else:
            keys[same] = key
            free.remove(same)
    return _with_altered(keys, missing, free)


def _with_altered(
    keys: dict[int, str], missing: Sequence[tuple[int, str]], free: Sequence[int]
) -> tuple[dict[int, str], list[str]]:
    lost = []
    for number, key in missing:
        if number in free and number not in keys:
            keys[number] = key
        else:
            lost.append(key)
    return keys, lost


def _expected_rows(source: Source, section: Section) -> Mapping[str, Mapping[str, str]] | None:
    """Key → printed key fields, in their order (some may be left open); None where nobody knows them any more."""
    if source.printed is not None:
        rows: dict[str, dict[str, str]] = {}
        for cell in source.printed:
            owner, _, name = cell.field.partition(".")
            if owner == section.name:
                row = rows.setdefault(cell.row_key, {})
                row |= {name: cell.value} if name in section.key else {}
        return rows
    if section.rows_from in source.form.lists:
        labels = source.form.labels(section.rows_from, source.identity.kind)
        return {label: {section.key[0]: label} for label in labels}
    return None


def _texts(source: Source, section: Section, places: Mapping[str, Place], ordinal: int) -> dict[str, str]:
    return {
        name: answer_of(source, section.field(name), places[name], ordinal).value or ""
        for name in section.key
        if name in places
    }


def _same(texts: Mapping[str, str], printed: Mapping[str, str]) -> bool:
    return all(label_key(texts.get(name, "")) == label_key(value) for name, value in printed.items())
