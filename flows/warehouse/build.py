"""Building the auditors' database: a pure function of its inputs and our SQL, beside the one that people read."""

import os
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import duckdb
import polars as pl

from flows.settings import berlin_date
from flows.warehouse.blank import Blank, begin_database
from flows.warehouse.bookkeeping import ABOUT, BUSINESS_TIME, REGISTER_VALUES, about, business_time
from flows.warehouse.checks import check_contents
from flows.warehouse.decided import DECISIONS, STEPS
from flows.warehouse.history import DAYS, HISTORIES, days_until, load_histories
from flows.warehouse.indicators import load_terms
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
)
from flows.warehouse.load import insert_frame, load_table, quoted, with_exact_numbers
from flows.warehouse.recognised import RECOGNITIONS
from flows.warehouse.released import RELEASED
from flows.warehouse.sections import load_sections
from flows.warehouse.sqlfiles import BuildError, SqlTexts, View, packaged_sql


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
        blank = begin_database(target, inputs.forms, sql or packaged_sql(), is_demo=inputs.is_demo)
        with closing(duckdb.connect(config=_settings(target, threads))) as connection:
            connection.execute(f"ATTACH {quoted(str(target))} AS warehouse")
            connection.execute("USE warehouse")
            connection.execute("BEGIN")
            _fill(connection, inputs, blank)
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


def _fill(connection: duckdb.DuckDBPyConnection, inputs: WarehouseInputs, blank: Blank) -> None:
    loaded = _load_inputs(connection, inputs)
    loaded |= load_sections(connection, inputs, blank.sections)
    _compute(connection, (view for view in blank.views if not view.needs_terms))
    load_terms(connection, blank.indicators)
    _compute(connection, (view for view in blank.views if view.needs_terms))
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
        DAYS: days_until(berlin_date(inputs.business_at)),
        ABOUT: about(inputs),
        BUSINESS_TIME: business_time(inputs),
        **{table: _reference(inputs, name) for name, table in REFERENCE.items()},
        **{table: inputs.released.get(name, pl.DataFrame()) for name, table in RELEASED.items()},
    }
    for table, frame in frames.items():
        rows = load_table(connection, table, frame)
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


def _compute(connection: duckdb.DuckDBPyConnection, views: Iterable[View]) -> None:
    """Fill the computed tables.

    Raises:
        BuildError: a SELECT fails; its file is named.
    """
    for view in views:
        if view.is_computed:
            try:
                connection.execute(f"INSERT INTO {view.name} {view.select}")
            except duckdb.Error as error:
                raise BuildError(f"sql/views/{view.name}.sql: {error}") from error
