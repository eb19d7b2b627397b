"""Building the auditors' database: a pure function of its inputs and our SQL, beside the one that people read."""

import os
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC
from importlib.metadata import version
from pathlib import Path

import duckdb
import polars as pl

from expectations.period import all_periods
from flows.resources import program_fingerprint
from flows.settings import berlin_date
from flows.warehouse.as_of import Relations, as_of_select, file_without_history, require_histories
from flows.warehouse.checks import check_contents
from flows.warehouse.decided import DECISIONS, STEPS
from flows.warehouse.history import DAYS, HISTORIES, days_until, load_histories
from flows.warehouse.indicators import load_catalogue, load_terms
from flows.warehouse.inputs import (
    CELLS,
    EMPTY_TABLES,
    FINDINGS,
    LEDGER,
    OBLIGATIONS,
    REFERENCE,
    RULE_RESULTS,
    SUBMISSIONS,
    Table,
    WarehouseInputs,
    column,
)
from flows.warehouse.load import (
    create_table,
    fill_table,
    insert_frame,
    quoted,
    table_columns,
    with_exact_numbers,
    write_comments,
)
from flows.warehouse.recognised import RECOGNITIONS
from flows.warehouse.released import RELEASED
from flows.warehouse.sections import FORM_FIELDS, form_fields, load_sections
from flows.warehouse.sqlfiles import (
    AuditQuery,
    BuildError,
    SqlTexts,
    View,
    audit_queries_of,
    indicators_of,
    packaged_sql,
    views_of,
)

STORAGE_VERSION = "v1.5.0"
"""So that auditors' clients from DuckDB 1.5 on can read the file; version 2.0 would write a newer one by itself."""
DEMO_MARK = "Demonstrationsdaten: "
"""How comments and titles begin where the data are invented."""
SCHEMAS = ("accepted", "reports", "intake", "reference", "history", "indicators", "audit", "publication")
CALENDAR = Table(
    "reference",
    "calendar",
    "Berichtszeiträume des Förderprogramms, wie das Programm sie festlegt",
    ("period",),
    (
        column("period", "VARCHAR", "Berichtszeitraum: 2026-H1, 2026 oder 2026-2030"),
        column("report_kind", "VARCHAR", "Halbjahresbericht, Jahresbericht oder Schlussbericht"),
        column("year", "INTEGER", "Berichtsjahr; beim Schlussbericht das letzte"),
        column("first_day", "DATE", "Erster Tag"),
        column("closing_day", "DATE", "Stichtag"),
        column("months", "INTEGER", "Länge in Monaten"),
    ),
)
BUSINESS_TIME = Table(
    "intake",
    "business_time",
    "Geschäftszeit der Nacht, in der diese Datenbank gebaut wurde; eine andere Uhr gibt es in ihr nicht",
    ("business_at",),
    (
        column("business_at", "TIMESTAMP", "Geschäftszeit (UTC)"),
        column("business_on", "DATE", "Geschäftstag in Hessen"),
    ),
)
REGISTER_VALUES = Table(
    "audit",
    "register_values",
    "Werte der Register, einzeln: für den Nachweis von Kennzahlen, die sich nicht auf Zellen stützen",
    ("register", "row_key", "field"),
    (
        column("register", "VARCHAR", "Register, zum Beispiel reference.grants"),
        column("row_key", "VARCHAR", "Zeile im Register"),
        column("field", "VARCHAR", "Spalte"),
        column("value", "VARCHAR", "Wert"),
    ),
)
ABOUT = Table(
    "audit",
    "about",
    "Was diese Datenbank ist; eine Zeile",
    ("title",),
    (
        column("title", "VARCHAR", "Titel"),
        column("is_demo", "BOOLEAN", "Wahr, wenn die Daten erfunden sind"),
        column("business_at", "TIMESTAMP", "Geschäftszeit der Nacht, in der sie gebaut wurde (UTC)"),
        column("program_version", "VARCHAR", "Fassung des Programms, das sie gebaut hat"),
        column("program_sha256", "VARCHAR", "Prüfsumme über Programm, Bogen, Regeln und SQL, die sie gebaut haben"),
        column("how_to_read", "VARCHAR", "Womit man beginnt"),
    ),
)
QUESTIONS = Table(
    "audit",
    "questions",
    "Fertige Fragen an diese Datenbank; jede ist auch eine Sicht: SELECT * FROM audit.missing_reports",
    ("name",),
    (
        column("name", "VARCHAR", "Kurzname; die Sicht heißt audit.<Kurzname>"),
        column("question", "VARCHAR", "Frage"),
        column("sql", "VARCHAR", "SELECT, das sie beantwortet"),
    ),
)


