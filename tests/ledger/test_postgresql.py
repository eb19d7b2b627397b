"""The ledger in PostgreSQL keeps the same promises; it needs a server's programs on this machine, and psycopg."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest
import sqlalchemy as sa

from flows.ledger import (
    Ledger,
    append,
    check_chain,
    document,
    entries,
    forget,
    head,
    open_ledger,
    rows,
    texts,
    writing,
)
from flows.records import Draft, document_of

AT = datetime(2026, 9, 2, 1, 15, tzinfo=UTC)


def _programs() -> Path | None:
    """The folder with `initdb` and `pg_ctl`, which Debian keeps out of the path."""
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "initdb").exists() and (place / "pg_ctl").exists()), None)


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(_programs() is None, reason="no PostgreSQL server is installed here"),
    pytest.mark.skipif(find_spec("psycopg") is None, reason="psycopg is not installed (pip install 'psycopg[binary]')"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The URL of a server of our own, behind a socket in its own folder."""
    programs = _programs()
    assert programs is not None
    place = Path(tempfile.mkdtemp(prefix="wir-pg-"))
    user = "nobody" if os.geteuid() == 0 else None  # the server refuses to run as root
    if user is not None:
        os.chown(place, pwd.getpwnam(user).pw_uid, -1)

    def run(program: str, *arguments: str) -> None:
        command = [str(programs / program), "-D", str(place / "data"), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, user=user, cwd="/")

    run("initdb", "-U", "wir", "-A", "trust", "-E", "UTF8", "--no-sync")
    try:
        run("pg_ctl", "-w", "-l", str(place / "log"), "-o", f"-k {place} -c listen_addresses='' -c fsync=off", "start")
        yield f"postgresql+psycopg://wir@/postgres?host={place}"
        run("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def ledger(server: str) -> Iterator[Ledger]:
    opened = open_ledger(server)
    yield opened
    with opened.engine.begin() as connection:
        for table in ("documents", "texts", "entries"):
            connection.execute(sa.text(f"DROP TABLE {table}"))
    opened.engine.dispose()


def test_entries_form_a_chain(ledger: Ledger) -> None:
    for number in range(3):
        append(ledger, "night", {"business_at": f"{number}", "ä": "„ö“"}, at=AT)
    assert [entry.seq for entry in entries(ledger)] == [1, 2, 3]
    assert head(ledger) == entries(ledger)[-1]
    assert check_chain(ledger) is None


def test_many_writers_queue_up_and_never_fork_the_chain(server: str, ledger: Ledger) -> None:
    def write(number: int) -> None:
        for turn in range(10):
            append(open_ledger(server), "receipt", {"writer": number, "turn": turn}, at=AT)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    written = entries(ledger)
    assert [entry.seq for entry in written] == list(range(1, 61))
    assert check_chain(ledger) is None


def test_what_fails_within_a_transaction_is_not_written(ledger: Ledger) -> None:
    append(ledger, "opened", {"demo": False}, at=AT)
    with pytest.raises(KeyError), writing(ledger) as pen:
        pen.append(Draft("night", {"business_at": "1"}, AT))
        raise KeyError
    assert [entry.kind for entry in entries(ledger)] == ["opened"]


def test_the_first_verdict_of_a_basis_wins(ledger: Ledger) -> None:
    versions = ("form_version", "rules_version", "reference_version", "reader_version")
    basis = {"submission_id": 1, **dict.fromkeys(versions, "1")}
    first = append(ledger, "verdict", {**basis, "verdict": "accepted"}, at=AT)
    assert append(ledger, "verdict", {**basis, "verdict": "returned"}, at=AT) == first
    assert len(entries(ledger, "verdict")) == 1


def test_an_altered_row_is_found(ledger: Ledger) -> None:
    for number in range(3):
        append(ledger, "night", {"business_at": f"{number}"}, at=AT)
    with ledger.engine.begin() as connection:
        connection.execute(sa.text('UPDATE entries SET body = \'{"business_at":"9"}\' WHERE seq = 2'))
    assert check_chain(ledger) == 2
    (found,) = rows(ledger, "entries")
    assert len(found) == 3


def test_texts_and_documents_can_be_erased_and_the_chain_holds(ledger: Ledger) -> None:
    kept = document_of("judgement", {"findings": ["ä"]})
    entry = append(ledger, "verdict_text", {"sha256": kept.sha256}, at=AT, texts={"why": "Grund"}, documents=(kept,))
    assert texts(ledger, "why") == {entry.seq: "Grund"}
    assert document(ledger, kept.sha256) == {"findings": ["ä"]}
    forget(ledger, [entry.seq], [kept.sha256])
    assert texts(ledger, "why") == {}
    assert document(ledger, kept.sha256) is None
    assert check_chain(ledger) is None
