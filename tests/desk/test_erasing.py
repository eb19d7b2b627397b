"""Erasing a submission: nothing of what it said is left anywhere, whatever happens on the way; the rest lives on."""

import io
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows import archive, line, releasing
from flows.assemble import OF_SUBMISSIONS, submissions
from flows.demo import mishaps
from flows.demo.story import Story
from flows.demo.work import Report
from flows.desk import DeskError, decide, erasing, explain, obligations_now, submit_files
from flows.desk.decide import Done
from flows.house import BusyError, night_lock
from flows.ledger import check_chain, entries, open_ledger, texts
from flows.proof import verify
from flows.settings import DataFolder
from tests.cli.calling import Wir
from tests.desk.conftest import number_of
from tests.killed import die, killed
from tests.line.reports import NIGHT, WriteReport, written_report
from tests.releasing.hiding import hiding
from tests.shared import copy_of

pytestmark = pytest.mark.slow

CELL, FILE_NAME, SAID, REASON, SENDER = (f"Quastenflosser{sign}" for sign in "abcde")
WORDS = (CELL, FILE_NAME, SAID, REASON, SENDER)
BASIS = "Artikel 17 DSGVO"
LATER = NIGHT + timedelta(days=3)


def telling(report: Report) -> Report:
    """With a word of its own in a cell, and a warning to explain."""
    first, *others = report["posts"]
    posts = [first | {"remark": f"Vertretung durch {CELL}"}, *others]
    return mishaps.meeting_without_people(report | {"posts": posts})


@pytest.fixture(scope="module")
def after_telling(
    after_a_night: DataFolder, story: Story, tmp_path_factory: pytest.TempPathFactory
) -> tuple[DataFolder, int]:
    """A report in force that has a word of its own everywhere, and replaced the accepted one before."""
    root = tmp_path_factory.mktemp("after-telling")
    folder = copy_of(after_a_night, root)
    file = written_report(story, root, "06433", change=telling, name=f"Bericht {FILE_NAME}.xlsx")
    (receipt,), _ = submit_files(folder, [file], sender=f"Poststelle {SENDER}")
    line.run_night(folder, business_at=NIGHT + timedelta(days=1))
    explain(folder, receipt.submission_id, "R-KOO-04", f"Gezählt hat {SAID}.")
    decide.send_back(folder, receipt.submission_id, why=f"Bitte {REASON} fragen.", by="anna")
    line.run_night(folder, business_at=NIGHT + timedelta(days=2))
    return folder, receipt.submission_id


@pytest.fixture
def folder(after_telling: tuple[DataFolder, int], tmp_path: Path) -> DataFolder:
    """A copy of that folder."""
    return copy_of(after_telling[0], tmp_path)


@pytest.fixture(scope="module")
def after_release(after_telling: tuple[DataFolder, int], tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """That folder after a release of it."""
    folder = copy_of(after_telling[0], tmp_path_factory.mktemp("after-release"))
    for by in ("anna", "berta"):
        releasing.release(folder, "2026-H1", by=by, with_unapproved=True, hide=hiding())
    return folder


@pytest.fixture
def released(after_release: DataFolder, tmp_path: Path) -> DataFolder:
    """A copy of it."""
    return copy_of(after_release, tmp_path)


@pytest.fixture
def told(after_telling: tuple[DataFolder, int]) -> int:
    """The number of that report."""
    return after_telling[1]


def erase(folder: DataFolder, number: int) -> Done:
    for by in ("anna", "berta"):
        done = erasing.erase(folder, number, why=BASIS, by=by, at=LATER)
    return done


def traces(folder: DataFolder) -> dict[str, set[str]]:
    """Files below the data folder by the words that they hold, plain or packed."""
    found: dict[str, set[str]] = {}
    for file in sorted(path for path in folder.root.rglob("*") if path.is_file() and not path.is_symlink()):
        content = b"".join(contents(file))
        words = {word for word in WORDS if word.encode() in content}
        if words:
            found[str(file.relative_to(folder.root))] = words
    return found


def contents(file: Path) -> Iterator[bytes]:
    """The bytes of a file, and of what is packed in it: a workbook, cells, a database, the ledger's documents."""
    yield file.read_bytes()
    if zipfile.is_zipfile(file):
        with closing(zipfile.ZipFile(file)) as package:
            yield from (package.read(name) for name in package.namelist())
    elif file.suffix == ".parquet":
        yield str(pl.read_parquet(file).rows()).encode()
        yield str(pl.read_parquet_metadata(file)).encode()
    elif file.suffix == ".duckdb":
        yield dumped(file)
    elif file.name == "ledger.sqlite":
        with closing(sqlite3.connect(file)) as ledger:
            yield from (zlib.decompress(content) for (content,) in ledger.execute("SELECT content FROM documents"))


def dumped(database: Path) -> bytes:
    out = io.StringIO()
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = connection.execute("SELECT schema_name || '.\"' || table_name || '\"' FROM duckdb_tables()").fetchall()
        for (name,) in tables:
            out.write(str(connection.execute(f"SELECT * FROM {name}").fetchall()))
    return out.getvalue().encode()


def in_force(folder: DataFolder, ags: str = "06433") -> list[int]:
    frame = submissions(entries(open_ledger(folder), *OF_SUBMISSIONS)).filter("in_force")
    return [number for number, whose in frame.select("submission_id", "ags").iter_rows() if whose == ags]


def published(folder: DataFolder, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder.database), read_only=True) as connection:
        return connection.execute(query).fetchall()


