"""The OLE container of an .xls: its streams, read under limits; sectors may be chained to anything.

A container of our own with nothing but the one stream that was checked is what calamine gets to see.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from flows.workbook.refusal import RefusalError

OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER = struct.Struct("<8s16sHHHHH6xIIIIIIIII")
_HEADER_BYTES = 512
_SECTOR_SHIFTS = {3: 9, 4: 12}
"""Version → binary logarithm of a sector's bytes."""
_MINI_SHIFT = 6
_HIGHEST_SECTOR = 0xFFFFFFFA
_ENTRY = struct.Struct("<64sHBBIII16sI16xII4x")
_ENTRY_BYTES = 128
_ENTRIES_MAX = 4_000
_SPARE_SECTORS = 8
"""So many sectors more than needed may a small container's table have."""
_OWN_SECTOR = 4_096
_END, _TABLE, _NONE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
"""Marks in the allocation table and the directory."""
_STORAGE, _STREAM, _ROOT = 1, 2, 5


@dataclass(frozen=True)
class _Entry:
    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size: int


class Compound:
    """An OLE container that was opened."""

    def __init__(self, data: bytes) -> None:
        """Read header, allocation table and directory.

        Raises:
            RefusalError: it is damaged.
        """
        self.data = data
        if len(data) < _HEADER_BYTES:
            raise _damaged()
        header = _HEADER.unpack_from(data)
        version, shift = header[3], header[5]
        if _SECTOR_SHIFTS.get(version) != shift or header[6] != _MINI_SHIFT:
            raise _damaged()
        self.sector_bytes = 1 << shift
        self.sectors = max((len(data) - 1) // self.sector_bytes, 0)  # the header takes the place of one
        first_directory, self.mini_cutoff, first_mini, first_extra = header[9], header[11], header[12], header[14]
        self.table = self._allocation_table(first_extra)
        directory = self._chained(first_directory)
        self.entries = [self._entry(directory, at) for at in range(0, len(directory) - _ENTRY_BYTES + 1, _ENTRY_BYTES)]
        if not self.entries or len(self.entries) > _ENTRIES_MAX or self.entries[0].kind != _ROOT:
            raise _damaged()
        self.mini_table = _numbers(self._chained(first_mini))
        root = self.entries[0]
        self.mini = self._chained(root.start)[: root.size]

    def names(self) -> list[str]:
        """Names of what lies in the root, storages included."""
        return [self.entries[number].name for number in self._in_root()]

    def stream(self, name: str) -> bytes:
        """A stream of the root by its name, whatever its case.

        Raises:
            RefusalError: it is not there or damaged.
        """
        for number in self._in_root():
            entry = self.entries[number]
            if entry.kind == _STREAM and entry.name.casefold() == name.casefold():
                content = self._content(entry)
                if len(content) < entry.size:
                    raise _damaged()
                return content[: entry.size]
        raise _damaged()

    def _content(self, entry: _Entry) -> bytes:
        if entry.size >= self.mini_cutoff:
            return self._chained(entry.start)
        pieces: list[bytes] = []
        sector = entry.start
        for _ in range(len(self.mini_table) + 1):
            if sector >= min(len(self.mini_table), _HIGHEST_SECTOR):
                break
            pieces.append(self.mini[sector << _MINI_SHIFT : (sector + 1) << _MINI_SHIFT])
            sector = self.mini_table[sector]
        return b"".join(pieces)

    def _allocation_table(self, first_extra: int) -> tuple[int, ...]:
        """Sector → the one that follows; where the table itself lies, the header and sectors of its own tell."""
        places = list(_numbers(self.data[76:_HEADER_BYTES]))
        sector, per_sector = first_extra, self.sector_bytes // 4
        for _ in range(self.sectors):
            if sector >= _HIGHEST_SECTOR:
                break
            numbers = _numbers(self._sector(sector))
            if len(numbers) < per_sector:
                raise _damaged()
            places += numbers[:-1]
            sector = numbers[-1]
        used = [place for place in places if place < _HIGHEST_SECTOR]
        if (
            any(place >= self.sectors for place in used)
            or len(used) > 2 * (self.sectors // per_sector) + _SPARE_SECTORS
        ):
            raise _damaged()
        return tuple(number for place in used for number in _numbers(self._sector(place)))

    def _sector(self, number: int) -> bytes:
        begins = (number + 1) * self.sector_bytes
        return self.data[begins : begins + self.sector_bytes]

    def _chained(self, sector: int) -> bytes:
        """The sectors of a chain, each at most once: a circle ends when there can be no more."""
        pieces: list[bytes] = []
        for _ in range(self.sectors + 1):
            if sector >= _HIGHEST_SECTOR:
                return b"".join(pieces)
            if sector >= len(self.table) or sector > self.sectors:
                raise _damaged()
            pieces.append(self._sector(sector))
            sector = self.table[sector]
        raise _damaged()

    def _entry(self, directory: bytes, at: int) -> _Entry:
        name, length, kind, _, left, right, child, _, _, start, size = _ENTRY.unpack_from(directory, at)
        text = name[: max(min(length, 64) - 2, 0)].decode("utf-16-le", errors="replace")
        return _Entry(text, kind, left, right, child, start, size)

    def _in_root(self) -> Iterator[int]:
        """Numbers of the root's entries; a tree that leads in circles is walked once."""
        waiting, seen = [self.entries[0].child], set[int]()
        while waiting:
            number = waiting.pop()
            if number >= len(self.entries) or number in seen:
                continue
            seen.add(number)
            entry = self.entries[number]
            waiting += [entry.right, entry.left]
            if entry.kind in (_STORAGE, _STREAM):
                yield number


def root_names(data: bytes) -> list[str]:
    """Names of what lies in an OLE container's root.

    Raises:
        RefusalError: it is damaged.
    """
    return Compound(data).names()


def packed(name: str, content: bytes) -> bytes:
    """A container of our own with one stream, blank to the end of its last sector."""
    count = max(-(-len(content) // _OWN_SECTOR), 1)
    table_sectors = -(-(count + 2) // (_OWN_SECTOR // 4 - 1))
    directory, small, first = table_sectors, table_sectors + 1, table_sectors + 2
    chain = [_TABLE] * table_sectors + [_END, _END, *range(first + 1, first + count), _END]
    header = _HEADER.pack(
        *(OLE_SIGNATURE, bytes(16), 0x3E, 4, 0xFFFE, 12, _MINI_SHIFT),
        *(1, table_sectors, directory, 0, _OWN_SECTOR, _END, 0, _END, 0),
    )
    entries = (
        _packed_entry("Root Entry", _ROOT, 1, small, 1 << _MINI_SHIFT),  # calamine wants a stream of small ones
        _packed_entry(name, _STREAM, _NONE, first, count * _OWN_SECTOR),
        *[_packed_entry("", 0, _NONE, 0, 0)] * (_OWN_SECTOR // _ENTRY_BYTES - 2),
    )
    pieces = (
        (header + struct.pack(f"<{table_sectors}I", *range(table_sectors))).ljust(_HEADER_BYTES, b"\xff"),
        struct.pack(f"<{len(chain)}I", *chain).ljust(table_sectors * _OWN_SECTOR, b"\xff"),
        b"".join(entries),
        b"",
        content.ljust(count * _OWN_SECTOR, b"\x00"),
    )
    return b"".join(piece.ljust(_OWN_SECTOR, b"\x00") for piece in pieces)


def _packed_entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    length = len(text) + 2 if name else 0
    return _ENTRY.pack(text, length, kind, 1, _NONE, _NONE, child, bytes(16), 0, start, size)


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack_from(f"<{len(data) // 4}I", data)


def _damaged() -> RefusalError:
    return RefusalError("R-DAT-10", given="OLE-Verzeichnis")
