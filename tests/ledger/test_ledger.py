"""The ledger: one chain, whoever writes and whatever breaks."""

import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows import ledger as journal
from flows.ledger import Ledger, LedgerError
from flows.records import Draft, canonical_json, document_of
from flows.settings import DataFolder

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
BASIS_BUT_READER = {"form_version": "2026", "rules_version": "a", "reference_version": "b"}
BASIS = {**BASIS_BUT_READER, "reader_version": "c"}


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


@pytest.fixture
def ledger(folder: DataFolder) -> Ledger:
    return journal.open_ledger(folder)


def append_some(root: Path, writer: int, count: int) -> None:
    ledger = journal.open_ledger(DataFolder(root))
    for number in range(count):
        journal.append(ledger, "note", {"writer": writer, "number": number}, at=NOON)


def change_file(folder: DataFolder, *statements: str) -> None:
    """Do to the file what somebody could do who has it and knows SQL."""
    with sqlite3.connect(folder.ledger_file, isolation_level=None) as connection:
        for name in [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
    connection.close()


# --- the chain -------------------------------------------------------------------------------------------------------


def test_each_entry_carries_the_hash_of_the_one_before_it(ledger: Ledger) -> None:
    first = journal.append(ledger, "opened", {"demo": False}, at=NOON)
    second = journal.append(ledger, "night", {"business_at": "2026-09-01"}, at=NOON)
    assert (first.seq, first.previous_hash) == (1, journal.GENESIS)
    assert (second.seq, second.previous_hash) == (2, first.hash)
    assert journal.entries(ledger) == (first, second)
    assert journal.head(ledger) == second
    assert journal.check_chain(ledger) is None


def test_the_hash_can_be_recomputed_by_hand(ledger: Ledger) -> None:
    journal.append(ledger, "note", {"z": 1, "a": "ä"}, at=NOON)
    by_hand = (
        '{"at":"2026-09-01T12:00:00.000000+00:00","body":{"a":"ä","z":1},"kind":"note",'
        f'"previous_hash":"{"0" * 64}","seq":1}}'
    )
    digest = subprocess.run(["sha256sum"], input=by_hand.encode(), capture_output=True, check=True).stdout.decode()
    assert journal.entries(ledger)[0].hash == digest.split()[0]


def test_an_empty_ledger_has_no_head_and_a_sound_chain(ledger: Ledger) -> None:
    assert journal.head(ledger) is None
    assert journal.entries(ledger) == ()
    assert journal.check_chain(ledger) is None


def test_moments_are_kept_in_utc(ledger: Ledger) -> None:
    summer = timezone(timedelta(hours=2))
    entry = journal.append(ledger, "note", {}, at=datetime(2026, 7, 1, 3, 15, tzinfo=summer))
    assert entry.at == datetime(2026, 7, 1, 1, 15, tzinfo=UTC)
    assert journal.entries(ledger) == (entry,)


def test_entries_can_be_asked_for_by_kind(ledger: Ledger) -> None:
    for kind in ("a", "b", "c", "a"):
        journal.append(ledger, kind, {}, at=NOON)
    assert [entry.seq for entry in journal.entries(ledger, "a", "c")] == [1, 3, 4]


JSON_BODIES = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(st.characters(exclude_categories=["Cs"]), max_size=20)),
    max_size=4,
)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(bodies=st.lists(JSON_BODIES, min_size=1, max_size=5))
def test_any_json_comes_back_as_it_was_and_keeps_the_chain(
    bodies: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    ledger = journal.open_ledger(DataFolder(tmp_path_factory.mktemp("any")))
    appended = journal.append_all(ledger, [Draft("note", body, NOON) for body in bodies])
    assert [entry.body for entry in appended] == bodies
    assert journal.entries(ledger) == appended
    assert journal.check_chain(ledger) is None


def test_several_entries_are_appended_all_or_none(ledger: Ledger) -> None:
    drafts = [Draft("note", {}, NOON), Draft("note", {"not": {"json"}}, NOON)]
    with pytest.raises(TypeError):
        journal.append_all(ledger, drafts)
    assert journal.entries(ledger) == ()


# --- nobody changes it -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET body = '{}'",
        "DELETE FROM entries",
        "INSERT OR REPLACE INTO entries (seq, at, kind, body, previous_hash, hash) VALUES (1, '', '', '', 'x', 'y')",
        "INSERT INTO entries (seq, at, kind, body, previous_hash, hash) VALUES (9, '', '', '', 'x', 'y')",
    ],
)
def test_the_database_itself_refuses_to_change_an_entry(folder: DataFolder, ledger: Ledger, statement: str) -> None:
    entry = journal.append(ledger, "note", {"kept": True}, at=NOON)
    connection = sqlite3.connect(folder.ledger_file)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)
    connection.close()
    assert journal.entries(ledger) == (entry,)


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE entries SET body = '{\"number\":9}' WHERE seq = 2", 2),
        ("UPDATE entries SET body = '{ \"number\": 1 }' WHERE seq = 2", 2),
        ("UPDATE entries SET body = 'no json' WHERE seq = 2", 2),
        ("UPDATE entries SET at = '2027-01-01T00:00:00.000000+00:00' WHERE seq = 3", 3),
        ("UPDATE entries SET kind = 'other' WHERE seq = 1", 1),
        ("UPDATE entries SET hash = 'f' WHERE seq = 2", 2),
        ("DELETE FROM entries WHERE seq = 1", 1),
        ("DELETE FROM entries WHERE seq = 3", 3),
    ],
)
def test_the_check_names_the_first_entry_that_somebody_changed(
    folder: DataFolder, ledger: Ledger, statement: str, broken: int
) -> None:
    for number in range(4):
        journal.append(ledger, "note", {"number": number}, at=NOON)
    change_file(folder, statement)
    assert journal.check_chain(ledger) == broken