# --- what goes, and what stays ---------------------------------------------------------------------------------------


def test_nothing_of_it_is_left_in_any_file(folder: DataFolder, told: int) -> None:
    rooms = {name.split("/")[0] for name in traces(folder)}
    assert rooms == {"archive", "cache", "feedback", "published", "ledger.sqlite"}
    assert set().union(*traces(folder).values()) == set(WORDS)

    done = erase(folder, told)
    assert done.said.startswith(f"Einreichung {told} ist gelöscht (anna und berta):")
    assert traces(folder) == {}
    assert not any((folder.feedback / "06433").glob(f"{told:06d}-*"))


def test_its_hash_its_entries_and_the_legal_basis_stay(folder: DataFolder, told: int) -> None:
    before = entries(open_ledger(folder), "receipt", "verdict", "return", "explanation")
    erase(folder, told)
    ledger = open_ledger(folder)
    assert check_chain(ledger) is None
    assert entries(ledger, "receipt", "verdict", "return", "explanation") == before
    (erased,) = entries(ledger, "erased")
    digest = next(entry.body["sha256"] for entry in before if entry.seq == told)
    proposal = entries(ledger, "proposal")[-1].seq
    assert erased.body == {
        "submission_id": told,
        "sha256": digest,
        "basis": "decision",
        "by": ["anna", "berta"],
        "proposal": proposal,
    }
    assert texts(ledger, "why") == {proposal: BASIS, erased.seq: BASIS}
    assert archive.is_erased(folder.archive, digest)


def test_the_accepted_report_before_is_in_force_again_at_once(folder: DataFolder, told: int) -> None:
    first = number_of(folder, "06433")
    assert in_force(folder) == [told]
    erase(folder, told)
    assert in_force(folder) == [first]
    state = "SELECT submission_id, in_force, erased FROM intake.submissions WHERE ags = '06433' ORDER BY 1"
    assert published(folder, state) == [(first, True, False), (told, False, True)]
    assert published(folder, f"SELECT count(*) FROM reports.cells WHERE submission_id = {told}") == [(0,)]
    assert published(folder, f"SELECT act, why FROM intake.decisions WHERE submission_id = {told} ORDER BY seq") == [
        ("return", None),
        ("erase", BASIS),
    ]


def test_nights_go_on_and_it_never_comes_back(folder: DataFolder, told: int, write_report: WriteReport) -> None:
    erase(folder, told)
    file = write_report("06433", change=telling)
    line.run_night(folder, business_at=LATER + timedelta(days=1))
    assert traces(folder) == {}
    assert not any((folder.feedback / "06433").glob(f"{told:06d}-*"))
    (again,), _ = submit_files(folder, [file], sender="")
    assert again.duplicate_of is None, "what was erased is no longer there to be copied"
    with pytest.raises(DeskError, match=f"Einreichung {told} ist gelöscht"):
        explain(folder, told, "R-KOO-04", "Zu spät.")
    for act in (decide.approve, decide.send_back, decide.void):
        with pytest.raises(DeskError, match="ist gelöscht"):
            act(folder, told, why="Zu spät.", by="anna")


def test_the_only_report_of_a_body_leaves_it_without_one(folder: DataFolder, told: int) -> None:
    for number in (number_of(folder, "06433"), told):
        erase(folder, number)
    assert in_force(folder) == []
    _, rows = obligations_now(folder, None, at=LATER)
    assert {row["state"] for row in rows if row["ags"] == "06433" and row["period"] == "2026-H1"} == {"voided"}


