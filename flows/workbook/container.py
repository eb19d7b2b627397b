"""The ZIP container of a workbook: its parts, inflated under limits that are counted while inflating."""

import struct
import zipfile
import zlib
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise

from flows.workbook.refusal import RefusalError, check_count

_MIB = 1024 * 1024
ENTRIES_MAX = 1_000
PART_MAX = 64 * _MIB
TOTAL_MAX = 200 * _MIB
RATIO_MAX = 200
RATIO_FREE = 4 * _MIB
"""Parts up to this size may be packed as tightly as they like: forms are repetitive."""
TAGS_MAX = 5_000_000
"""Of all XML parts together: what bounds the time of reading them."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_CENTRAL_HEADER = b"PK\x01\x02"
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
_ENCRYPTED = 0x1
_DOCUMENT_TYPE = b"<!DOCTYPE"
_KEPT_SUFFIXES = (".xml", ".rels", "mimetype")


@dataclass(frozen=True)
class Parts:
    """What a container holds.

    Attributes:
        names: all names in lower case; names of parts do not depend on case.
        contents: the XML parts by name in lower case. Pictures and the like are checked and let go.
    """

    names: Sequence[str]
    contents: Mapping[str, bytes]


def open_parts(data: bytes, only: Container[str] | None = None) -> Parts:
    """Inflate a container's parts.

    Args:
        data: the file's bytes.
        only: names in lower case to inflate; all of them by default.

    Raises:
        RefusalError: it is damaged, built to deceive, or inflates beyond the limits.
    """
    entries = entry_list(data)
    for reason in _suspicions(entries):
        raise RefusalError("R-DAT-11", given=reason)
    starts = _content_starts(data, entries)
    contents: dict[str, bytes] = {}
    allowance, tags = TOTAL_MAX, 0
    for entry, start in zip(entries, starts, strict=True):
        name = entry.filename.lower()
        if only is not None and name not in only:
            continue
        content = _inflated(data, entry, start, allowance)
        allowance -= len(content)
        if name.endswith(_KEPT_SUFFIXES):
            _check_markup(entry.filename, content)
            contents[name] = content
            tags += content.count(b"<")
            check_count("XML-Elemente", tags, TAGS_MAX)
    return Parts([entry.filename.lower() for entry in entries], contents)


def _check_markup(name: str, content: bytes) -> None:
    """No document type, looked for in the bytes; so no encoding either in which it would look different."""
    if b"\x00" in content:
        raise RefusalError("R-DAT-15", given=name)
    if _DOCUMENT_TYPE in content:
        raise RefusalError("R-DAT-14", given=name)


def entry_list(data: bytes) -> list[zipfile.ZipInfo]:
    """The container's directory, read and nothing else.

    Raises:
        RefusalError: it is damaged or has too many entries.
    """
    if data.count(_CENTRAL_HEADER) > ENTRIES_MAX:  # before the directory is read: each entry costs memory
        raise RefusalError("R-DAT-11", given=f"mehr als {ENTRIES_MAX} Bestandteile")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, struct.error) as error:
        raise RefusalError("R-DAT-10", given="Inhaltsverzeichnis") from error


def is_locked(entries: Sequence[zipfile.ZipInfo]) -> bool:
    """Whether any entry needs a password."""
    return any(entry.flag_bits & _ENCRYPTED for entry in entries)


def _suspicions(entries: Sequence[zipfile.ZipInfo]) -> Iterator[str]:
    """What no program writes into a workbook: German, one reason each."""
    seen: set[str] = set()
    for entry in entries:
        name = entry.orig_filename
        if name.casefold() in seen:
            yield f"der Bestandteil {name} steht doppelt darin"
        seen.add(name.casefold())
        if "\x00" in name or "\\" in name or ":" in name or name.startswith("/") or ".." in name.split("/"):
            yield f"der Name {name.replace(chr(0), '?')} führt aus der Datei hinaus"
        if entry.flag_bits & _ENCRYPTED:
            yield f"der Bestandteil {name} ist verschlüsselt"
        elif entry.compress_type not in _METHODS:
            yield f"der Bestandteil {name} ist auf unübliche Weise gepackt"


def _content_starts(data: bytes, entries: Sequence[zipfile.ZipInfo]) -> list[int]:
    """Where each entry's packed bytes begin; entries that share bytes are refused."""
    starts = [_content_start(data, entry) for entry in entries]
    spans = sorted(
        (entry.header_offset, start + entry.compress_size) for entry, start in zip(entries, starts, strict=True)
    )
    for (_, end), (following, _) in pairwise(spans):
        if following < end:
            raise RefusalError("R-DAT-11", given="Bestandteile überlappen einander")
    return starts


def _content_start(data: bytes, entry: zipfile.ZipInfo) -> int:
    header = data[entry.header_offset : entry.header_offset + _LOCAL_HEADER.size]
    if len(header) < _LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
        raise RefusalError("R-DAT-10", given=entry.filename)
    *_, name_length, extra_length = _LOCAL_HEADER.unpack(header)
    return entry.header_offset + _LOCAL_HEADER.size + int(name_length) + int(extra_length)


def _inflated(data: bytes, entry: zipfile.ZipInfo, start: int, allowance: int) -> bytes:
    """One part; at most one byte more than allowed is ever inflated."""
    limit = min(PART_MAX, allowance, max(RATIO_FREE, RATIO_MAX * entry.compress_size))
    packed = memoryview(data)[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        content, is_whole = bytes(packed[: limit + 1]), True
    else:
        content, is_whole = _deflated(packed, limit, entry.filename)
    if len(content) > limit:
        raise RefusalError("R-DAT-12", given=entry.filename)
    if not is_whole or zlib.crc32(content) != entry.CRC:
        raise RefusalError("R-DAT-10", given=entry.filename)
    return content


def _deflated(packed: memoryview, limit: int, name: str) -> tuple[bytes, bool]:
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        return engine.decompress(packed, limit + 1), engine.eof
    except zlib.error as error:
        raise RefusalError("R-DAT-10", given=name) from error