# --- the first verdict wins ------------------------------------------------------------------------------------------


def test_the_first_verdict_per_submission_and_basis_wins(ledger: Ledger) -> None:
    first = journal.append(ledger, "verdict", {"submission_id": 7, "verdict": "accepted", **BASIS}, at=NOON)
    again = journal.append(ledger, "verdict", {"submission_id": 7, "verdict": "returned", **BASIS}, at=NOON)
    assert again == first
    assert journal.entries(ledger) == (first,)


@pytest.mark.parametrize("changed", [{"submission_id": 8}, *({name: "new"} for name in BASIS)])
def test_another_submission_or_another_basis_is_another_verdict(ledger: Ledger, changed: dict[str, Any]) -> None:
    journal.append(ledger, "verdict", {"submission_id": 7, **BASIS}, at=NOON)
    second = journal.append(ledger, "verdict", {"submission_id": 7, **BASIS, **changed}, at=NOON)
    assert second.seq == 2


@pytest.mark.parametrize("again", [{"explanations": [2]}, {"recheck": 2}, {"recheck": 2, "explanations": [2]}])
def test_an_explanation_or_a_re_check_gives_one_further_verdict_on_the_same_versions(
    ledger: Ledger, again: dict[str, Any]
) -> None:
    body = {"submission_id": 1, "verdict": "awaiting_explanation", **BASIS}
    first = journal.append(ledger, "verdict", body, at=NOON)
    second = journal.append(ledger, "verdict", {**body, "verdict": "accepted_with_warnings", **again}, at=NOON)
    third = journal.append(ledger, "verdict", {**body, "verdict": "returned", **again}, at=NOON)
    assert (second.seq, third) == (first.seq + 1, second)
    assert journal.entries(ledger, "verdict") == (first, second)


def test_a_verdict_without_its_basis_is_refused(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="reader_version is missing"):
        journal.append(ledger, "verdict", {"submission_id": 7, **BASIS_BUT_READER}, at=NOON)


def test_a_ledger_is_opened_once(ledger: Ledger) -> None:
    first = journal.append(ledger, "opened", {"demo": True, "seed": 2026}, at=NOON)
    assert journal.append(ledger, "opened", {"demo": False}, at=NOON) == first


# --- what can be erased lies beside it -------------------------------------------------------------------------------


def test_texts_lie_beside_the_chain_and_may_be_erased(folder: DataFolder, ledger: Ledger) -> None:
    entry = journal.append(ledger, "receipt", {}, at=NOON, texts={"file_name": "Bericht Müller.xlsx", "sender": "x"})
    assert journal.texts(ledger, "file_name") == {entry.seq: "Bericht Müller.xlsx"}
    assert "Müller" not in canonical_json(entry.body)
    with sqlite3.connect(folder.ledger_file) as connection:
        connection.execute("DELETE FROM texts WHERE name = 'file_name'")
    connection.close()
    assert journal.texts(ledger, "file_name") == {}
    assert journal.texts(ledger, "sender") == {entry.seq: "x"}
    assert journal.check_chain(ledger) is None


def test_a_document_is_found_by_the_hash_that_the_chain_holds(ledger: Ledger) -> None:
    findings = document_of("findings", [{"code": "R-FIN-04", "message": "zu hoch"}])
    journal.append(ledger, "note", {"findings_sha256": findings.sha256}, at=NOON, documents=[findings, findings])
    assert journal.document(ledger, findings.sha256) == [{"code": "R-FIN-04", "message": "zu hoch"}]
    assert journal.documents(ledger, "findings") == {findings.sha256: [{"code": "R-FIN-04", "message": "zu hoch"}]}
    assert journal.documents(ledger, "other") == {}
    assert journal.document(ledger, "0" * 64) is None


