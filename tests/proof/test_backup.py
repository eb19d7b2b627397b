"""A backup brings back everything that cannot be rebuilt, and nothing else does harm on the way."""

import os
import shutil
import signal
import stat
import threading
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from flows import ledger as journal
from flows import line
from flows.house import BusyError, night_lock
from flows.ledger import check_chain, open_ledger
from flows.proof import BackupError, back_up, restore, verify
from flows.proof.backup import unpacked_name
from flows.proof.sealed_zip import SealedZipError
from flows.settings import DataFolder
from flows.warehouse import contents_hash
from tests.cli.calling import Wir
from tests.killed import PROCESSES
from tests.proof.conftest import SPRING, entries_of, original_of
from tests.proof.tampering import add_a_file, edit_a_body, flip, lose_an_original

pytestmark = pytest.mark.slow


@pytest.fixture
def elsewhere(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "elsewhere" / "data")


def test_what_is_restored_elsewhere_builds_the_same_database(folder: DataFolder, elsewhere: DataFolder) -> None:
    (folder.root / "wir.toml").write_text('contact = "Fragen an 0611 3219-0"\n', encoding="utf-8")
    folder.inbox.mkdir(exist_ok=True)
    (folder.inbox / "waiting.xlsx").write_bytes(b"PK not yet whole")
    made = back_up(folder, folder.root.parent / "backup.zip")
    restore(folder.root.parent / "backup.zip", elsewhere)
    assert (elsewhere.root / "wir.toml").read_text(encoding="utf-8").startswith("contact")
    assert (elsewhere.inbox / "waiting.xlsx").exists()
    before = verify(elsewhere, head=made.head.hash, rebuilds=False)
    assert {one.subject for one in before.deviations} == {"published/wir.duckdb"}  # derived, and not built yet
    for place in (elsewhere, folder):
        line.run_night(place, business_at=SPRING)
    assert contents_hash(elsewhere.database) == contents_hash(folder.database)
    assert verify(elsewhere, head=made.head.hash).same


def test_it_holds_what_cannot_be_rebuilt_and_nothing_derived(folder: DataFolder, tmp_path: Path) -> None:
    back_up(folder, tmp_path / "backup.zip")
    with zipfile.ZipFile(tmp_path / "backup.zip") as package:
        names = set(package.namelist())
    digests = {entry.body["sha256"] for entry in entries_of(folder, "receipt", "reference")}
    assert {f"data/archive/{digest[:2]}/{digest}" for digest in digests} <= names
    assert {name.split("/")[1] for name in names if name.startswith("data/")} == {
        "archive",
        "ledger.sqlite",
        "published",
    }
    assert {name.split("/")[2] for name in names if name.startswith("data/published/")} == {"releases"}


def test_originals_are_read_only_again_and_the_public_folder_shows_the_last_release(
    folder: DataFolder, elsewhere: DataFolder, tmp_path: Path
) -> None:
    back_up(folder, tmp_path / "backup.zip")
    restore(tmp_path / "backup.zip", elsewhere)
    assert stat.S_IMODE(original_of(elsewhere).stat().st_mode) == 0o444
    assert (elsewhere.public / "figures.csv").read_bytes() == (folder.public / "figures.csv").read_bytes()


def test_others_append_while_it_is_written(folder: DataFolder, elsewhere: DataFolder, tmp_path: Path) -> None:
    done = threading.Event()

    def write() -> None:
        ledger = open_ledger(folder)
        while not done.is_set():
            journal.append(ledger, "explanation", {"submission_id": 1}, at=SPRING)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = back_up(folder, tmp_path / "backup.zip")
    finally:
        done.set()
        writer.join()
    restore(tmp_path / "backup.zip", elsewhere)
    assert check_chain(open_ledger(elsewhere)) is None
    assert entries_of(elsewhere)[-1].hash == made.head.hash
    assert len(entries_of(folder)) >= len(entries_of(elsewhere))


def test_no_night_runs_meanwhile(folder: DataFolder, tmp_path: Path) -> None:
    with night_lock(folder), pytest.raises(BusyError):
        back_up(folder, tmp_path / "backup.zip")


def test_a_file_that_no_entry_knows_is_left_out_and_told(folder: DataFolder, tmp_path: Path) -> None:
    add_a_file(folder)
    made = back_up(folder, tmp_path / "backup.zip")
    digest = sha256(b"nobody sent this").hexdigest()
    assert made.left_out == (f"{digest[:2]}/{digest}",)
    with zipfile.ZipFile(tmp_path / "backup.zip") as package:
        assert not [name for name in package.namelist() if digest in name]


