"""What differs between two databases, figure by figure, and why: computed by the SELECTs of `sql/changes`."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from expectations.errors import StatedError
from flows.resources import sql_files

_STEPS = ("figures", "reports", "arrivals", "registers", "definitions", "touched", "body_causes", "causes")
"""The SELECTs in the order in which they read each other."""
_SHOWN = """
SELECT
    coalesce(later.indicator_id, earlier.indicator_id) AS indicator_id,
    coalesce(later.area_key, earlier.area_key) AS area_key,
    coalesce(later.period, earlier.period) AS period,
    coalesce(later.breakdown, earlier.breakdown) AS breakdown,
    earlier.suppression <> '' AS is_hidden_before,
    later.suppression <> '' AS is_hidden_after
FROM {before} AS earlier
FULL JOIN {after} AS later
    ON
        earlier.indicator_id = later.indicator_id
        AND earlier.area_key = later.area_key
        AND earlier.period = later.period
        AND earlier.breakdown = later.breakdown
"""
_NOTHING_PUBLISHED = """(
    SELECT
        NULL::VARCHAR AS indicator_id,
        NULL::VARCHAR AS area_key,
        NULL::VARCHAR AS period,
        NULL::VARCHAR AS breakdown,
        NULL::VARCHAR AS suppression
    WHERE FALSE
)"""


class ChangesError(StatedError):
    """Two databases cannot be compared; the message names the SELECT."""


@dataclass(frozen=True)
class Differences:
    """What differs between two databases.

    Attributes:
        figures: a row per figure that differs (`sql/changes/figures.sql`).
        causes: a row per figure and cause (`sql/changes/causes.sql`).
        names: AGS → name of the body, as of the later database.
    """

    figures: pl.DataFrame
    causes: pl.DataFrame
    names: Mapping[str, str]


def differences(before: Path, after: Path) -> Differences:
    """Compare two databases, figure by figure.

    Args:
        before: database of a release.
        after: database of a later release, or the published one.

    Raises:
        ChangesError: one of them lacks what is compared.
    """
    with _attached(before, after) as connection:
        connection.execute("CREATE SCHEMA changes").fetchall()
        connection.execute(f"CREATE TABLE changes.shown AS {_shown(connection)}").fetchall()
        texts = sql_files("changes")
        for name in _STEPS:
            _compute(connection, name, texts[name])
        return Differences(
            figures=_frame(connection, "changes.figures", "indicator_id, period, area_kind, area_key, breakdown"),
            causes=_frame(connection, "changes.causes", "ALL"),
            names=dict(connection.execute(_NAMES).fetchall()),
        )


_NAMES = """
SELECT ags, arg_max(area, period)
FROM after.reference.areas
WHERE area_kind = 'body'
GROUP BY ags
"""


@contextmanager
def _attached(before: Path, after: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(duckdb.connect(config={"threads": 1, "autoinstall_known_extensions": False})) as connection:
        for name, file in (("before", before), ("after", after)):
            escaped = str(file).replace("'", "''")
            connection.execute(f"ATTACH '{escaped}' AS {name} (READ_ONLY)").fetchall()
        yield connection


def _shown(connection: duckdb.DuckDBPyConnection) -> str:
    """The SELECT that tells which cells were hidden; where nothing was released, nobody was shown anything."""
    sources = {name: _cells(connection, name) for name in ("before", "after")}
    return _SHOWN.format(**sources)


def _cells(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    found = connection.execute(
        "SELECT count(*) FROM duckdb_tables() "
        "WHERE database_name = $name AND schema_name = 'publication' AND table_name = 'cells'",
        {"name": name},
    ).fetchone()
    return f"{name}.publication.cells" if found and found[0] else _NOTHING_PUBLISHED


def _compute(connection: duckdb.DuckDBPyConnection, name: str, select: str) -> None:
    try:
        connection.execute(f"CREATE TABLE changes.{name} AS {select}").fetchall()
    except duckdb.Error as error:
        raise ChangesError(f"sql/changes/{name}.sql: {error}") from error


def _frame(connection: duckdb.DuckDBPyConnection, name: str, order: str) -> pl.DataFrame:
    found: pl.DataFrame = connection.sql(f"SELECT * FROM {name} ORDER BY {order}").pl()
    return found
