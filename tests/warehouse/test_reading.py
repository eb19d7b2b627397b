"""The hardened connection: it reads the database and does nothing else, for no longer than it may."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from flows.warehouse import Limits, NoPublicationError, QueryTooLongError, interrupted_after, open_for_reading

ENDLESS = "SELECT count(*) FROM range(1000000) AS one, range(1000000) AS two WHERE one.range + two.range = -1"
REFUSED = {
    "writing a file": "COPY (SELECT 1 AS one) TO '{folder}/out.csv'",
    "writing all tables": "EXPORT DATABASE '{folder}/out'",
    "reading a file as a table": "SELECT * FROM read_csv('/etc/passwd')",
    "reading a file's text": "SELECT content FROM read_text('/etc/passwd')",
    "listing a folder": "SELECT * FROM glob('/etc/*')",
    "a file named like a table": "SELECT * FROM '/etc/passwd'",
    "a variable of the program named like a table": "SELECT * FROM secrets_of_the_program",
    "attaching another database": "ATTACH '{folder}/other.duckdb' AS other (READ_ONLY)",
    "attaching a database in memory": "ATTACH ':memory:' AS scratch",
    "installing an extension": "INSTALL httpfs",
    "loading an extension": "LOAD httpfs",
    "more memory": "SET memory_limit = '100GB'",
    "more threads": "PRAGMA threads = 64",
    "a place to spill to": "SET temp_directory = '{folder}'",
    "unlocking": "SET lock_configuration = false",
    "access to the outside": "SET enable_external_access = true",
    "writing into the database": "DELETE FROM audit.ledger",
    "a new table": "CREATE TABLE audit.mine AS SELECT 1 AS one",
}


@pytest.fixture
def database(built: Path, tmp_path: Path) -> Path:
    """A copy of its own: other tests hold plain connections to the shared one."""
    shutil.copyfile(built, tmp_path / "other.duckdb")
    return Path(shutil.copyfile(built, tmp_path / "wir.duckdb"))


@pytest.fixture
def connection(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_for_reading(database, Limits(memory_mib=256)) as opened:
        yield opened


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED.keys())
def test_whatever_is_not_reading_is_refused(
    statement: str, connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    secrets_of_the_program = duckdb.sql("SELECT 'secret' AS text")
    with pytest.raises(duckdb.Error):
        connection.execute(statement.format(folder=tmp_path)).fetchall()
    assert secrets_of_the_program.fetchall() == [("secret",)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.duckdb", "wir.duckdb"]


def test_a_plain_read_only_connection_would_have_written_and_read_files(database: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as plain:
        plain.execute(f"COPY (SELECT 1 AS one) TO '{tmp_path}/out.csv'")
        assert plain.execute("SELECT count(*) FROM read_text('/etc/passwd')").fetchone() == (1,)
    assert (tmp_path / "out.csv").is_file()


def test_figures_comments_and_macros_are_all_there(connection: duckdb.DuckDBPyConnection) -> None:
    assert connection.execute("SELECT count(*) > 0 FROM audit.trace('ANL-01', '06431', '2026')").fetchone() == (True,)
    without = connection.execute(
        "SELECT count(*) FROM duckdb_columns() WHERE NOT internal AND coalesce(comment, '') = ''"
    ).fetchone()
    assert without == (0,)


def test_a_runaway_query_is_interrupted_and_the_connection_goes_on(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(QueryTooLongError, match=r"after 0\.2 seconds"), interrupted_after(connection, 0.2):
        connection.execute(ENDLESS).fetchall()
    assert connection.execute("SELECT count(*) > 0 FROM indicators.figures").fetchone() == (True,)


def test_a_query_that_begins_after_the_time_is_interrupted_too(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(QueryTooLongError), interrupted_after(connection, 0.01):
        time.sleep(0.1)
        connection.execute(ENDLESS).fetchall()


def test_what_is_done_in_time_is_not_interrupted_later(connection: duckdb.DuckDBPyConnection) -> None:
    with interrupted_after(connection, 30):
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert connection.execute("SELECT sum(range) FROM range(1000000)").fetchone() == (499999500000,)


def test_a_query_that_wants_more_memory_than_it_may_ends_with_an_error(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(duckdb.OutOfMemoryException):
        connection.execute("SELECT list(range) FROM range(1000000000)").fetchall()


def test_where_nothing_was_published_the_message_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(NoPublicationError, match="wir nightly"):
        open_for_reading(tmp_path / "wir.duckdb")
