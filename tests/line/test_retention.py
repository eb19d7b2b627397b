"""A list of people that was sent by mistake is gone when its time is over, whatever happens on the way."""

import io
import os
import shutil
import sqlite3
import zipfile
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest
from openpyxl import Workbook, load_workbook

from expectations.privacy import LIST_OF_PEOPLE
from flows import archive, judging, line, reference, retention
from flows.ledger import check_chain, documents, entries, open_ledger, texts
from flows.records import NightReport
from flows.settings import DataFolder
from tests.killed import die, killed
from tests.line.reports import NIGHT, WriteReport
from tests.shared import copy_of

NAMES = ["Haddadowitsch", "Kowalenkova", "Yilmazoglu", "Muellerbeck"]
FILE_NAME = "Teilnahmeliste Muellerbeck.xlsx"
DAYS = 90


def list_of_people(target: Path, *, beside: Path | None = None) -> Path:
    book = Workbook() if beside is None else load_workbook(beside)
    sheet = book.create_sheet("Teilnehmende")
    sheet.append(["Name", "Vorname", "Geburtsdatum", "Unterschrift"])
    for name in NAMES:
        sheet.append([name, "Anna", date(1990, 1, 1)])
    file = io.BytesIO()
    book.save(file)
    target.write_bytes(file.getvalue())
    return target


def send(folder: DataFolder, file: Path, days: int = 0) -> None:
    folder.inbox.mkdir(parents=True, exist_ok=True)
    target = folder.inbox / file.name
    shutil.copy(file, target)
    moment = (NIGHT + timedelta(days=days)).timestamp() - 3600
    os.utime(target, (moment, moment))


def night(folder: DataFolder, days: int = 0) -> NightReport:
    return line.run_night(folder, business_at=NIGHT + timedelta(days=days))


def begin(folder: DataFolder, days: int) -> None:
    """The beginning of a night, with which all goes that has expired; what else it does is of no matter here."""
    line.begin(folder, business_at=NIGHT + timedelta(days=days))


def received(folder: DataFolder) -> list[int]:
    return [entry.seq for entry in entries(open_ledger(folder), "receipt")]


def digest_of(folder: DataFolder, number: int) -> str:
    receipts = {entry.seq: entry for entry in entries(open_ledger(folder), "receipt")}
    return str(receipts[number].body["sha256"])


def published(folder: DataFolder, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder.database), read_only=True) as connection:
        return connection.execute(query).fetchall()


def traces(folder: DataFolder, *words: str) -> list[str]:
    """Files below the data folder that hold one of the words, plain or within a package."""
    found = []
    for file in sorted(path for path in folder.root.rglob("*") if path.is_file() and not path.is_symlink()):
        data = file.read_bytes()
        if data.startswith(b"PK"):
            with closing(zipfile.ZipFile(io.BytesIO(data))) as package:
                data = b"".join(package.read(name) for name in package.namelist())
        if any(word.encode() in data for word in words):
            found.append(str(file.relative_to(folder.root)))
    return found


