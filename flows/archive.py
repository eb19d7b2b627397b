"""The archive: everything received, by the SHA-256 of its bytes, and never changed.

A file is written to `.incoming/` on the same file system, flushed to the disk, and only then renamed to its place
(`ab/abcdef…`), so that whatever stands there is whole. What a crash leaves in `.incoming/` is swept later.
"""

import errno
import os
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from expectations.errors import StatedError

_CHUNK_BYTES = 1 << 20
_INCOMING = ".incoming"
ERASED_SUFFIX = ".erased"
"""What the name of an erased file's mark ends with."""
_STALE_SECONDS = 24 * 3600


class ArchiveError(StatedError):
    """The archive cannot be written or read; the message says what to do."""


class SourceError(StatedError):
    """A file that should be archived cannot be read."""


@dataclass(frozen=True)
class Staged:
    """Bytes that lie whole on the disk but not yet at their place.

    Attributes:
        temporary: where they lie.
        size: in bytes.
    """

    temporary: Path
    sha256: str
    size: int


def path_of(archive: Path, digest: str) -> Path:
    """Where the bytes of that SHA-256 lie."""
    return archive / digest[:2] / digest


def store(archive: Path, data: bytes | Path) -> str:
    """Archive bytes, or a file of any size in bounded memory.

    Returns:
        The SHA-256 of the bytes, in hex.

    Raises:
        ArchiveError: the archive cannot be written, or holds other bytes under that hash.
        SourceError: the file cannot be read.
    """
    staged = stage(archive, [data] if isinstance(data, bytes) else chunks_of(data))
    publish(archive, staged)
    return staged.sha256


def read(archive: Path, digest: str) -> bytes:
    """The archived bytes of that SHA-256.

    Raises:
        ArchiveError: they are missing, cannot be read, or are no longer what was archived.
    """
    path = path_of(archive, digest)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error
    if sha256(data).hexdigest() != digest:
        raise _altered(path)
    return data


def require(archive: Path, sizes: Mapping[str, int]) -> None:
    """See that files are still there, without reading them: by their SHA-256 and their size in bytes.

    Raises:
        ArchiveError: one is missing or was altered; the message names it.
    """
    for digest, size in sizes.items():
        path = path_of(archive, digest)
        try:
            found = path.stat().st_size
        except OSError as error:
            raise _unreadable(path, error) from error
        if found != size:
            raise _altered(path)


def chunks_of(path: Path) -> Iterator[bytes]:
    """The bytes of a file in pieces of at most 1 MiB.

    Raises:
        SourceError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                yield chunk
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}") from error


def stage(archive: Path, chunks: Iterable[bytes]) -> Staged:
    """Write bytes to the disk beside the archive, without giving them their place yet.

    Raises:
        ArchiveError: the archive cannot be written.
        SourceError: as `chunks_of` raises it.
    """
    digest, size = sha256(), 0
    with _explained(archive):
        _make_folder(archive / _INCOMING)
        handle, name = tempfile.mkstemp(dir=archive / _INCOMING)
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in chunks:
                    file.write(chunk)
                    digest.update(chunk)
                    size += len(chunk)
                file.flush()
                os.fchmod(file.fileno(), 0o444)
                os.fsync(file.fileno())
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    return Staged(Path(name), digest.hexdigest(), size)


def publish(archive: Path, staged: Staged) -> None:
    """Give staged bytes their place. What already stands there is checked and kept, never overwritten.

    Raises:
        ArchiveError: the archive cannot be written, or holds other bytes under that hash.
    """
    target = path_of(archive, staged.sha256)
    with _explained(archive):
        if target.exists():
            staged.temporary.unlink()
            _check(target, staged)
            return
        _make_folder(target.parent)
        staged.temporary.rename(target)
        _flush_folder(target.parent)


def erase(archive: Path, digest: str) -> None:
    """Take bytes out of the archive for good; an empty `<sha256>.erased` stays in their place.

    The mark comes first, so that bytes never miss without it. Whoever archives the same bytes again has them again.

    Raises:
        ArchiveError: the archive cannot be written.
    """
    path = path_of(archive, digest)
    with _explained(archive):
        _make_folder(path.parent)
        mark_of(path).touch(mode=0o444)
        _flush_folder(path.parent)
        path.unlink(missing_ok=True)
        _flush_folder(path.parent)


def is_erased(archive: Path, digest: str) -> bool:
    """Whether bytes were erased and did not come again."""
    path = path_of(archive, digest)
    return not path.exists() and mark_of(path).exists()


def mark_of(path: Path) -> Path:
    """The mark that stays in the place of an archived file once it is erased."""
    return path.with_name(path.name + ERASED_SUFFIX)


def is_incoming(archive: Path, path: Path) -> bool:
    """Whether a file below the archive has no place yet: it is coming in, or a crash left it."""
    return path.relative_to(archive).parts[0] == _INCOMING


def discard(staged: Staged) -> None:
    """Drop staged bytes."""
    staged.temporary.unlink(missing_ok=True)


def sweep(archive: Path) -> None:
    """Remove what crashes left in `.incoming/` more than a day ago; younger files may be another process's."""
    with _explained(archive):
        for path in (archive / _INCOMING).glob("*"):
            with suppress(FileNotFoundError):  # another process was faster
                if time.time() - path.stat().st_mtime > _STALE_SECONDS:
                    path.unlink()


def _check(target: Path, staged: Staged) -> None:
    digest = sha256()
    for chunk in chunks_of(target):
        digest.update(chunk)
    if digest.hexdigest() != staged.sha256:
        raise _altered(target)


def _unreadable(path: Path, error: OSError) -> ArchiveError:
    return ArchiveError(f"The archived file {path} cannot be read ({error.strerror}): restore a backup.")


def _altered(path: Path) -> ArchiveError:
    return ArchiveError(f"The archived file {path} was altered: its bytes no longer match its name. Restore a backup.")


def _make_folder(folder: Path) -> None:
    """Create a folder and those above it so that they outlast a power cut."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _flush_folder(folder.parent)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _explained(archive: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            remedy = "the disk is full. Free some space and run again; nothing was lost."
        else:
            remedy = f"{error.strerror}. Check that the folder exists and may be written."
        raise ArchiveError(f"The archive {archive} cannot be written: {remedy}") from error
