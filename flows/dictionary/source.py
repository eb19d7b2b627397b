"""What the dictionary is made of: the database's own comments and catalogue, read from a published database."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import polars as pl

from expectations.form import form_of, form_versions
from expectations.reading import CELLS_SCHEMA
from flows.reference import packaged
from flows.warehouse import WarehouseInputs, build, open_for_reading
from flows.warehouse.inputs import EMPTY_TABLES, FINDINGS, LEDGER, OBLIGATIONS, RULE_RESULTS, SUBMISSIONS


@dataclass(frozen=True)
class Column:
    """A column with its German comment."""

    name: str
    type: str
    comment: str


@dataclass(frozen=True)
class Relation:
    """A table or view; `kind` is the German word."""

    schema: str
    name: str
    kind: str
    comment: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Macro:
    """A table macro with its parameters as they are called."""

    schema: str
    name: str
    parameters: str
    comment: str


@dataclass(frozen=True)
class Parameter:
    """A dated parameter of the programme; `number` where the value is one."""

    name: str
    value: str
    number: Decimal | None
    unit: str
    valid_from: date
    valid_to: date
    certainty: str
    source: str
    note: str


@dataclass(frozen=True)
class Source:
    """The database as the dictionary shows it.

    Attributes:
        title: what the database says it is; of an empty one nothing.
        catalogue: rows of `indicators.catalogue` by column name.
        fields: indicator → the paths of the fields that it reads.
        questions: name, question and SELECT of each ready question.
    """

    title: str
    relations: tuple[Relation, ...]
    macros: tuple[Macro, ...]
    catalogue: tuple[dict[str, Any], ...]
    fields: dict[str, tuple[str, ...]]
    questions: tuple[tuple[str, str, str], ...]
    parameters: tuple[Parameter, ...]


_RELATIONS = """
SELECT schema_name, table_name, 'Tabelle' AS kind, comment FROM duckdb_tables() WHERE NOT internal
UNION ALL
SELECT schema_name, view_name, 'Sicht', comment FROM duckdb_views() WHERE NOT internal
ORDER BY schema_name, table_name
"""
_COLUMNS = """
SELECT schema_name, table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal
ORDER BY schema_name, table_name, column_index
"""
_MACROS = """
SELECT schema_name, function_name, array_to_string(parameters, ', '), comment FROM duckdb_functions()
WHERE NOT internal AND function_type = 'table_macro' ORDER BY schema_name, function_name
"""
_PARAMETERS = """
SELECT name, value, number, coalesce(unit, ''), valid_from, valid_to, certainty, coalesce(source, ''),
    coalesce(note, '')
FROM reference.parameters ORDER BY name, valid_from
"""


def read_source(database: Path | None) -> Source:
    """Read a published database; where there is none, an empty one is built for a moment.

    Args:
        database: the published database, whether it exists or not; None: there is no data folder.
    """
    if database is not None and database.exists():
        with closing(open_for_reading(database)) as connection:
            return _source(connection)
    with TemporaryDirectory(prefix="wir-dictionary-") as folder:
        built = build(_nothing_reported(), Path(folder) / "wir.duckdb")
        with closing(open_for_reading(built)) as connection:
            return _source(connection)


def _source(connection: duckdb.DuckDBPyConnection) -> Source:
    columns: dict[tuple[str, str], list[Column]] = {}
    for schema, name, column, kind, comment in _rows(connection, _COLUMNS):
        columns.setdefault((schema, name), []).append(Column(column, kind, comment or ""))
    reads: dict[str, list[str]] = {}
    for indicator, path in _rows(connection, "SELECT indicator_id, path FROM indicators.fields ORDER BY ALL"):
        reads.setdefault(indicator, []).append(path)
    ((title, is_filled),) = _rows(connection, "SELECT title, (SELECT count(*) > 0 FROM audit.ledger) FROM audit.about")
    return Source(
        title=title if is_filled else "",
        relations=tuple(
            Relation(schema, name, kind, comment or "", tuple(columns[schema, name]))
            for schema, name, kind, comment in _rows(connection, _RELATIONS)
        ),
        macros=tuple(Macro(*row) for row in _rows(connection, _MACROS)),
        catalogue=_catalogue(connection),
        fields={indicator: tuple(paths) for indicator, paths in reads.items()},
        questions=tuple(_rows(connection, "SELECT name, question, sql FROM audit.questions ORDER BY name")),
        parameters=tuple(Parameter(*row) for row in _rows(connection, _PARAMETERS)),
    )


def _catalogue(connection: duckdb.DuckDBPyConnection) -> tuple[dict[str, Any], ...]:
    found = connection.execute("SELECT * FROM indicators.catalogue ORDER BY id")
    names = [name for name, *_ in found.description or []]
    return tuple(dict(zip(names, row, strict=True)) for row in found.fetchall())


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> Sequence[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


def _nothing_reported() -> WarehouseInputs:
    """Inputs without a report: every form, the packaged reference data, and the programme's first moment."""
    first_year = min(form_versions().values())
    return WarehouseInputs(
        forms={year: form_of(year) for year in sorted(form_versions().values())},
        cells=pl.DataFrame(schema=CELLS_SCHEMA),
        submissions=pl.DataFrame(schema=SUBMISSIONS.frame_schema),
        findings=pl.DataFrame(schema=FINDINGS.frame_schema),
        rule_results=pl.DataFrame(schema=RULE_RESULTS.frame_schema),
        empty_tables=pl.DataFrame(schema=EMPTY_TABLES.frame_schema),
        obligations=pl.DataFrame(schema=OBLIGATIONS.frame_schema),
        reference=packaged().frames,
        entries=pl.DataFrame(schema=LEDGER.frame_schema),
        business_at=datetime(first_year, 1, 1, tzinfo=UTC),
        is_demo=False,
    )
