"""Intake: nothing is lost, nothing is taken twice, and nobody's file is passed over in silence."""

import os
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest

from expectations.period import ReportKind
from expectations.reading import Identity
from flows import archive, ledger
from flows.intake import IntakeError, collect, receipt_of, submit
from flows.ledger import Ledger, open_ledger
from flows.records import Collected, Receipt
from flows.settings import DataFolder

NIGHT = datetime(2026, 9, 1, 1, 15, tzinfo=UTC)
EVENING = datetime(2026, 8, 31, 19, 30, tzinfo=UTC)


def identify(data: bytes) -> Identity | None:
    """A report of these tests: `06431 2026 any text`."""
    words = data.decode("latin-1").split()
    if len(words) < 2 or not words[1].isdigit():
        return None
    return Identity(words[0], "Bergstraße", ReportKind.YEAR, int(words[1]), "2026")


@dataclass(frozen=True)
class Post:
    """A data folder and its ledger, with ways to bring files."""

    folder: DataFolder
    ledger: Ledger

    def drop(self, name: str, data: bytes | str, *, at: datetime = EVENING) -> Path:
        path = self.folder.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        os.utime(path, (at.timestamp(), at.timestamp()))
        return path

    def collect(self, *, now: datetime = NIGHT, settle_seconds: float = 0) -> Collected:
        return collect(self.folder, self.ledger, now=now, identify=identify, settle_seconds=settle_seconds)

    def submit(self, *paths: Path, now: datetime = NIGHT, sender: str = "") -> Collected:
        return submit(self.folder, self.ledger, paths, sender=sender, now=now, identify=identify)

    def waiting(self) -> list[str]:
        return sorted(path.name for path in self.folder.inbox.rglob("*") if path.is_file())

    def kinds(self) -> list[str]:
        return [entry.kind for entry in ledger.entries(self.ledger)]


@pytest.fixture
def post(tmp_path: Path) -> Post:
    folder = DataFolder(tmp_path / "data")
    return Post(folder, open_ledger(folder))