@pytest.fixture(scope="module")
def after_a_list(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """After the night on which a list of people had come in."""
    root = tmp_path_factory.mktemp("after-a-list")
    folder = DataFolder(root / "data")
    send(folder, list_of_people(root / FILE_NAME))
    (row,) = night(folder).rows
    assert (row.verdict, row.codes) == ("unreadable", (LIST_OF_PEOPLE,))
    return folder


@pytest.fixture
def with_a_list(after_a_list: DataFolder, tmp_path: Path) -> DataFolder:
    """A copy of that folder."""
    return copy_of(after_a_list, tmp_path)


@pytest.mark.slow
def test_after_ninety_days_nothing_of_it_is_left_but_its_hash(with_a_list: DataFolder) -> None:
    folder = with_a_list
    (number,) = received(folder)
    digest = digest_of(folder, number)
    begin(folder, DAYS - 1)
    assert archive.path_of(folder.archive, digest).exists()
    assert traces(folder, *NAMES)
    assert night(folder, DAYS).erased == 1
    assert traces(folder, *NAMES) == []
    assert traces(folder, digest[:8])
    (erased,) = entries(open_ledger(folder), "erased")
    assert erased.body == {"submission_id": number, "sha256": digest, "basis": "retention"}
    assert check_chain(open_ledger(folder)) is None
    assert number not in texts(open_ledger(folder), "file_name")
    assert night(folder, DAYS + 1).erased == 0
    assert len(entries(open_ledger(folder), "erased")) == 1


@pytest.mark.slow
def test_everything_behind_lives_with_an_erased_submission(
    folder: DataFolder, tmp_path: Path, write_report: WriteReport
) -> None:
    send(folder, write_report("06432"))
    send(folder, list_of_people(tmp_path / FILE_NAME, beside=write_report("06431")))
    first = night(folder)
    (number,) = [row.submission_id for row in first.rows if row.verdict == "unreadable"]
    send(folder, write_report("06431"), DAYS)
    later = night(folder, DAYS)
    assert [(row.ags, row.verdict) for row in later.rows] == [("06431", "accepted")]
    rows = published(folder, "SELECT verdict, in_force FROM intake.submissions ORDER BY submission_id")
    assert sorted(rows) == [("accepted", True), ("accepted", True), ("unreadable", False)]
    findings = f"SELECT count(*) FROM intake.findings WHERE submission_id = {number} AND code = '{LIST_OF_PEOPLE}'"
    assert published(folder, findings) == [(1,)]
    protocols = sorted((folder.feedback / "06431").glob(f"{number:06d}-*"))
    assert protocols
    assert not any(b"Muellerbeck" in file.read_bytes() for file in protocols)
    shutil.rmtree(folder.cache)
    shutil.rmtree(folder.published)
    night(folder, DAYS + 1)
    assert published(folder, "SELECT count(*) FROM intake.submissions") == [(3,)]


@pytest.mark.slow
def test_the_same_list_sent_again_is_kept_for_its_own_time(with_a_list: DataFolder, after_a_list: DataFolder) -> None:
    folder, file = with_a_list, after_a_list.root.parent / FILE_NAME
    (first,) = received(folder)
    send(folder, file, 30)
    assert night(folder, 30).duplicates == 1
    begin(folder, DAYS)
    digest = digest_of(folder, first)
    assert archive.is_erased(folder.archive, digest)
    assert not texts(open_ledger(folder), "file_name")
    send(folder, file, 100)
    (again,) = night(folder, 100).rows
    assert again.codes == (LIST_OF_PEOPLE,)
    assert archive.path_of(folder.archive, digest).exists()
    begin(folder, 100 + DAYS - 1)
    assert archive.path_of(folder.archive, digest).exists()
    begin(folder, 100 + DAYS)
    assert archive.is_erased(folder.archive, digest)
    erased = [entry.body["submission_id"] for entry in entries(open_ledger(folder), "erased")]
    assert erased == [first, again.submission_id]


@pytest.mark.slow
def test_no_other_file_is_ever_erased(folder: DataFolder, tmp_path: Path, write_report: WriteReport) -> None:
    send(folder, write_report("06431"))
    (tmp_path / "leer.xlsx").write_bytes(b"")
    send(folder, tmp_path / "leer.xlsx")
    night(folder)
    before = sorted(folder.archive.rglob("*"))
    begin(folder, 4_000 // 2)
    assert entries(open_ledger(folder), "erased") == ()
    assert sorted(folder.archive.rglob("*")) == before


@pytest.mark.slow
def test_a_missing_file_that_nobody_erased_still_stops_the_build(accepted: DataFolder) -> None:
    (number,) = received(accepted)
    archive.erase(accepted.archive, digest_of(accepted, number))
    with pytest.raises(archive.ArchiveError, match="restore a backup"):
        night(accepted, 1)


# --- killed on the way -----------------------------------------------------------------------------------------------

_STEPS = {
    "after the entry": (retention, "_erase"),
    "after the protocols": (retention.cells, "forget"),
    "before the bytes": (retention.archive, "erase"),
    "before the texts": (retention.journal, "forget"),
}


def _be_killed(step: str, folder: DataFolder) -> None:
    room, name = _STEPS[step]
    setattr(room, name, die)
    line.begin(folder, business_at=NIGHT + timedelta(days=DAYS))


@pytest.mark.slow
@pytest.mark.parametrize("step", _STEPS)
def test_an_erasure_that_was_killed_is_finished_by_the_next_night(with_a_list: DataFolder, step: str) -> None:
    (number,) = received(with_a_list)
    killed(_be_killed, step, with_a_list)
    night(with_a_list, DAYS)
    assert traces(with_a_list, *NAMES, FILE_NAME) == []
    assert len(entries(open_ledger(with_a_list), "erased")) == 1
    assert any(with_a_list.feedback.rglob(f"{number:06d}-*"))


# --- the parameter ---------------------------------------------------------------------------------------------------


def test_the_retention_is_a_dated_parameter(folder: DataFolder) -> None:
    parameters = reference.packaged().frames["parameters"]
    assert retention._days(parameters, date(2026, 9, 2)) == DAYS
    shorter = parameters.with_columns(number=pl.lit(30.0))
    assert retention._days(shorter, date(2026, 9, 2)) == 30
    with pytest.raises(retention.RetentionError, match="participants_list_retention_days"):
        retention._days(parameters.clear(), date(2026, 9, 2))


def test_what_is_forgotten_is_overwritten_in_the_ledger_file(folder: DataFolder) -> None:
    from flows.ledger import append, forget
    from flows.records import document_of

    ledger = open_ledger(folder)
    document = document_of("judgement", {"findings": []})
    entry = append(ledger, "receipt", {}, at=NIGHT, texts={"file_name": FILE_NAME}, documents=[document])
    forget(ledger, [entry.seq], [document.sha256])
    assert (texts(ledger, "file_name"), documents(ledger, "judgement")) == ({}, {})
    for file in folder.root.glob("ledger.sqlite*"):
        assert FILE_NAME.encode() not in file.read_bytes()
    with closing(sqlite3.connect(folder.ledger_file)) as connection:
        assert connection.execute("SELECT count(*) FROM entries").fetchone() == (1,)


def test_erased_bytes_leave_a_mark_and_may_come_again(folder: DataFolder) -> None:
    digest = archive.store(folder.archive, b"Name;Vorname")
    for _ in range(2):
        archive.erase(folder.archive, digest)
        assert archive.is_erased(folder.archive, digest)
    (read,) = judging.readings_of(folder, [(1, digest)])
    assert (read.is_readable, [finding.code for finding in read.findings]) == (False, ["R-DAT-51"])
    assert archive.store(folder.archive, b"Name;Vorname") == digest
    assert not archive.is_erased(folder.archive, digest)
    assert archive.read(folder.archive, digest) == b"Name;Vorname"