def build(inputs: WarehouseInputs, target: Path, *, sql: SqlTexts | None = None, threads: int = 1) -> Path:
    """Build the database into a new file.

    Args:
        inputs: everything that it is a function of.
        target: the new file; what a killed build left there is removed first.
        sql: the SQL files; None takes those that come with the program.
        threads: how many compute. A night's data are so small that more cost time; the contents are the same.

    Returns:
        `target`, complete, checked and synced to disk, without a write-ahead log beside it.

    Raises:
        BuildError: something failed; the message names it, and no file is left.
    """
    _clear_the_way(target)
    try:
        with closing(duckdb.connect(config=_settings(target, threads))) as connection:
            connection.execute(f"ATTACH {quoted(str(target))} AS warehouse (STORAGE_VERSION '{STORAGE_VERSION}')")
            connection.execute("USE warehouse")
            connection.execute("BEGIN")
            _fill(connection, inputs, sql or packaged_sql())
            connection.execute("COMMIT")
            connection.execute("CHECKPOINT warehouse")
            connection.execute("USE memory")
            connection.execute("DETACH warehouse")
        _sync(target)
    except (duckdb.Error, OSError) as error:
        remove_database(target)
        raise BuildError(f"{target} could not be written: {error}") from error
    except BaseException:
        remove_database(target)
        raise
    return target


