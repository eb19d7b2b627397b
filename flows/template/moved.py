"""What a filled workbook says, as it goes into another: the values with their new places, and what has none."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import polars as pl

from expectations.form import Field, Form, Section
from expectations.german import date_text
from expectations.layout import NOT_RECORDED, address
from expectations.markers import Printed
from expectations.privacy import shielded
from expectations.reading import BLANK, STATE_NOT_RECORDED
from expectations.rules import RulesError, rule
from flows.template.prefill import Content
from flows.template.questionnaire import Questionnaire, is_locked, state_of

Reason = Literal["ended_field", "ended_entry", "no_row", "not_asked", "not_read", "outside"]
_WHY: Mapping[Reason, str] = {
    "ended_field": "danach wird nicht mehr gefragt",
    "ended_entry": "dieser Eintrag steht nicht mehr in der Liste",
    "no_row": "diese Zeile gibt es im neuen Bogen nicht",
    "not_asked": "danach wird in diesem Bericht nicht gefragt",
    "not_read": "das ließ sich nicht lesen",
    "outside": "das steht außerhalb der Eingabefelder",
}
_FIRST_EXCEL_DAY = date(1900, 3, 1)
"""Excel counts a 29 February 1900 that there never was; earlier days are written as texts."""
_EXPLAINED_CELL, _EXPLAINED_CODE = "explanations.cell", "explanations.finding_code"
_CELL = re.compile(r"^(?:'?(?P<sheet>[^'!]+)'?!)?\$?(?P<column>[A-Za-z]{1,3})\$?(?P<row>[0-9]+)$")
_Cell = Mapping[str, Any]
"""A row of `expectations.reading.CELLS_SCHEMA`."""


@dataclass(frozen=True)
class Lost:
    """Something that found no place in the new workbook.

    Attributes:
        sheet, cell: where it stands in the sender's file.
        label: what the form calls the field.
        given: what stands there; likely personal data are masked, the place tells where they are.
        says: a German sentence with all of this.
    """

    reason: Reason
    sheet: str
    cell: str
    field: str
    label: str
    row_key: str
    given: str
    says: str


@dataclass
class Moved:
    """Values for `write_template`, where each cell of the old file went, and what found no place."""

    values: dict[str, dict[str, Content]] = field(default_factory=dict)
    places: dict[tuple[str, str], str] = field(default_factory=dict)
    lost: list[Lost] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many answers found a place."""
        return sum(value is not None for cells in self.values.values() for value in cells.values())


@dataclass(frozen=True)
class _Way:
    """From a section of the old form into the new workbook: position in the file → position there."""

    q: Questionnaire
    older: Form
    section: Section
    rows: Mapping[int, int]

    def target(self, name: str) -> Field | None:
        """The field of that name in the new form; None where it is not asked any more."""
        path = f"{self.section.name}.{name}"
        return next((one for one in self.q.form.fields() if one.path == path), None)


def moved_values(q: Questionnaire, older: Form, cells: pl.DataFrame, printed: Iterable[Printed]) -> Moved:
    """Find the place of every answer.

    Args:
        q: the new workbook, nothing filled in.
        older: the form that the file was made from.
        cells: what was read of it (`expectations.reading.CELLS_SCHEMA`).
        printed: its locked cells, which are no answers.
    """
    locked = {(one.field, one.row_key) for one in printed}
    moved = Moved()
    for section in older.sections():
        own = cells.filter(pl.col("section") == section.name).sort("ordinal")
        answers = [cell for cell in own.rows(named=True) if not _is_print(section, cell, locked)]
        way = _Way(q, older, section, _new_rows(q, section, answers))
        for cell in answers:
            _move(way, cell, moved)
    _readdress(moved)
    return moved


def _is_print(section: Section, cell: _Cell, locked: set[tuple[str, str]]) -> bool:
    name = cell["field"].partition(".")[2]
    field_locked = is_locked(section.field(name), has_grants=False)
    return field_locked or (cell["field"], cell["row_key"]) in locked


def _new_rows(q: Questionnaire, section: Section, answers: Iterable[_Cell]) -> dict[int, int]:
    """Position in the file → position in the new workbook; rows that find none are missing.

    A table's rows stay where they are; only where they reach further down than the new one does they move up.
    """
    keys = {cell["ordinal"]: cell["row_key"] for cell in answers}
    new = next((one for one in q.form.sections() if one.name == section.name), None)
    if new is None:
        return {}
    if section.kind == "table":
        fits = max(keys, default=0) <= new.rows
        return {old: old if fits else number for number, old in enumerate(keys, start=1) if fits or number <= new.rows}
    by_key = {key: ordinal for ordinal, key in q.keys[section.name].items()}
    return {ordinal: by_key[key] for ordinal, key in keys.items() if key in by_key}


