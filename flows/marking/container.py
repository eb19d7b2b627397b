"""The ZIP container of a workbook, rewritten: parts that nobody touches keep their packed bytes as they came.

Whoever calls has let the file through the front door, which inflated every part under its limits and refused names
that are double or lead out of the file. What is bounded here is bounded again only because it costs nothing.
"""

import struct
import zipfile
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from io import BytesIO

from flows.marking.unmarkable import UnmarkableError

PART_MAX = 64 * 1024 * 1024
TOTAL_MAX = 200 * 1024 * 1024
ENTRIES_MAX = 1_000
_RATIO_MAX = 200
"""The front door's own limits: what is handed back must come in again."""
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_VERSION = 20
_UTF_8_NAME = 0x800
_LEVEL = 6
_DAMAGED = "Die Datei ist beschädigt."


@dataclass(frozen=True)
class Entry:
    """A part as it is packed.

    Attributes:
        method: stored or deflated.
        day, time: when it was written, as ZIP counts.
    """

    name: str
    method: int
    packed: bytes
    size: int
    checksum: int
    day: int
    time: int


Entries = Mapping[str, Entry]
"""Parts by name in lower case, in their order; names of parts do not depend on case."""


def entries_of(data: bytes) -> Entries:
    """The parts of a container.

    Raises:
        UnmarkableError: it is none, or damaged.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            listed = archive.infolist()
        return {info.filename.lower(): _entry(data, info) for info in listed}
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, struct.error) as error:
        raise UnmarkableError(_DAMAGED) from error


def _entry(data: bytes, info: zipfile.ZipInfo) -> Entry:
    *_, name_length, extra_length = _LOCAL.unpack_from(data, info.header_offset)
    begin = info.header_offset + _LOCAL.size + name_length + extra_length
    year, month, day, hour, minute, second = info.date_time
    return Entry(
        name=info.filename,
        method=info.compress_type,
        packed=data[begin : begin + info.compress_size],
        size=info.file_size,
        checksum=info.CRC,
        day=(max(year - 1980, 0) & 0x7F) << 9 | month << 5 | day,
        time=hour << 11 | minute << 5 | second // 2,
    )


def inflated(entry: Entry) -> bytes:
    """A part's content.

    Raises:
        UnmarkableError: it is damaged or too large.
    """
    if entry.size > PART_MAX:
        raise UnmarkableError(_DAMAGED)
    if entry.method == zipfile.ZIP_STORED:
        content = entry.packed
    else:
        try:
            content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(entry.packed, entry.size + 1)
        except zlib.error as error:
            raise UnmarkableError(_DAMAGED) from error
    if len(content) != entry.size or zlib.crc32(content) != entry.checksum:
        raise UnmarkableError(_DAMAGED)
    return content


def packed(entries: Entries, changed: Mapping[str, bytes], names: Mapping[str, str], removed: Collection[str]) -> bytes:
    """A container with some parts changed, added or left out; all names in lower case.

    Args:
        entries: the parts as they came.
        changed: new contents, of new parts too.
        names: names of new parts as they are written.
        removed: parts to leave out.

    Raises:
        UnmarkableError: there would be more parts than the front door lets in.
    """
    kept = [
        _packed(entry.name, changed[part]) if part in changed else entry
        for part, entry in entries.items()
        if part not in removed
    ]
    kept += [_packed(names[part], content) for part, content in changed.items() if part not in entries]
    if len(kept) > ENTRIES_MAX:
        raise UnmarkableError("Die Datei hat zu viele Bestandteile.")
    if any(entry.size > PART_MAX for entry in kept) or sum(entry.size for entry in kept) > TOTAL_MAX:
        raise UnmarkableError("Mit den Markierungen wäre die Datei zu groß, um sie wieder einzusenden.")
    return _written(kept)


def _packed(name: str, content: bytes) -> Entry:
    """A part of ours; what would inflate too well to pass the front door is stored as it is."""
    engine = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    deflated, method = engine.compress(content) + engine.flush(), zipfile.ZIP_DEFLATED
    if len(content) > _RATIO_MAX * len(deflated):
        deflated, method = content, zipfile.ZIP_STORED
    first_day = 1 << 5 | 1
    return Entry(name, method, deflated, len(content), zlib.crc32(content), first_day, 0)


def _written(entries: Collection[Entry]) -> bytes:
    body, directory = bytearray(), bytearray()
    for entry in entries:
        name = entry.name.encode()
        flags = 0 if name.isascii() else _UTF_8_NAME
        common = (flags, entry.method, entry.time, entry.day, entry.checksum, len(entry.packed), entry.size, len(name))
        directory += _CENTRAL.pack(b"PK\x01\x02", _VERSION, _VERSION, *common, 0, 0, 0, 0, 0, len(body)) + name
        body += _LOCAL.pack(b"PK\x03\x04", _VERSION, *common, 0) + name + entry.packed
    count = len(entries)
    return bytes(body + directory + _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0))
