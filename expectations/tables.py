"""Typed rows: the cells of reports as one table per section, as checks, indicators and auditors read them.

The form decides the columns: a field gives its value, the address of its cell, and for numbers a state that tells
a recorded zero from „nicht erhoben“. Money and hours are exact decimals from the text that was read, never floats.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import polars as pl

from expectations.declared import FieldType
from expectations.form import Field, Form, Section, form_of, form_versions
from expectations.layout import NOT_RECORDED

_POLARS: Mapping[FieldType, pl.DataType] = {
    "text": pl.String(),
    "choice": pl.String(),
    "integer": pl.Int64(),
    "money": pl.Decimal(14, 2),
    "hours": pl.Decimal(14, 1),
    "fte": pl.Decimal(10, 2),
    "number": pl.Decimal(16, 2),
    "date": pl.Date(),
}
DUCKDB_TYPES: Mapping[FieldType, str] = {
    "text": "VARCHAR",
    "choice": "VARCHAR",
    "integer": "BIGINT",
    "money": "DECIMAL(14, 2)",
    "hours": "DECIMAL(14, 1)",
    "fte": "DECIMAL(10, 2)",
    "number": "DECIMAL(16, 2)",
    "date": "DATE",
}
"""Field types as DuckDB columns."""
KEY_COLUMNS = ("submission_id", "row_key", "ordinal", "sheet")
"""Columns that every section's table begins with."""
_MEASURES = {
    "flow": "seit dem 1. Januar des Berichtsjahrs aufgelaufen",
    "stock": "Stand am Stichtag",
    "none": "",
}
_STATES = (
    f"given = angegeben, blank = leer, not_recorded = „{NOT_RECORDED}“, ohne Wert = in diesem Bericht nicht gefragt"
)


@dataclass(frozen=True)
class Column:
    """One column of a section's table: its name, its type in DuckDB and in Polars, and its German comment."""

    name: str
    duckdb_type: str
    polars_type: pl.DataType
    comment: str


def row_keys(section: Section, rows: Mapping[int, Mapping[str, str]]) -> dict[int, str]:
    """The keys of a section's rows.

    Args:
        section: the section that the rows belong to.
        rows: position within the section (from 1) → key field → text as read or printed (`""` where blank).

    Returns:
        Position → key. A values section has the key `""`. A row without key fields is known by its position. A fixed
        row bears its first key alone where that occurs once, else all of them joined by ` · `. In a table the second
        occurrence of a key becomes `X #2`, and a row whose key is blank `Zeile 3`.
    """
    if section.kind == "values":
        return dict.fromkeys(rows, "")
    if not section.key:
        return {ordinal: str(ordinal) for ordinal in rows}
    parts = {ordinal: tuple(row.get(name, "") for name in section.key) for ordinal, row in sorted(rows.items())}
    firsts = Counter(part[0] for part in parts.values())
    keys: dict[int, str] = {}
    for ordinal, part in parts.items():
        alone = section.kind == "fixed" and firsts[part[0]] == 1
        label = part[0] if alone else " · ".join(text for text in part if text)
        keys[ordinal] = _unused(label or f"Zeile {ordinal}", set(keys.values()))
    return keys


def _unused(label: str, used: set[str]) -> str:
    key, occurrence = label, 1
    while key in used:
        occurrence += 1
        key = f"{label} #{occurrence}"
    return key


def section_columns(section: Section) -> tuple[Column, ...]:
    """The columns of a section's table, the four key columns first."""
    columns = [
        Column("submission_id", "BIGINT", pl.Int64(), "Einreichung, aus der die Zeile stammt (intake.submissions)"),
        Column("row_key", "VARCHAR", pl.String(), "Schlüssel der Zeile im Abschnitt; leer bei Einzelangaben"),
        Column("ordinal", "INTEGER", pl.Int32(), "Position der Zeile im Abschnitt, ab 1; 0 bei Einzelangaben"),
        Column("sheet", "VARCHAR", pl.String(), "Name des Tabellenblatts in der eingereichten Datei"),
    ]
    for field in section.fields:
        columns += _field_columns(field)
    return tuple(columns)


def _field_columns(field: Field) -> list[Column]:
    described = ", ".join(part for part in (field.unit, _MEASURES[field.measure]) if part)
    comment = f"{field.label} ({described})" if described else field.label
    columns = [
        Column(field.name, DUCKDB_TYPES[field.type], _POLARS[field.type], comment),
        Column(f"{field.name}_cell", "VARCHAR", pl.String(), f"Zelle der Angabe „{field.label}“"),
    ]
    if field.is_number:
        columns.append(Column(f"{field.name}_state", "VARCHAR", pl.String(), f"Zustand „{field.label}“: {_STATES}"))
    return columns


@cache
def sections_of_all_years() -> Mapping[str, pl.DataFrame]:
    """Every section that the form of any year has, without rows, with the columns of all years."""
    columns: dict[str, dict[str, pl.DataType]] = {}
    for year in form_versions().values():
        for section in form_of(year).sections():
            columns.setdefault(section.name, {}).update(
                (column.name, column.polars_type) for column in section_columns(section)
            )
    return {name: pl.DataFrame(schema=schema) for name, schema in columns.items()}


def section_tables(form: Form, cells: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """All sections of a form as typed rows.

    Args:
        form: decides sections, columns and types.
        cells: cells of any number of reports (`expectations.reading.CELLS_SCHEMA`).

    Returns:
        Section → frame with `section_columns`, ordered by submission and row. Every section is there, without rows
        where no report has any. A number's value is null unless its state is `given`; money, hours and FTE are exact
        decimals, and what does not fit its column's type is null.
    """
    by_section = {str(name): frame for (name,), frame in cells.group_by("section")}
    empty = cells.clear()
    return {section.name: _typed_rows(section, by_section.get(section.name, empty)) for section in form.sections()}


def _typed_rows(section: Section, cells: pl.DataFrame) -> pl.DataFrame:
    keys = ["submission_id", "row_key"]
    values = [expression for field in section.fields for expression in _field_values(field)]
    rows = cells.group_by(keys).agg(pl.col("ordinal", "sheet").first(), *values)
    order = [column.name for column in section_columns(section)]
    return rows.select(order).sort("submission_id", "ordinal", "row_key")


def _field_values(field: Field) -> list[pl.Expr]:
    own = pl.col("field") == field.path
    text = pl.col("value").filter(own).first()
    target = _POLARS[field.type]
    if field.type == "date":
        value = text.str.to_date("%Y-%m-%d", strict=False)
    elif field.is_number:
        value = text.cast(target, strict=False)
    else:
        value = text
    values = [value.alias(field.name), pl.col("cell").filter(own).first().alias(f"{field.name}_cell")]
    if field.is_number:
        values.append(pl.col("state").filter(own).first().alias(f"{field.name}_state"))
    return values