def test_one_that_no_night_has_judged_goes_too_and_is_never_judged(
    folder: DataFolder, write_report: WriteReport
) -> None:
    before = originals(folder)
    file = write_report("06434", change=telling, name=f"Liste {FILE_NAME}.xlsx")
    (receipt,), _ = submit_files(folder, [file], sender="")
    erase(folder, receipt.submission_id)
    assert originals(folder) == before
    assert f"Liste {FILE_NAME}.xlsx" not in texts(open_ledger(folder), "file_name").values()
    assert line.run_night(folder, business_at=LATER + timedelta(days=1)).received == 0


def originals(folder: DataFolder) -> set[str]:
    return {name for name in traces(folder) if name.startswith(("archive/", "cache/"))}


def test_the_same_bytes_stay_as_long_as_another_submission_needs_them(
    folder: DataFolder, told: int, write_report: WriteReport
) -> None:
    """The first report, sent again after the second, is a submission of its own with the same bytes."""
    digest = next(entry.body["sha256"] for entry in entries(open_ledger(folder), "receipt") if entry.seq == told)
    other = archive.read(folder.archive, digest)
    newer = write_report("06433", note="Fachdienst")
    copy = newer.parent / "wieder.xlsx"
    copy.write_bytes(other)
    _, ((again, *_), _) = (submit_files(folder, [file], sender="") for file in (newer, copy))
    line.run_night(folder, business_at=NIGHT + timedelta(days=2, hours=1))
    erase(folder, told)
    assert archive.read(folder.archive, digest) == other
    assert published(folder, f"SELECT count(*) FROM reports.cells WHERE submission_id = {told}") == [(0,)]
    cells = f"SELECT count(*) > 0 FROM reports.cells WHERE submission_id = {again.submission_id}"
    assert published(folder, cells) == [(True,)]
    erase(folder, again.submission_id)
    assert archive.is_erased(folder.archive, digest)
    assert not any(CELL in words for words in traces(folder).values())


def test_a_later_report_does_not_repeat_its_explanation(
    folder: DataFolder, told: int, write_report: WriteReport
) -> None:
    file = write_report("06433", change=mishaps.meeting_without_people, note="Fachdienst")
    (later,), _ = submit_files(folder, [file], sender="")
    line.run_night(folder, business_at=NIGHT + timedelta(days=2, hours=1))
    explain(folder, later.submission_id, "R-KOO-04", as_before=True)
    assert in_force(folder) == [later.submission_id]
    erase(folder, told)
    assert traces(folder) == {}
    assert in_force(folder) == [later.submission_id]
    assert not [one for one in verify(folder, rebuilds=False).deviations if one.part == "documents"]
    said = f"SELECT explained, offered FROM intake.findings WHERE submission_id = {later.submission_id}"
    assert published(folder, said) == [("[gelöscht]", "")]
    line.run_night(folder, business_at=LATER + timedelta(days=1))
    assert traces(folder) == {}


def test_a_release_made_before_does_not_hold_it_either(released: DataFolder, told: int) -> None:
    assert any(name.startswith("published/releases/") for name in traces(released))
    erase(released, told)
    assert traces(released) == {}


def test_a_release_does_not_repeat_it_in_a_later_report_either(
    folder: DataFolder, told: int, write_report: WriteReport
) -> None:
    other = number_of(folder, "06431")
    explain(folder, other, "R-KOO-04", "Nicht gezählt.")
    explain(folder, other, "R-ANL-02", "Erst seit März geführt.")
    (later,), _ = submit_files(folder, [write_report("06433", change=mishaps.meeting_without_people)], sender="")
    line.run_night(folder, business_at=NIGHT + timedelta(days=2, hours=1))
    explain(folder, later.submission_id, "R-KOO-04", as_before=True)
    for by in ("anna", "berta"):
        releasing.release(folder, "2026-H1", by=by, with_unapproved=True, hide=hiding())
    erase(folder, told)
    assert traces(folder) == {}
    with duckdb.connect(str(folder.releases / "2026-H1" / "wir.duckdb"), read_only=True) as connection:
        said = connection.execute("SELECT submission_id, explained, offered FROM intake.findings ORDER BY ALL")
        kept = [row for row in said.fetchall() if row[1]]
    own = [(other, text, "") for text in ("Erst seit März geführt.", "Nicht gezählt.")]
    assert kept == [*own, (later.submission_id, "[gelöscht]", "")]


