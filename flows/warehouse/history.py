"""What was known when: the tables of schema `history`, one for each table that changes with time and feeds figures.

A row stands in its table from `known_from` until before `known_to`, by the ledger's time; a row that nobody changed
since has no end.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import duckdb
import polars as pl

from expectations.period import FIRST_YEAR
from flows.settings import BERLIN
from flows.warehouse.decided import DECISIONS, STEPS
from flows.warehouse.inputs import OBLIGATIONS, REFERENCE, SUBMISSIONS, Table, WarehouseInputs, column
from flows.warehouse.load import load_table, table_columns, with_exact_numbers, with_row_key
from flows.warehouse.recognised import RECOGNITIONS
from flows.warehouse.released import SUPPRESSED
from flows.warehouse.sqlfiles import BuildError

KNOWN_FROM, KNOWN_TO = "known_from", "known_to"
ALWAYS = pl.datetime(1970, 1, 1)
"""Since when everything is known in inputs that bring no history."""
_KNOWN = (
    column(KNOWN_FROM, "TIMESTAMP", "Ab diesem Zeitpunkt des Journals (UTC) stand die Zeile so da"),
    column(KNOWN_TO, "TIMESTAMP", "Bis vor diesem Zeitpunkt (UTC); leer, wenn sie heute noch so dasteht"),
)
_OF_THE_DAY = frozenset({"received_on", "accepted_on", "days_late", "state"})
"""Columns of the obligations that follow from the day and from what came in; figures read what they follow from."""


def _history(table: Table, without: frozenset[str] = frozenset()) -> Table:
    columns = tuple(item for item in table_columns(table) if item.name not in without)
    return replace(
        table,
        schema="history",
        name=table.full_name.replace(".", "_"),
        comment=f"Frühere und heutige Zeilen von {table.full_name}, mit der Zeit, zu der sie galten",
        key=(*table.key, KNOWN_FROM),
        columns=(*columns, *_KNOWN),
        cited=False,
    )


_TEXTS = frozenset({"why"})
"""Reasons and notes of people; no figure rests on them."""
TRACKED = (SUBMISSIONS, STEPS, DECISIONS, *REFERENCE.values(), RECOGNITIONS, SUPPRESSED)
HISTORIES: Mapping[str, Table] = {
    **{table.full_name: _history(table, _TEXTS) for table in TRACKED},
    OBLIGATIONS.full_name: _history(OBLIGATIONS, _OF_THE_DAY),
}
"""Table that changes with time → its history."""
DAYS = Table(
    "audit",
    "days",
    "Die Tage seit Beginn des Journals mit ihrem Anfang in Weltzeit: der Kalender, an dem audit.as_of den Tag abliest",
    ("day",),
    (
        column("day", "DATE", "Tag in Hessen"),
        column("begins_at", "TIMESTAMP", "Sein Beginn (UTC)"),
    ),
)


def load_histories(
    connection: duckdb.DuckDBPyConnection, inputs: WarehouseInputs, current: Mapping[Table, pl.DataFrame]
) -> dict[Table, int]:
    """Fill `history.*`.

    Args:
        connection: the new database.
        inputs: their `history`; where it is None, what they hold was always known.
        current: the tables that change with time, with today's rows.

    Returns:
        The tables, each with the rows that were put in.

    Raises:
        BuildError: a table that changes with time has no history.
    """
    loaded = {}
    for table, rows in current.items():
        history = HISTORIES[table.full_name]
        frame = _known(table, rows, inputs)
        wanted = [name for name in frame.columns if name in history.frame_schema]
        keyed = with_row_key(table, with_exact_numbers(frame.select(wanted)))
        loaded[history] = load_table(connection, history, keyed).height
    return loaded


def _known(table: Table, rows: pl.DataFrame, inputs: WarehouseInputs) -> pl.DataFrame:
    if inputs.history is None:
        return _always(table, rows)
    if table == SUPPRESSED:
        return _released(rows, inputs)
    if table.full_name not in inputs.history:
        raise BuildError(f"{table.full_name} changes with time, but the inputs bring no history of it")
    return inputs.history[table.full_name]


def _released(rows: pl.DataFrame, inputs: WarehouseInputs) -> pl.DataFrame:
    """What each release hid is known since that release; what this build itself publishes, since its business time."""
    since = inputs.business_at.astimezone(UTC).replace(tzinfo=None)
    known = _always(SUPPRESSED, rows)
    if inputs.history is None or SUPPRESSED.full_name not in inputs.history:
        return known.with_columns(pl.lit(since).alias(KNOWN_FROM))
    released = inputs.history[SUPPRESSED.full_name].select("release", pl.col(KNOWN_FROM).alias("released_at")).unique()
    dated = known.join(released, on="release", how="left")
    return dated.with_columns(pl.col("released_at").fill_null(since).alias(KNOWN_FROM)).drop("released_at")


def _always(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    known = rows if rows.columns else pl.DataFrame(schema=table.frame_schema)
    return known.with_columns(ALWAYS.alias(KNOWN_FROM), pl.lit(None, dtype=pl.Datetime("us")).alias(KNOWN_TO))


def days_until(last: date) -> pl.DataFrame:
    """The rows of `audit.days`, from the programme's first day on."""
    first = min(date(FIRST_YEAR, 1, 1), last)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    rows = [(day, datetime.combine(day, time(), BERLIN).astimezone(UTC).replace(tzinfo=None)) for day in days]
    return pl.DataFrame(rows, schema=DAYS.frame_schema, orient="row")