def workbook() -> bytes:
    """Something that looks like an xlsx file: a whole zip."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>" * 500)
    return buffer.getvalue()


# --- collecting ------------------------------------------------------------------------------------------------------


def test_a_file_goes_to_the_archive_and_into_the_ledger_and_leaves_the_inbox(post: Post) -> None:
    post.drop("Bericht.xlsx", "06431 2026 figures")
    (receipt,) = post.collect().receipts
    (entry,) = ledger.entries(post.ledger)
    assert receipt == Receipt(
        submission_id=entry.seq,
        sha256=sha256(b"06431 2026 figures").hexdigest(),
        size=18,
        channel="inbox",
        received_at=EVENING,
        collected_at=NIGHT,
        ags="06431",
        period="2026",
        duplicate_of=None,
        file_name="Bericht.xlsx",
        head=entry.hash,
    )
    assert archive.read(post.folder.archive, receipt.sha256) == b"06431 2026 figures"
    assert post.waiting() == []
    assert receipt_of(entry, "Bericht.xlsx") == receipt


def test_an_empty_or_missing_inbox_is_no_error(post: Post) -> None:
    assert post.collect() == Collected((), ())
    assert post.folder.inbox.is_dir()
    assert post.kinds() == []


def test_file_names_lie_outside_the_chain(post: Post) -> None:
    post.drop("Bericht Erika Mustermann.xlsx", "06431 2026")
    post.collect()
    (entry,) = ledger.entries(post.ledger)
    assert "Mustermann" not in str(entry.body)
    assert ledger.texts(post.ledger, "file_name") == {entry.seq: "Bericht Erika Mustermann.xlsx"}


def test_direct_subfolders_are_looked_into_and_deeper_ones_are_reported(post: Post) -> None:
    post.drop("a/one.xlsx", "06431 2026")
    post.drop("a/b/two.xlsx", "06432 2026")
    done = post.collect()
    assert [receipt.file_name for receipt in done.receipts] == ["a/one.xlsx"]
    assert [left.file_name for left in done.left] == ["a/b"]
    assert "zu tief" in done.left[0].reason
    assert post.waiting() == ["two.xlsx"]


@pytest.mark.parametrize(
    "name", [".hidden", "~$Bericht.xlsx", "Bericht.xlsx.part", "b.tmp", "b.XLSX.crdownload", "Thumbs.db"]
)
def test_lock_files_and_unfinished_downloads_are_passed_over(post: Post, name: str) -> None:
    post.drop(name, "06431 2026")
    assert post.collect() == Collected((), ())
    assert post.waiting() == [name]


def test_receipts_come_in_the_order_of_arrival(post: Post) -> None:
    post.drop("a.xlsx", "06431 2026 second", at=EVENING + timedelta(hours=1))
    post.drop("b.xlsx", "06431 2026 first", at=EVENING)
    assert [receipt.file_name for receipt in post.collect().receipts] == ["b.xlsx", "a.xlsx"]


def test_a_file_does_not_arrive_after_it_was_collected(post: Post) -> None:
    post.drop("a.xlsx", "06431 2026", at=NIGHT + timedelta(days=300))
    assert post.collect().receipts[0].received_at == NIGHT


def test_a_file_that_is_no_report_is_received_all_the_same(post: Post) -> None:
    post.drop("photo.jpg", b"\xff\xd8\xff")
    post.drop("empty.xlsx", b"")
    receipts = post.collect().receipts
    assert [(receipt.ags, receipt.period) for receipt in receipts] == [(None, None), (None, None)]
    assert post.kinds() == ["receipt", "receipt"]


def test_a_file_too_large_to_read_is_archived_unread(post: Post) -> None:
    path = post.drop("large.xlsx", "06431 2026 ")
    with path.open("ab") as file:
        file.truncate(21 << 20)
    (receipt,) = post.collect().receipts
    assert (receipt.size, receipt.ags) == (21 << 20, None)
    assert archive.path_of(post.folder.archive, receipt.sha256).stat().st_size == 21 << 20


def test_names_in_any_encoding_are_received(post: Post) -> None:
    post.folder.inbox.mkdir(parents=True)
    Path(os.fsdecode(os.fsencode(post.folder.inbox) + b"/Pr\xfcfbericht.xlsx")).write_bytes(b"06431 2026")
    assert [receipt.file_name for receipt in post.collect().receipts] == ["Pr?fbericht.xlsx"]
    assert post.waiting() == []


# --- half-written files ----------------------------------------------------------------------------------------------


def test_a_half_written_file_is_left_for_the_next_pass(post: Post) -> None:
    whole = workbook()
    path = post.drop("a.xlsx", whole[: len(whole) // 2])
    done = post.collect(settle_seconds=30)
    assert done.receipts == ()
    assert [left.file_name for left in done.left] == ["a.xlsx"]
    assert "nächsten Lauf" in done.left[0].reason
    path.write_bytes(whole)
    assert [receipt.size for receipt in post.collect(settle_seconds=30).receipts] == [len(whole)]


def test_a_file_that_does_not_show_its_end_must_have_been_left_alone(post: Post) -> None:
    post.drop("a.xls", "06431 2026")
    assert [left.file_name for left in post.collect(settle_seconds=30).left] == ["a.xls"]
    assert len(post.collect().receipts) == 1


@pytest.mark.slow
def test_a_torn_workbook_is_given_longer_and_then_taken_as_damaged(post: Post) -> None:
    post.drop("torn.xlsx", workbook()[:200])
    post.drop("empty.xlsx", b"")
    post.drop("other.xls", "06431 2026")
    time.sleep(0.3)
    first = post.collect(settle_seconds=0.2)
    assert [receipt.file_name for receipt in first.receipts] == ["other.xls"]
    assert [left.file_name for left in first.left] == ["empty.xlsx", "torn.xlsx"]
    assert [receipt.file_name for receipt in post.collect().receipts] == ["empty.xlsx", "torn.xlsx"]


def test_a_modification_time_in_the_future_delays_nothing(post: Post) -> None:
    post.drop("a.xlsx", "06431 2026", at=datetime.now(UTC) + timedelta(days=2))
    time.sleep(0.15)
    assert len(post.collect(settle_seconds=0.1).receipts) == 1


# --- the same bytes again --------------------------------------------------------------------------------------------


def test_the_same_bytes_twice_are_one_submission_and_the_sender_is_told(post: Post) -> None:
    post.drop("a.xlsx", "06431 2026")
    (first,) = post.collect().receipts
    post.drop("b.xlsx", "06431 2026", at=EVENING + timedelta(hours=1))
    (again,) = post.collect().receipts
    assert again.duplicate_of == again.submission_id == first.submission_id
    assert again.received_at == EVENING + timedelta(hours=1)
    assert post.kinds() == ["receipt", "duplicate"]
    assert post.waiting() == []


def test_two_copies_in_one_pass_are_one_submission(post: Post) -> None:
    post.drop("a.xlsx", "06431 2026")
    post.drop("copy of a.xlsx", "06431 2026")
    first, again = post.collect().receipts
    assert (first.duplicate_of, again.duplicate_of) == (None, first.submission_id)


def test_the_bytes_of_an_older_report_are_a_new_submission(post: Post) -> None:
    for hour, data in enumerate(("06431 2026 A", "06431 2026 B", "06431 2026 A")):
        post.drop(f"{hour}.xlsx", data, at=EVENING + timedelta(hours=hour))
    receipts = post.collect().receipts
    assert [receipt.duplicate_of for receipt in receipts] == [None, None, None]
    assert receipts[0].sha256 == receipts[2].sha256
    assert len({receipt.submission_id for receipt in receipts}) == 3


def test_other_bodies_and_periods_do_not_matter_for_what_is_newest(post: Post) -> None:
    for hour, data in enumerate(("06431 2026", "06432 2026", "06431 2027", "06431 2026")):
        post.drop(f"{hour}.xlsx", data, at=EVENING + timedelta(hours=hour))
    receipts = post.collect().receipts
    assert [receipt.duplicate_of for receipt in receipts] == [None, None, None, receipts[0].submission_id]


def test_an_unrecognised_file_again_is_no_new_submission(post: Post) -> None:
    for number, data in enumerate(("rubbish", "other", "rubbish")):
        post.drop(f"{number}.xlsx", data)
    receipts = post.collect().receipts
    assert [receipt.duplicate_of for receipt in receipts] == [None, None, receipts[0].submission_id]


# --- by hand ---------------------------------------------------------------------------------------------------------


def test_a_submitted_file_is_received_now_and_stays_where_it_is(post: Post, tmp_path: Path) -> None:
    path = tmp_path / "Bericht.xlsx"
    path.write_bytes(b"06431 2026")
    (receipt,) = post.submit(path, sender="Frau Muster").receipts
    assert (receipt.channel, receipt.received_at, receipt.file_name) == ("cli", NIGHT, "Bericht.xlsx")
    assert ledger.texts(post.ledger, "sender") == {receipt.submission_id: "Frau Muster"}
    assert path.exists()


def test_submitting_the_same_file_again_is_told_as_a_duplicate(post: Post, tmp_path: Path) -> None:
    path = tmp_path / "Bericht.xlsx"
    path.write_bytes(b"06431 2026")
    receipts = post.submit(path, path).receipts + post.submit(path).receipts
    assert [receipt.duplicate_of for receipt in receipts] == [
        None,
        receipts[0].submission_id,
        receipts[0].submission_id,
    ]


def test_of_several_files_the_good_ones_go_in(post: Post, tmp_path: Path) -> None:
    good, folder, missing = tmp_path / "good.xlsx", tmp_path / "folder.xlsx", tmp_path / "missing.xlsx"
    good.write_bytes(b"06431 2026")
    folder.mkdir()
    done = post.submit(missing, folder, good)
    assert [receipt.file_name for receipt in done.receipts] == ["good.xlsx"]
    assert [(left.file_name, left.reason.split(";")[0]) for left in done.left] == [
        ("missing.xlsx", "gibt es nicht oder nicht mehr"),
        ("folder.xlsx", "ist ein Ordner"),
    ]


# --- things that are no files ----------------------------------------------------------------------------------------


def test_links_and_folders_named_like_workbooks_stay_and_are_reported(post: Post, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("06431 2026")
    post.drop("good.xlsx", "06431 2026")
    post.drop("unzipped.xlsx/workbook.xml", "<workbook/>")
    (post.folder.inbox / "link.xlsx").symlink_to(tmp_path / "secret")
    (post.folder.inbox / "dangling.xlsx").symlink_to(tmp_path / "nowhere")
    os.mkfifo(post.folder.inbox / "pipe.xlsx")
    done = post.collect()
    assert [receipt.file_name for receipt in done.receipts] == ["good.xlsx"]
    assert [left.file_name for left in done.left] == ["dangling.xlsx", "link.xlsx", "pipe.xlsx", "unzipped.xlsx"]
    assert post.waiting() == ["link.xlsx", "workbook.xml"]


def test_an_inbox_that_is_no_folder_is_named(post: Post) -> None:
    post.folder.inbox.write_text("")
    with pytest.raises(IntakeError, match="inbox cannot be used"):
        post.collect()


def test_an_archive_that_cannot_be_written_leaves_the_inbox_as_it_is(post: Post) -> None:
    post.drop("a.xlsx", "06431 2026")
    post.folder.archive.write_text("")
    with pytest.raises(archive.ArchiveError, match="cannot be written"):
        post.collect()
    assert post.waiting() == ["a.xlsx"]
    assert post.kinds() == []


def test_a_fault_of_ours_names_the_file_and_loses_nothing(post: Post) -> None:
    path = post.drop("a.xlsx", "06431 2026")

    def broken(data: bytes) -> Identity | None:
        raise RuntimeError("broken reader")

    with pytest.raises(RuntimeError, match="broken reader") as caught:
        collect(post.folder, post.ledger, now=NIGHT, identify=broken, settle_seconds=0)
    assert sha256(b"06431 2026").hexdigest() in caught.value.__notes__[0]
    assert path.exists()
    assert len(post.collect().receipts) == 1


# --- sudden ends -----------------------------------------------------------------------------------------------------


ONE_PASS = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from expectations.period import ReportKind
from expectations.reading import Identity
from flows import intake
from flows.ledger import open_ledger
from flows.settings import DataFolder

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def identify(data):
    return Identity("06431", "Bergstraße", ReportKind.YEAR, 2026, "2026")

{killed}
folder = DataFolder(Path(sys.argv[1]))
now = datetime(2026, 9, 1, 1, 15, tzinfo=UTC)
intake.collect(folder, open_ledger(folder), now=now, identify=identify, settle_seconds=0)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("killed", "recorded"), [("identify = die", []), ("intake._clear = die", ["receipt"])], ids=["before", "after"]
)
def test_a_pass_killed_before_or_after_recording_is_simply_run_again(
    post: Post, killed: str, recorded: list[str]
) -> None:
    post.drop("a.xlsx", "06431 2026")
    code = ONE_PASS.format(killed=killed)
    done = subprocess.run([sys.executable, "-c", code, post.folder.root], capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL
    assert (post.waiting(), post.kinds()) == (["a.xlsx"], recorded)
    post.collect()
    assert (post.waiting(), post.kinds()) == ([], ["receipt"])


def test_a_file_replaced_while_it_was_taken_stays_for_the_next_pass(post: Post) -> None:
    path = post.drop("a.xlsx", "06431 2026 old")

    def replace(data: bytes) -> Identity | None:
        if b"old" in data:
            post.drop("a.xlsx", "06431 2026 new", at=EVENING + timedelta(minutes=1))
        return identify(data)

    collect(post.folder, post.ledger, now=NIGHT, identify=replace, settle_seconds=0)
    assert path.read_bytes() == b"06431 2026 new"
    post.collect()
    assert post.kinds() == ["receipt", "receipt"]
    assert post.waiting() == []