@pytest.mark.parametrize("moment", ["before it lies in its place", "before its entry in the ledger"])
def test_a_release_that_was_killed_leaves_nothing_of_it(folder: DataFolder, told: int, moment: str) -> None:
    releasing.release(folder, "2026-H1", by="anna", with_unapproved=True)
    killed(_release_and_be_killed, moment, folder)
    assert any(name.startswith("published/releases/") for name in traces(folder))
    erase(folder, told)
    assert traces(folder) == {}
    assert list(folder.releases.iterdir()) == []


_MOMENTS = {
    "before it lies in its place": "flows.releasing.frozen",
    "before its entry in the ledger": "flows.releasing.act",
}


def _release_and_be_killed(moment: str, folder: DataFolder) -> None:
    name = "sync_tree" if moment == "before it lies in its place" else "_record"
    setattr(import_module(_MOMENTS[moment]), name, die)
    releasing.release(folder, "2026-H1", by="berta", with_unapproved=True, hide=hiding())


# --- two people, and kills -------------------------------------------------------------------------------------------


def test_one_person_alone_erases_nothing(folder: DataFolder, told: int) -> None:
    before = traces(folder)
    for _ in range(2):
        done = erasing.erase(folder, told, why=BASIS, by="anna", at=LATER)
        assert done.entry is None
    assert traces(folder) == before
    assert entries(open_ledger(folder), "erased") == ()


def test_what_is_erased_is_erased_once(folder: DataFolder, told: int) -> None:
    erase(folder, told)
    again = erasing.erase(folder, told, why=BASIS, by="clara", at=LATER)
    assert again.said.startswith(f"Einreichung {told} ist schon gelöscht (")
    assert len(entries(open_ledger(folder), "erased")) == 1


def test_while_a_night_runs_nothing_is_erased_and_nothing_recorded(folder: DataFolder, told: int) -> None:
    with night_lock(folder), pytest.raises(BusyError):
        erasing.erase(folder, told, why=BASIS, by="anna")
    assert entries(open_ledger(folder), "proposal", "erased") == ()


_STEPS = {
    "after the entry": ("flows.desk.erasing", "_carry_out"),
    "before later reports forget": ("flows.retention", "_forget_quotes"),
    "before the bytes": ("flows.archive", "erase"),
    "before the texts": ("flows.ledger", "forget"),
    "before the build": ("flows.line", "build"),
    "before it is published": ("flows.line", "publish"),
    "before the older version goes": ("flows.warehouse.publish", "_remove_older"),
    "before the releases": ("flows.desk.erasing", "without_submission"),
}


def _be_killed(step: str, folder: DataFolder, number: int) -> None:
    room, name = _STEPS[step]
    setattr(import_module(room), name, die)
    erasing.erase(folder, number, why=BASIS, by="berta", at=LATER)


def erase_and_be_killed(folder: DataFolder, number: int, step: str) -> None:
    erasing.erase(folder, number, why=BASIS, by="anna", at=LATER)
    killed(_be_killed, step, folder, number)


def test_a_release_that_a_killed_erasure_left_is_cleared_by_the_next_night(
    released: DataFolder, told: int, wir: Wir
) -> None:
    erase_and_be_killed(released, told, "before the releases")
    assert {name.split("/")[1] for name in traces(released)} == {"releases"}
    assert wir("nightly", "--plain").code == 0
    assert traces(released) == {}


@pytest.mark.parametrize("step", _STEPS)
def test_an_erasure_that_was_killed_is_finished_by_the_next_night(folder: DataFolder, told: int, step: str) -> None:
    erase_and_be_killed(folder, told, step)
    line.run_night(folder, business_at=LATER + timedelta(days=1))
    assert traces(folder) == {}
    assert len(entries(open_ledger(folder), "erased")) == 1


def test_the_command_says_what_went_and_that_the_night_finishes_it(folder: DataFolder, told: int, wir: Wir) -> None:
    assert wir("erase", str(told), "--why", BASIS, "--by", "anna").out.startswith("Vorgeschlagen von anna")
    ran = wir("erase", str(told), "--why", BASIS, "--by", "berta")
    assert (ran.code, ran.err) == (0, "")
    assert "Prüfsumme und Journaleinträge bleiben." in ran.out
    assert traces(folder) == {}