@pytest.mark.parametrize("content", ["zlib rubbish", None])
def test_an_altered_document_is_noticed(folder: DataFolder, ledger: Ledger, content: str | None) -> None:
    kept, other = document_of("findings", [1]), document_of("findings", [2])
    journal.append(ledger, "note", {}, at=NOON, documents=[kept, other])
    swapped = f"SELECT content FROM documents WHERE sha256 = '{other.sha256}'" if content is None else "SELECT x'6162'"
    change_file(folder, f"UPDATE documents SET content = ({swapped}) WHERE sha256 = '{kept.sha256}'")
    with pytest.raises(LedgerError, match="altered"):
        journal.document(ledger, kept.sha256)


# --- several processes, and sudden ends ------------------------------------------------------------------------------


@pytest.mark.slow
def test_four_processes_that_write_at_once_keep_one_chain(folder: DataFolder) -> None:
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        for done in [pool.submit(append_some, folder.root, writer, 15) for writer in range(4)]:
            done.result()
    ledger = journal.open_ledger(folder)
    written = journal.entries(ledger)
    assert journal.check_chain(ledger) is None
    assert [entry.seq for entry in written] == list(range(1, 61))
    for writer in range(4):  # nobody's entries are lost, doubled or out of order
        assert [entry.body["number"] for entry in written if entry.body["writer"] == writer] == list(range(15))


ENDLESS_WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from flows import ledger as journal
from flows.settings import DataFolder
ledger = journal.open_ledger(DataFolder(Path(sys.argv[1])))
while True:
    entry = journal.append(ledger, "note", {}, at=datetime(2026, 9, 1, tzinfo=UTC))
    print(entry.seq, flush=True)
"""


@pytest.mark.slow
def test_what_was_acknowledged_outlasts_a_kill(folder: DataFolder) -> None:
    acknowledged = 0
    for lines in (1, 7, 20):
        writer = subprocess.Popen([sys.executable, "-c", ENDLESS_WRITER, folder.root], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        for _ in range(lines):
            acknowledged = int(writer.stdout.readline())
        writer.send_signal(signal.SIGKILL)
        rest = writer.stdout.read().split()
        writer.wait()
        acknowledged = int(rest[-1]) if rest else acknowledged
        ledger = journal.open_ledger(folder)
        assert journal.check_chain(ledger) is None
        assert len(journal.entries(ledger)) >= acknowledged


# --- errors that say what to do --------------------------------------------------------------------------------------


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerError, match=r"data folder .*file/data cannot be created"):
        journal.open_ledger(DataFolder(tmp_path / "file" / "data"))


def test_a_foreign_file_in_the_place_of_the_ledger_is_named(folder: DataFolder) -> None:
    folder.root.mkdir()
    folder.ledger_file.write_text("no database at all, but long enough to be taken for one" * 20)
    with pytest.raises(LedgerError, match="damaged"):
        journal.open_ledger(folder)


def test_a_folder_in_the_place_of_the_ledger_is_named(folder: DataFolder) -> None:
    folder.ledger_file.mkdir(parents=True)
    with pytest.raises(LedgerError, match="cannot be opened"):
        journal.open_ledger(folder)


def test_a_writer_that_waits_too_long_says_so(folder: DataFolder, ledger: Ledger) -> None:
    impatient = journal.open_ledger(folder, wait_seconds=0.05)
    with journal.writing(ledger), pytest.raises(LedgerError, match="another process is writing"):
        journal.append(impatient, "note", {}, at=NOON)


def test_readers_do_not_wait_for_a_writer(folder: DataFolder, ledger: Ledger) -> None:
    entry = journal.append(ledger, "note", {}, at=NOON)
    impatient = journal.open_ledger(folder, wait_seconds=0.05)
    with journal.writing(ledger) as pen:
        pen.append(Draft("note", {}, NOON))
        assert journal.entries(impatient) == (entry,)


FULL_DISK_WRITER = ENDLESS_WRITER.replace(
    "import sys", "import resource, sys\nresource.setrlimit(resource.RLIMIT_FSIZE, (120_000, 120_000))"
)


@pytest.mark.slow
def test_a_full_disk_is_told_and_loses_nothing(folder: DataFolder) -> None:
    writer = subprocess.run([sys.executable, "-c", FULL_DISK_WRITER, folder.root], capture_output=True, check=False)
    acknowledged = len(writer.stdout.split())
    assert "flows.ledger.LedgerError" in writer.stderr.decode()
    assert "the disk is full" in writer.stderr.decode()
    ledger = journal.open_ledger(folder)
    assert journal.check_chain(ledger) is None
    assert len(journal.entries(ledger)) == acknowledged
