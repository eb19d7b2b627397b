"""The archive: whole files under their own hash, never overwritten."""

import os
import resource
import stat
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows import archive
from flows.archive import ArchiveError, SourceError


@pytest.fixture
def room(tmp_path: Path) -> Path:
    return tmp_path / "data" / "archive"


@settings(max_examples=20, deadline=None)
@given(data=st.binary(max_size=5000))
def test_what_is_stored_is_read_back(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    room = tmp_path_factory.mktemp("archive")
    digest = archive.store(room, data)
    assert digest == sha256(data).hexdigest()
    assert archive.read(room, digest) == data


def test_a_file_lies_under_its_hash_and_nothing_else_remains(room: Path) -> None:
    digest = archive.store(room, b"report")
    path = room / digest[:2] / digest
    assert path == archive.path_of(room, digest)
    assert [found for found in room.rglob("*") if found.is_file()] == [path]
    assert stat.S_IMODE(path.stat().st_mode) == 0o444


def test_a_file_is_stored_like_its_bytes(room: Path, tmp_path: Path) -> None:
    source = tmp_path / "report.xlsx"
    source.write_bytes(b"x" * (3 << 20))
    assert archive.store(room, source) == archive.store(room, source.read_bytes())
    assert source.exists()


def test_the_same_bytes_again_leave_the_first_copy_untouched(room: Path) -> None:
    digest = archive.store(room, b"report")
    before = archive.path_of(room, digest).stat()
    assert archive.store(room, b"report") == digest
    after = archive.path_of(room, digest).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert not list((room / ".incoming").iterdir())


def test_an_altered_copy_is_noticed_and_not_overwritten(room: Path) -> None:
    digest = archive.store(room, b"report")
    path = archive.path_of(room, digest)
    path.chmod(0o644)
    path.write_bytes(b"forged")
    with pytest.raises(ArchiveError, match="altered"):
        archive.read(room, digest)
    with pytest.raises(ArchiveError, match="altered"):
        archive.store(room, b"report")
    assert path.read_bytes() == b"forged"


def test_a_missing_copy_is_named(room: Path) -> None:
    with pytest.raises(ArchiveError, match="cannot be read"):
        archive.read(room, "0" * 64)


def test_a_source_that_cannot_be_read_leaves_nothing_behind(room: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"missing\.csv cannot be read"):
        archive.store(room, tmp_path / "missing.csv")
    assert not list((room / ".incoming").iterdir())


def test_what_a_crash_left_is_swept_after_a_day(room: Path) -> None:
    archive.store(room, b"report")
    old, young = room / ".incoming" / "old", room / ".incoming" / "young"
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    archive.sweep(room)
    assert (old.exists(), young.exists()) == (False, True)


def test_an_archive_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ArchiveError, match="file/archive cannot be written"):
        archive.store(tmp_path / "file" / "archive", b"report")


FULL_DISK = """
import resource, sys
from pathlib import Path
from flows import archive
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
archive.store(Path(sys.argv[1]), b"x" * 200_000)
"""


def test_a_full_disk_is_told_and_leaves_no_half_file(room: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FULL_DISK, room], capture_output=True, text=True, check=False)
    assert "ArchiveError" in done.stderr
    assert "the disk is full" in done.stderr
    assert [found for found in room.rglob("*") if found.is_file()] == []


@pytest.mark.slow
def test_memory_stays_bounded_whatever_the_size(room: Path, tmp_path: Path) -> None:
    source = tmp_path / "large.bin"
    with source.open("wb") as file:
        file.truncate(256 << 20)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    archive.store(room, source)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 << 10  # in KiB
