"""The auditors' database in other hands: DuckDB's command-line client, an older release than ours, and ADBC."""

import json
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.warehouse import publish

pytestmark = pytest.mark.slow

CLIENT = Path(sys.executable).with_name("duckdb")
"""From the package `duckdb-cli`."""
SAFE = ("-cmd", ".safe_mode")
"""The option `-safe` of this release locks itself out: it wants to set a folder after it has locked the settings."""
SWAPS = 20


def _ask(database: Path, question: str, *options: str) -> list[dict[str, Any]]:
    """Answer of the command-line client, read-only."""
    found = subprocess.run(
        [CLIENT, "-readonly", "-json", *options, database, question], capture_output=True, text=True, check=False
    )
    assert (found.returncode, found.stderr) == (0, ""), found.stderr
    rows: list[dict[str, Any]] = json.loads(found.stdout or "[]")
    return rows


def test_the_command_line_client_is_older_than_the_program_that_built_the_database(built: Path) -> None:
    (row,) = _ask(built, "SELECT version() AS version")
    assert row["version"].startswith("v1.5.")
    assert duckdb.__version__ >= "2"


def test_the_command_line_client_reads_figures_and_traces_them(built: Path) -> None:
    (figure,) = _ask(
        built,
        "SELECT value FROM indicators.figures "
        "WHERE (indicator_id, area_key, period, breakdown) = ('ANL-01', '06431', '2026', 'gesamt')",
    )
    assert figure == {"value": "15.00"}
    terms = _ask(built, "SELECT DISTINCT cell, raw FROM audit.trace('ANL-01', '06431', '2026') WHERE raw = '12'")
    assert terms == [{"cell": "C9", "raw": "12"}]


def test_the_command_line_client_sees_every_comment(built: Path) -> None:
    silent = _ask(
        built,
        "SELECT table_name AS name FROM duckdb_tables() WHERE NOT internal AND coalesce(comment, '') = '' "
        "UNION ALL SELECT view_name FROM duckdb_views() WHERE NOT internal AND coalesce(comment, '') = '' "
        "UNION ALL SELECT table_name || '.' || column_name FROM duckdb_columns() "
        "WHERE NOT internal AND coalesce(comment, '') = '' "
        "UNION ALL SELECT function_name FROM duckdb_functions() "
        "WHERE schema_name = 'audit' AND coalesce(comment, '') = ''",
    )
    assert silent == []


def test_the_command_line_client_answers_every_ready_question(built: Path) -> None:
    questions = _ask(built, "SELECT name FROM audit.questions ORDER BY name")
    assert len(questions) >= 15
    for question in questions:
        _ask(built, f"SELECT * FROM audit.{question['name']}")


def test_the_command_line_client_asks_for_the_figures_of_a_moment(built: Path) -> None:
    (now,) = _ask(built, "SELECT count(*) AS figures FROM indicators.figures")
    assert _ask(built, "SELECT count(*) AS figures FROM audit.as_of(TIMESTAMP '2030-01-01 00:00:00')") == [now]


def test_in_safe_mode_the_command_line_client_writes_and_reads_no_files(built: Path, tmp_path: Path) -> None:
    for statement in (f"COPY (SELECT 1 AS one) TO '{tmp_path}/out.csv'", "SELECT * FROM read_text('/etc/passwd')"):
        refused = subprocess.run(
            [CLIENT, "-readonly", *SAFE, built, statement], capture_output=True, text=True, check=False
        )
        assert refused.returncode != 0
        assert "disabled by configuration" in refused.stderr
    assert list(tmp_path.iterdir()) == []
    assert _ask(built, "SELECT 1 AS one", *SAFE) == [{"one": 1}]


def test_a_client_that_speaks_adbc_reads_figures_and_macros(built: Path) -> None:
    from adbc_driver_duckdb import dbapi  # comes with duckdb; needs adbc-driver-manager

    with dbapi.connect(str(built)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT field) FROM audit.trace('ANL-01', '06431', '2026')")
        assert cursor.fetchone() == (4,)
        cursor.execute("SELECT comment FROM duckdb_tables() WHERE schema_name = 'audit' AND table_name = 'ledger'")
        assert "Einträge des Journals" in cursor.fetchone()[0]


def _version(built: Path, folder: Path, number: int) -> Path:
    """A copy that tells its number in two places: in a row, and in a comment of another table."""
    copy = folder / f".building-{number}.duckdb"
    shutil.copyfile(built, copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute(f"UPDATE audit.about SET title = 'version {number}'")
        connection.execute(f"COMMENT ON TABLE audit.ledger IS 'version {number}'")
        connection.execute("CHECKPOINT")
    return copy


def test_the_command_line_client_reads_on_while_twenty_nights_swap_the_file(built: Path, tmp_path: Path) -> None:
    published, finished, seen = tmp_path / "published", threading.Event(), []
    publish(_version(built, tmp_path, 0), published)
    question = (
        "SELECT title, (SELECT comment FROM duckdb_tables() WHERE table_name = 'ledger') AS comment, "
        "(SELECT count(*) FROM indicators.figures) AS figures FROM audit.about"
    )

    def read_on() -> None:
        while not finished.is_set():
            seen.extend(_ask(published / "wir.duckdb", question))

    reader = threading.Thread(target=read_on)
    reader.start()
    for number in range(1, SWAPS + 1):
        publish(_version(built, tmp_path, number), published)
    finished.set()
    reader.join()
    seen.extend(_ask(published / "wir.duckdb", question))
    assert {row["title"] == row["comment"] for row in seen} == {True}
    assert len({row["figures"] for row in seen}) == 1
    assert len({row["title"] for row in seen}) > 2
    assert seen[-1]["title"] == f"version {SWAPS}"