def _move(way: _Way, cell: _Cell, moved: Moved) -> None:
    """Put one cell's answer into its place, or among what found none."""
    asked = way.section.field(cell["field"].partition(".")[2])
    target, ordinal = way.target(asked.name), way.rows.get(cell["ordinal"])
    if target is None or ordinal is None:
        reason: Reason | None = "ended_field" if target is None else "no_row"
    else:
        reason = _why_lost(way, asked, target, ordinal, cell)
    if reason is not None:
        moved.lost += [] if cell["state"] == BLANK else [_lost(reason, asked, cell)]
    elif target is not None and ordinal is not None:
        if cell["state"] != BLANK or way.section.kind == "table":
            moved.values.setdefault(target.path, {})[way.q.keys[way.section.name][ordinal]] = _content(target, cell)
        place = way.q.layout.fields[target.path]
        moved.places[cell["sheet"], cell["cell"]] = address(place.row + ordinal - 1, place.column)


def _why_lost(way: _Way, asked: Field, target: Field, ordinal: int, cell: _Cell) -> Reason | None:
    """Why an answer has no place though its field and row have one; None where it has."""
    q, kind = way.q, way.q.period.kind
    if state_of(q, q.form.section(target.section), target, ordinal) != "input":
        return "not_asked"
    if cell["state"] in {STATE_NOT_RECORDED, BLANK}:
        return None
    if cell["value"] is None:
        return "not_read"
    was_listed = cell["value"] in way.older.labels(asked.choices, kind)
    return "ended_entry" if was_listed and cell["value"] not in q.form.labels(target.choices, kind) else None


def _lost(reason: Reason, asked: Field, cell: _Cell) -> Lost:
    row = f" ({cell['row_key']})" if cell["row_key"] and not cell["row_key"].isdigit() else ""
    given = shielded(cell["raw"])
    says = shielded(f"{cell['sheet']}, {cell['cell']}: {asked.label}{row}") + f" „{given}“ – {_WHY[reason]}."
    return Lost(reason, cell["sheet"], cell["cell"], cell["field"], asked.label, cell["row_key"], given, says)


def _content(target: Field, cell: _Cell) -> Content:
    """An answer as it is typed: numbers as numbers, days as days, everything else as text."""
    if cell["state"] == BLANK:
        return None
    if cell["state"] == STATE_NOT_RECORDED:
        return NOT_RECORDED
    value: str = cell["value"]
    if target.is_number:
        return Decimal(value)
    if target.type != "date":
        return value
    day = date.fromisoformat(value)
    return day if day >= _FIRST_EXCEL_DAY else date_text(day)


# --- addresses that explanations name --------------------------------------------------------------------------------


def _readdress(moved: Moved) -> None:
    """Let explanations name their cells where these now stand."""
    codes = moved.values.get(_EXPLAINED_CODE, {})
    cells = moved.values.get(_EXPLAINED_CELL, {})
    for key, text in cells.items():
        if isinstance(text, str):
            cells[key] = _new_address(text, str(codes.get(key) or ""), moved.places)


def _new_address(text: str, code: str, places: Mapping[tuple[str, str], str]) -> str:
    """`05 Anlaufstelle!C44` or `C44` as it is called now; what names no cell of the form stays as it is."""
    match = _CELL.match(text.strip())
    if match is None:
        return text
    sheet, cell = match["sheet"] or _sheet_of(code), f"{match['column']}{match['row']}".upper()
    new = places.get((sheet, cell))
    if new is None:
        return text
    return f"{match['sheet']}!{new}" if match["sheet"] else new


def _sheet_of(code: str) -> str:
    try:
        return rule(code.strip().upper()).sheet
    except RulesError:
        return ""


def outside(findings: Iterable[Any]) -> Iterator[Lost]:
    """What the reader found where the form has no input: it stays behind in the old file."""
    for one in findings:
        if one.code in {"R-TEC-04", "R-TEC-05", "R-TEC-06", "R-TEC-07", "R-TEC-15"}:
            says = f"{', '.join(part for part in (one.sheet, one.cell) if part) or 'Datei'}: {one.message}"
            yield Lost("outside", one.sheet, one.cell, one.field, "", one.row_key, one.given, says)