def _clear_the_way(target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        remove_database(target)
    except OSError as error:
        raise BuildError(f"{target} could not be written: {error.strerror}") from error


def _settings(target: Path, threads: int) -> dict[str, str | bool | int | float | list[str]]:
    """Nothing is fetched from elsewhere, and nothing is written outside the target's folder."""
    return {
        "autoinstall_known_extensions": False,
        "temp_directory": f"{target}.tmp",
        "threads": threads,
        # The one commit goes straight into the file: a log of it would be written only to be read back.
        "checkpoint_threshold": "1KB",
    }


def _fill(connection: duckdb.DuckDBPyConnection, inputs: WarehouseInputs, sql: SqlTexts) -> None:
    views, indicators, audit_queries = views_of(sql), indicators_of(sql), audit_queries_of(sql)
    for schema in SCHEMAS:
        connection.execute(f"CREATE SCHEMA {schema}")
    loaded = _load_inputs(connection, inputs)
    loaded |= load_sections(connection, inputs)
    tables = {table.full_name: tuple(item.name for item in table_columns(table)) for table in loaded}
    relations = Relations({view.name: view for view in views}, indicators)
    load_catalogue(connection, indicators, tables, relations.views)
    require_histories(relations)
    _create_views(connection, (view for view in views if not view.needs_terms))
    load_terms(connection, indicators)
    _create_views(connection, (view for view in views if view.needs_terms))
    _create_audit_queries(connection, audit_queries, relations)
    if inputs.is_demo:
        _mark_as_demo(connection)
    check_contents(connection, {table.full_name: rows for table, rows in loaded.items()})


def remove_database(target: Path) -> None:
    """Remove a database file and the write-ahead log that a killed build leaves beside it."""
    target.unlink(missing_ok=True)
    target.with_name(target.name + ".wal").unlink(missing_ok=True)


def _sync(target: Path) -> None:
    if target.with_name(target.name + ".wal").exists():
        raise BuildError(f"{target.name}: a write-ahead log remains after the checkpoint")
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _load_inputs(connection: duckdb.DuckDBPyConnection, inputs: WarehouseInputs) -> dict[Table, int]:
    """Fill every table that holds inputs as they are; returns the rows that were put into each."""
    frames = {
        SUBMISSIONS: inputs.submissions,
        FINDINGS: inputs.findings,
        RULE_RESULTS: inputs.rule_results,
        EMPTY_TABLES: inputs.empty_tables,
        OBLIGATIONS: inputs.obligations,
        DECISIONS: inputs.decisions,
        STEPS: inputs.steps,
        RECOGNITIONS: inputs.recognitions,
        LEDGER: inputs.entries,
        CELLS: with_exact_numbers(inputs.cells),
        FORM_FIELDS: form_fields(inputs.forms),
        CALENDAR: _calendar(),
        DAYS: days_until(berlin_date(inputs.business_at)),
        ABOUT: _about(inputs),
        BUSINESS_TIME: _business_time(inputs),
        **{table: _reference(inputs, name) for name, table in REFERENCE.items()},
        **{table: inputs.released.get(name, pl.DataFrame()) for name, table in RELEASED.items()},
    }
    create_table(connection, REGISTER_VALUES)
    for table, frame in frames.items():
        rows = fill_table(connection, table, frame)
        if table.cited:
            insert_frame(connection, REGISTER_VALUES.full_name, _single_values(table, rows))
    histories = load_histories(
        connection, inputs, {table: rows for table, rows in frames.items() if table.full_name in HISTORIES}
    )
    return {table: frame.height for table, frame in frames.items()} | histories


def _single_values(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    values = rows.cast(pl.String).unpivot(index="row_key", variable_name="field", value_name="its_value")
    return (
        values.rename({"its_value": "value"})
        .with_columns(pl.lit(table.full_name).alias("register"))
        .sort("row_key", "field")
    )


def _reference(inputs: WarehouseInputs, name: str) -> pl.DataFrame:
    return with_exact_numbers(inputs.reference.get(name, pl.DataFrame()))


def _about(inputs: WarehouseInputs) -> pl.DataFrame:
    row = {
        "title": f"{DEMO_MARK if inputs.is_demo else ''}WIR-Monitoring, Datenbank für die Rechnungsprüfung",
        "is_demo": inputs.is_demo,
        "business_at": _business_time(inputs)["business_at"].item(),
        "program_version": version("wir-monitoring"),
        "program_sha256": program_fingerprint(),
        "how_to_read": "SELECT question, sql FROM audit.questions; SELECT * FROM indicators.catalogue",
    }
    return pl.DataFrame([row], schema=ABOUT.frame_schema)


def _mark_as_demo(connection: duckdb.DuckDBPyConnection) -> None:
    """Let every table and view of figures say first that its data are invented."""
    relations = connection.execute(
        "SELECT 'TABLE', schema_name || '.' || table_name, comment FROM duckdb_tables() "
        "WHERE database_name = 'warehouse' AND schema_name = 'indicators' UNION ALL "
        "SELECT 'VIEW', schema_name || '.' || view_name, comment FROM duckdb_views() "
        "WHERE database_name = 'warehouse' AND schema_name = 'indicators' ORDER BY ALL"
    ).fetchall()
    for kind, name, comment in relations:
        connection.execute(f"COMMENT ON {kind} {name} IS {quoted(DEMO_MARK + comment)}")


def _calendar() -> pl.DataFrame:
    rows = [
        (period.code, period.kind.value, period.year, period.first_day, period.closing_day, period.months)
        for period in all_periods()
    ]
    return pl.DataFrame(rows, schema=CALENDAR.frame_schema, orient="row")


def _business_time(inputs: WarehouseInputs) -> pl.DataFrame:
    row = (inputs.business_at.astimezone(UTC).replace(tzinfo=None), berlin_date(inputs.business_at))
    return pl.DataFrame([row], schema=BUSINESS_TIME.frame_schema, orient="row")


def _create_views(connection: duckdb.DuckDBPyConnection, views: Iterable[View]) -> None:
    """Create views and computed tables with their comments.

    Raises:
        BuildError: a SELECT fails or its header documents a column that it does not return; the file is named.
    """
    for view in views:
        kind = view.header.kind.upper()
        try:
            connection.execute(f"CREATE {kind} {view.name} AS {view.select}")
            write_comments(connection, kind, view.name, view.header.comment, view.header.columns)
        except duckdb.Error as error:
            raise BuildError(f"sql/views/{view.name}.sql: {error}") from error


def _create_audit_queries(
    connection: duckdb.DuckDBPyConnection, queries: Iterable[AuditQuery], relations: Relations
) -> None:
    questions = []
    for query in queries:
        name, file = f"audit.{query.name}", f"sql/audit/{query.name}.sql"
        try:
            if query.header.kind in {"macro", "as_of"}:
                select = as_of_select(file, query.select, relations) if query.header.kind == "as_of" else query.select
                parameters = ", ".join(query.header.parameters)
                connection.execute(f"CREATE MACRO {name}({parameters}) AS TABLE {select}")
                connection.execute(f"COMMENT ON MACRO TABLE {name} IS {quoted(query.header.comment)}")
            else:
                connection.execute(f"CREATE VIEW {name} AS {query.select}")
                write_comments(connection, "VIEW", name, query.header.comment, query.header.columns)
                questions.append((query.name, query.header.comment, query.select))
        except duckdb.Error as error:
            culprit = file_without_history(connection, relations) if query.header.kind == "as_of" else None
            raise BuildError(f"{culprit or file}: {error}") from error
    fill_table(connection, QUESTIONS, pl.DataFrame(questions, schema=QUESTIONS.frame_schema, orient="row"))
