"""What auditors and nights wait for on a data folder; the seconds are printed, none of them is asserted."""

import statistics
import sys
import time
from collections.abc import Callable
from functools import partial

import duckdb

from flows import line
from flows.house import clock, open_house
from flows.proof import verify
from flows.settings import DataFolder

REPETITIONS = 5
_TABLES = ("intake.submissions", "reports.cells", "indicators.terms", "indicators.figures")


def measure(folder: DataFolder) -> None:
    """Build twice, the second time from a warm cache; publish; ask what an auditor asks; prove everything once."""
    ledger = open_house(folder)
    night = line.begin(folder, business_at=clock(ledger))
    for name in ("build", "build from a warm cache"):
        _say(name, [_clocked(lambda: line.build(night))])
    line.publish(night, folder.published / ".building" / "wir.duckdb")
    with duckdb.connect(str(folder.database), read_only=True) as connection:
        connection.execute("SET enable_progress_bar = false")
        for table in _TABLES:
            sys.stdout.write(f"{table:40} {connection.sql(f'FROM {table}').shape[0]:9} rows\n")
        for name, query in _queries(connection).items():
            _say(name, [_clocked(partial(_fetch, connection, query)) for _ in range(REPETITIONS)])
    _say("verify", [_clocked(lambda: _prove(folder))])


def _fetch(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    connection.sql(query).pl()


def _prove(folder: DataFolder) -> None:
    for deviation in verify(folder).deviations:
        sys.stdout.write(f"{deviation.message}\n")


def _queries(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    middle, number = connection.execute(
        "SELECT business_at - INTERVAL 800 DAY, (SELECT max(submission_id) FROM intake.findings) "
        "FROM intake.business_time"
    ).fetchall()[0]
    return {
        "all figures": "SELECT * FROM indicators.figures",
        "all figures, without handing them over": "SELECT max(COLUMNS(*)) FROM indicators.figures",
        "a body's trace": "SELECT * FROM audit.trace('MIT-03', '06431', '2028')",
        "the Land's trace": "SELECT * FROM audit.trace('MIT-03', '06', '2028')",
        "money to look into": "SELECT * FROM audit.funds_to_check",
        "the evidence of a submission": f"SELECT * FROM audit.evidence({number})",
        "all figures of an earlier day": f"SELECT * FROM audit.as_of(TIMESTAMP '{middle}')",
        "all figures of today, computed": "SELECT * FROM audit.as_of(TIMESTAMP '2999-01-01')",
    }


def _clocked(work: Callable[[], object]) -> tuple[float, float]:
    """Wall time and CPU time."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def _say(name: str, seconds: list[tuple[float, float]]) -> None:
    wall, cpu = (statistics.median(part) for part in zip(*seconds, strict=True))
    sys.stdout.write(f"{name:40} {wall:9.3f} s  ({cpu:.3f} s CPU)\n")
    sys.stdout.flush()