def test_a_link_in_the_folder_is_not_followed(folder: DataFolder, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("not ours")
    folder.inbox.mkdir(exist_ok=True)
    (folder.inbox / "link.xlsx").symlink_to(tmp_path / "secret")
    back_up(folder, tmp_path / "backup.zip")
    with zipfile.ZipFile(tmp_path / "backup.zip") as package:
        assert not [name for name in package.namelist() if "link" in name]


@pytest.mark.parametrize("spoil", [lose_an_original, edit_a_body, lambda folder: flip(original_of(folder))])
def test_an_altered_folder_does_not_replace_a_sound_backup(
    folder: DataFolder, tmp_path: Path, spoil: Callable[[DataFolder], None]
) -> None:
    target = tmp_path / "backup.zip"
    back_up(folder, target)
    sound = target.read_bytes()
    spoil(folder)
    with pytest.raises(BackupError, match="wir verify"):
        back_up(folder, target)
    assert target.read_bytes() == sound


def test_a_folder_whose_ledger_lies_elsewhere_is_refused_with_advice(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.root.mkdir()
    with pytest.raises(BackupError, match="pg_dump"):
        back_up(folder, tmp_path / "backup.zip")


def test_a_backup_is_not_written_into_the_folder_itself(folder: DataFolder) -> None:
    with pytest.raises(BackupError, match="Datenordner selbst"):
        back_up(folder, folder.root / "backup.zip")


# --- restoring -------------------------------------------------------------------------------------------------------


def test_a_folder_that_is_not_empty_is_refused(folder: DataFolder, tmp_path: Path) -> None:
    back_up(folder, tmp_path / "backup.zip")
    before = entries_of(folder)[-1]
    with pytest.raises(BackupError, match="nicht leer"):
        restore(tmp_path / "backup.zip", folder)
    assert entries_of(folder)[-1] == before


def test_an_altered_backup_is_refused_and_leaves_nothing(
    folder: DataFolder, elsewhere: DataFolder, tmp_path: Path
) -> None:
    target = tmp_path / "backup.zip"
    back_up(folder, target)
    for at in (len(target.read_bytes()) // 2, 300, -2000):
        spoiled = tmp_path / "spoiled.zip"
        shutil.copyfile(target, spoiled)
        flip(spoiled, at)
        with pytest.raises((SealedZipError, BackupError)):
            restore(spoiled, elsewhere)
        assert not elsewhere.root.exists()
        assert not elsewhere.root.parent.exists() or not list(elsewhere.root.parent.iterdir())


def test_half_a_backup_is_refused(folder: DataFolder, elsewhere: DataFolder, tmp_path: Path) -> None:
    target = tmp_path / "backup.zip"
    back_up(folder, target)
    target.write_bytes(target.read_bytes()[: target.stat().st_size // 2])
    with pytest.raises(SealedZipError, match="kein heiles Paket"):
        restore(target, elsewhere)


def hostile(target: Path, name: str, content: bytes = b"x", *, mode: int = stat.S_IFREG, method: int = 0) -> Path:
    """A package whose list of hashes is right, with one member that must not be unpacked."""
    with zipfile.ZipFile(target, "w") as package:
        entry = zipfile.ZipInfo(name)
        entry.external_attr, entry.compress_type = (mode | 0o777) << 16, method
        package.writestr(entry, content)
        package.writestr("SHA256SUMS", f"{sha256(content).hexdigest()}  {name}\n")
    return target


HOSTILE = {
    "upwards": {"name": "data/../../outside"},
    "absolute": {"name": "/outside"},
    "a drive": {"name": "C:/outside"},
    "backslashes": {"name": "data\\..\\..\\outside"},
    "nothing between": {"name": "data//outside"},
    "a line feed": {"name": "data/out\nside"},
    "a link": {"name": "data/outside", "content": b"/etc", "mode": stat.S_IFLNK},
    "a device": {"name": "data/outside", "mode": stat.S_IFBLK},
    "a bomb": {"name": "data/outside", "content": b"0" * 10**6, "method": zipfile.ZIP_DEFLATED},
}


@pytest.mark.parametrize("how", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_package_is_refused(tmp_path: Path, elsewhere: DataFolder, how: dict) -> None:
    with pytest.raises(SealedZipError):
        restore(hostile(tmp_path / "hostile.zip", **how), elsewhere)
    assert not (tmp_path / "outside").exists()
    assert not elsewhere.root.exists()


def test_a_package_that_is_no_backup_is_refused(tmp_path: Path, elsewhere: DataFolder) -> None:
    with pytest.raises(BackupError, match="keine Sicherung"):
        restore(hostile(tmp_path / "other.zip", "data/harmless.txt"), elsewhere)


def test_a_member_twice_is_refused(tmp_path: Path, elsewhere: DataFolder) -> None:
    target = hostile(tmp_path / "twice.zip", "data/one.txt")
    with zipfile.ZipFile(target, "a") as package, pytest.warns(UserWarning, match="Duplicate"):
        package.writestr("data/one.txt", b"y")
    with pytest.raises(SealedZipError, match="doppelt"):
        restore(target, elsewhere)


def _back_up_slowly(root: Path, target: Path) -> None:
    (root / "inbox").mkdir(exist_ok=True)
    back_up(DataFolder(root), target)


def _restore_slowly(file: Path, root: Path) -> None:
    restore(file, DataFolder(root))


def _killed_once_there_is(work: BaseProcess, is_there: Callable[[], object]) -> None:
    work.start()
    deadline = time.monotonic() + 60
    while not is_there() and work.is_alive() and time.monotonic() < deadline:
        time.sleep(0.001)
    os.kill(work.pid, signal.SIGKILL)
    work.join()


HOSTILE_NAMES = (
    "Bericht 12:30.xlsx",
    "a\\b.xlsx",
    "new\nline.xlsx",
    "line\u2028break.xlsx",
    "50 % Anteil.xlsx",
    "%2e%2e",
    " Leerzeichen vorn.xlsx",
    os.fsdecode(b"\xff\xfe latin.xlsx"),
    "ÄÖÜ.xlsx",
)


def test_files_come_back_under_the_names_that_others_gave_them(
    folder: DataFolder, elsewhere: DataFolder, tmp_path: Path
) -> None:
    folder.inbox.mkdir(exist_ok=True)
    for name in HOSTILE_NAMES:
        (folder.inbox / name).write_bytes(name.encode("utf-8", "surrogateescape"))
    back_up(folder, tmp_path / "backup.zip")
    restore(tmp_path / "backup.zip", elsewhere)
    found = {path.name: path.read_bytes() for path in elsewhere.inbox.iterdir()}
    assert found == {name: name.encode("utf-8", "surrogateescape") for name in HOSTILE_NAMES}


@pytest.mark.parametrize("name", ["data/%2e%2e/outside", "data/%2E%2E/outside", "data%2Foutside", "data/%00", "a%"])
def test_a_name_written_otherwise_than_we_do_is_refused(name: str) -> None:
    with pytest.raises(BackupError, match="Name"):
        unpacked_name(name)


def test_a_disk_that_takes_no_more_is_told_in_a_sentence(folder: DataFolder, tmp_path: Path) -> None:
    nowhere = tmp_path / "missing" / "backup.zip"
    with pytest.raises(SealedZipError, match="kann nicht geschrieben werden: No such file"):
        back_up(folder, nowhere)
    if Path("/dev/full").exists():
        (tmp_path / f".backup.zip.{os.getpid()}.part").symlink_to("/dev/full")
        with pytest.raises(SealedZipError, match="kann nicht geschrieben werden: No space left"):
            back_up(folder, tmp_path / "backup.zip")
        assert not list(tmp_path.glob("*.zip*"))


def test_killed_in_the_middle_a_backup_leaves_the_last_one_and_a_restore_nothing(
    folder: DataFolder, tmp_path: Path, elsewhere: DataFolder
) -> None:
    target = tmp_path / "backup.zip"
    back_up(folder, target)
    sound = target.read_bytes()
    folder.inbox.mkdir(exist_ok=True)
    (folder.inbox / "large.bin").write_bytes(bytes(64 << 20))
    work = PROCESSES.Process(target=_back_up_slowly, args=(folder.root, target))
    _killed_once_there_is(work, lambda: list(tmp_path.glob(".backup.zip.*.part")))
    assert target.read_bytes() == sound
    back_up(folder, target)
    work = PROCESSES.Process(target=_restore_slowly, args=(target, elsewhere.root))
    _killed_once_there_is(work, lambda: list(elsewhere.root.parent.glob(".data-restore-*/data")))
    assert not elsewhere.root.exists()
    restore(target, elsewhere)
    assert (elsewhere.inbox / "large.bin").stat().st_size == 64 << 20
    shutil.rmtree(folder.cache)  # a killed backup's working room is swept hours later


def test_the_commands_tell_what_they_did_and_what_comes_next(
    folder: DataFolder, wir: Wir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = wir("backup", tmp_path / "backup.zip")
    assert ran.code == 0, ran.err
    digest = sha256((tmp_path / "backup.zip").read_bytes()).hexdigest()
    assert digest in ran.out
    assert wir("restore", tmp_path / "backup.zip").code == 1
    monkeypatch.setenv("WIR_DATA", str(tmp_path / "new"))
    ran = wir("restore", tmp_path / "backup.zip")
    assert ran.code == 0, ran.err
    assert "wir nightly" in ran.out
    assert datetime.now(UTC) > entries_of(DataFolder(tmp_path / "new"))[0].at
