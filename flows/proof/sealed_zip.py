"""ZIP files that prove themselves: every entry's SHA-256 in `SHA256SUMS`, the same contents always the same bytes.

Nothing is compressed, so that the bytes depend on no library, and no time of day is in it. The file is written beside
its place, flushed to the disk, read back and compared, and only then renamed: it is there as a whole or not at all.
"""

import os
import re
import shutil
import stat
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path, PurePosixPath
from typing import IO

from expectations.errors import StatedError

SUMS = "SHA256SUMS"
"""Name of the list of hashes, as `sha256sum -c` reads it."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_CHUNK_BYTES = 1 << 20
_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")
_SUMS_MAX_BYTES = 64 << 20


class SealedZipError(StatedError):
    """A package cannot be written, or is not what it was when it was written; the message says what to do."""


@dataclass(frozen=True)
class Member:
    """One file of a package: its name in it, and its bytes or where they lie."""

    name: str
    content: bytes | Path


def write_sealed(target: Path, members: Sequence[Member]) -> str:
    """Write a package; see `writing_sealed`. It is put into its place at once.

    Returns:
        SHA-256 of the package.
    """
    with writing_sealed(target, members) as digest:
        return digest


@contextmanager
def writing_sealed(target: Path, members: Sequence[Member]) -> Iterator[str]:
    """Write a package and put it into its place at the end of the block, unless that fails.

    Args:
        target: the package; what stands there is replaced.
        members: in the order in which they are written; the list of hashes comes last.

    Yields:
        SHA-256 of the package.

    Raises:
        SealedZipError: it cannot be written, or reads back otherwise.
    """
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with _explained(target):
            _write(part, members)
            check_sealed(part)
            with part.open("rb") as content:
                digest = file_digest(content, "sha256").hexdigest()
        yield digest
        with _explained(target):
            part.replace(target)
            _flush_folder(target.parent)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _write(part: Path, members: Sequence[Member]) -> None:
    with part.open("wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True, strict_timestamps=True) as package:
            sums = [f"{_add(package, member)}  {member.name}\n" for member in members]
            _add(package, Member(SUMS, "".join(sums).encode()))
        file.flush()
        os.fsync(file.fileno())


def _add(package: zipfile.ZipFile, member: Member) -> str:
    entry = zipfile.ZipInfo(member.name, _EPOCH)
    entry.external_attr = (stat.S_IFREG | 0o644) << 16
    entry.create_system = 3
    digest = sha256()
    with package.open(entry, "w", force_zip64=isinstance(member.content, Path)) as target:
        for chunk in _chunks(member.content):
            digest.update(chunk)
            target.write(chunk)
    return digest.hexdigest()


def _chunks(content: bytes | Path) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk


def check_sealed(file: Path) -> list[str]:
    """Read a whole package and compare it with its list of hashes.

    Returns:
        The names of its members, the list itself left out.

    Raises:
        SealedZipError: it is no package of ours, or was altered; or a name in it leads out of the folder into which it
            would be unpacked.
    """
    with _opened(file) as package:
        sums = _sums(file, package)
        entries = _entries(file, package)
        for name in sorted(sums.keys() ^ entries.keys()):
            what = "fehlt" if name in sums else "steht in keinem Verzeichnis"
            raise SealedZipError(f"{file}: {name} {what}. {_DAMAGED}")
        for name, entry in entries.items():
            with package.open(entry) as content:
                if _digest(content) != sums[name]:
                    raise SealedZipError(f"{file}: {name} wurde verändert. {_DAMAGED}")
    return list(sums)


def unpack(file: Path, into: Path, *, named: Callable[[str], str] = str) -> None:
    """Unpack a package that `check_sealed` found sound, into an empty folder, each file flushed to the disk.

    Args:
        file: the package.
        into: the folder.
        named: a member's name → the name that the file gets.
    """
    with _opened(file) as package, _explained(into):
        for name, entry in _entries(file, package).items():
            target = into.joinpath(*PurePosixPath(named(name)).parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            with package.open(entry) as content, target.open("xb") as copy:
                shutil.copyfileobj(content, copy, _CHUNK_BYTES)
                copy.flush()
                os.fsync(copy.fileno())


_DAMAGED = "Die Datei ist beschädigt oder wurde verändert. Bitte nehmen Sie eine andere."


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as package:
            yield package
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError) as error:
        raise SealedZipError(f"{file} ist kein heiles Paket ({error}). {_DAMAGED}") from error
    except OSError as error:
        raise SealedZipError(f"{file} ist nicht lesbar: {error.strerror or error}.") from error


def _entries(file: Path, package: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The members by name, but for the list of hashes; every name is one that may be unpacked."""
    entries: dict[str, zipfile.ZipInfo] = {}
    for entry in package.infolist():
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if not _is_safe(entry.filename) or kind not in (0, stat.S_IFREG):
            raise SealedZipError(f"{file}: {entry.filename!r} darf nicht ausgepackt werden. {_DAMAGED}")
        if entry.filename in entries:
            raise SealedZipError(f"{file}: {entry.filename!r} ist doppelt. {_DAMAGED}")
        if entry.compress_type != zipfile.ZIP_STORED:
            raise SealedZipError(
                f"{file}: {entry.filename!r} ist gepackt; in unseren Paketen ist nichts gepackt. {_DAMAGED}"
            )
        entries[entry.filename] = entry
    entries.pop(SUMS, None)
    return entries


def _is_safe(name: str) -> bool:
    """Whether a name stays below the folder into which it is unpacked, on any system."""
    parts = name.split("/")
    return not any(part in {"", ".", ".."} for part in parts) and not re.search(r"[\\:\x00-\x1f]", name)


def _sums(file: Path, package: zipfile.ZipFile) -> dict[str, str]:
    try:
        entry = package.getinfo(SUMS)
    except KeyError:
        raise SealedZipError(f"{file} hat kein {SUMS}: Dieses Programm hat es nicht geschrieben.") from None
    if entry.file_size > _SUMS_MAX_BYTES or entry.compress_type != zipfile.ZIP_STORED:
        raise SealedZipError(f"{file}: {SUMS} ist nicht von diesem Programm. {_DAMAGED}")
    lines = package.read(entry).decode("utf-8", "replace").removesuffix("\n").split("\n")
    matches = [_LINE.fullmatch(line) for line in lines]
    if not all(matches):
        raise SealedZipError(f"{file}: {SUMS} ist nicht lesbar. {_DAMAGED}")
    return {match[2]: match[1] for match in matches if match}


def _digest(content: IO[bytes]) -> str:
    digest = sha256()
    while chunk := content.read(_CHUNK_BYTES):
        digest.update(chunk)
    return digest.hexdigest()


@contextmanager
def _explained(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        said = f"{target} kann nicht geschrieben werden: {error.strerror or error}."
        raise SealedZipError(f"{said} Ist der Platz voll oder der Ordner gesperrt?") from error


def _flush_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
