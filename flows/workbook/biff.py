"""The records of an .xls that stand before its sheets: which sheets, names, number formats and links it has."""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from expectations.layout import address
from flows.workbook.package import NAMES_MAX, SHEETS_MAX
from flows.workbook.refusal import RefusalError, check_count

STREAM = "Workbook"
"""The stream that holds the records."""
WORKSHEET, MACRO_SHEET, MODULE = 0, 1, 6
"""Kinds of sheet."""
_RECORDS_MAX = 5_000_000
_BIFF8 = 0x0600
_BOF, _EOF, _CONTINUE = 0x0809, 0x000A, 0x003C
_FILEPASS, _BOUNDSHEET, _NAME, _EXTERNSHEET = 0x002F, 0x0085, 0x0018, 0x0017
_SUPBOOK, _XF, _FORMAT = 0x01AE, 0x00E0, 0x041E
_GLOBALS = 0x0005
_OWN_BOOK, _ADD_IN = 0x0401, 0x3A01
_BUILT_IN = 0x0020
_TEXT_TOKEN, _AREA_TOKENS, _CELL_TOKENS = 0x17, (0x3B, 0x5B, 0x7B), (0x3A, 0x5A, 0x7A)
_COLUMN_BITS = 0x3FFF
_DIRECTORY_SEPARATORS = "\x01\x02\x03\x04\x05\x06\x07\x08/\\"


@dataclass(frozen=True)
class Tab:
    """A sheet as the workbook lists it: where its records begin, and of what kind it is."""

    name: str
    offset: int
    is_hidden: bool
    kind: int


@dataclass
class Globals:
    """What stands before the sheets."""

    tabs: list[Tab] = field(default_factory=list)
    names: list[bytes] = field(default_factory=list)
    sheet_spans: bytes = b""
    books: list[bytes] = field(default_factory=list)
    formats: dict[int, str] = field(default_factory=dict)
    styles: list[int] = field(default_factory=list)


def records(stream: bytes, at: int) -> Iterator[tuple[int, bytes, int]]:
    """Type, content and place of the records from an offset to the end of their substream, charts within left out.

    Raises:
        RefusalError: they do not hold together, or there are too many.
    """
    depth = count = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        begins = at + 4
        at = begins + size
        content = stream[begins:at]
        count += 1
        check_count("Datensätze", count, _RECORDS_MAX)
        if len(content) < size:
            raise damaged()
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        if depth == 1:
            yield kind, content, begins
    raise damaged()


def _joined(records: Iterator[tuple[int, bytes, int]], kinds: frozenset[int]) -> Iterator[tuple[int, bytes]]:
    """Records of some kinds, each with those that continue it."""
    kind, pieces = 0, list[bytes]()
    for following, content, _ in records:
        if following == _CONTINUE:
            pieces.append(content)
            continue
        if kind in kinds:
            yield kind, b"".join(pieces)
        kind, pieces = following, [content]
    if kind in kinds:
        yield kind, b"".join(pieces)


def globals_of(stream: bytes) -> Globals:
    """What stands before the sheets.

    Raises:
        RefusalError: it is encrypted, of another version, damaged, or beyond a limit.
    """
    if len(stream) < 8 or struct.unpack_from("<HHHH", stream)[0] != _BOF:
        raise damaged()
    _, _, version, kind = struct.unpack_from("<HHHH", stream)
    if version != _BIFF8:
        raise RefusalError("R-DAT-04")
    if kind != _GLOBALS:
        raise damaged()
    found = Globals()
    wanted = frozenset({_FILEPASS, _BOUNDSHEET, _NAME, _EXTERNSHEET, _SUPBOOK, _XF, _FORMAT})
    try:
        for record, content in _joined(records(stream, 0), wanted):
            _note(found, record, content)
    except (struct.error, IndexError) as error:
        raise damaged() from error
    return found


def _note(found: Globals, record: int, content: bytes) -> None:
    if record == _FILEPASS:
        raise RefusalError("R-DAT-03")
    if record == _BOUNDSHEET:
        check_count("Blätter", len(found.tabs) + 1, SHEETS_MAX)
        offset, state, kind = struct.unpack_from("<IBB", content)
        found.tabs.append(Tab(_text(content, content[6], 7), offset, bool(state & 3), kind))
    elif record == _NAME:
        check_count("benannte Bereiche", len(found.names) + 1, NAMES_MAX)
        found.names.append(content)
    elif record == _EXTERNSHEET:
        found.sheet_spans = content
    elif record == _SUPBOOK:
        check_count("Verknüpfungen", len(found.books) + 1, NAMES_MAX)
        found.books.append(content)
    elif record == _FORMAT:
        number, length = struct.unpack_from("<HH", content)
        found.formats[number] = _text(content, length, 4)
    else:
        found.styles.append(struct.unpack_from("<H", content, 2)[0])


def _text(content: bytes, length: int, flags_at: int) -> str:
    """A text whose flags, and then characters, stand at an offset."""
    is_wide = content[flags_at] & 1
    begins = flags_at + 1
    raw = content[begins : begins + length * (2 if is_wide else 1)]
    return raw.decode("utf-16-le", errors="replace") if is_wide else raw.decode("latin-1")


def names_of(found: Globals) -> Mapping[str, str]:
    """Workbook-level defined names, in Excel's notation.

    Raises:
        RefusalError: one of them is damaged.
    """
    names: dict[str, str] = {}
    try:
        for content in found.names:
            flags, length, size, sheet = struct.unpack_from("<HxBH2xH", content)
            if flags & _BUILT_IN or sheet:
                continue
            begins = 15 + length * (2 if content[14] & 1 else 1)
            names[_text(content, length, 14)] = _refers_to(found, content[begins : begins + size])
    except (struct.error, IndexError) as error:
        raise damaged() from error
    return names


def _refers_to(found: Globals, tokens: bytes) -> str:
    """A constant text, or a place on one sheet; `""` for anything else."""
    if not tokens:
        return ""
    if tokens[0] == _TEXT_TOKEN:
        text = _text(tokens, tokens[1], 2).replace('"', '""')
        return f'"{text}"'
    if tokens[0] in _AREA_TOKENS:
        span, first_row, last_row, first, last = struct.unpack_from("<5H", tokens, 1)
        end = f":{_absolute(last_row, last)}"
    elif tokens[0] in _CELL_TOKENS:
        span, first_row, first = struct.unpack_from("<3H", tokens, 1)
        end = ""
    else:
        return ""
    sheet = _sheet_of(found, span)
    return f"{sheet}!{_absolute(first_row, first)}{end}" if sheet else ""


def _absolute(row: int, column: int) -> str:
    letters = address(1, (column & _COLUMN_BITS) + 1)[:-1]
    return f"${letters}${row + 1}"


def _sheet_of(found: Globals, span: int) -> str:
    """The one sheet of this workbook that an entry of the list of referred sheets means; `""` for others."""
    book, first, last = struct.unpack_from("<3H", found.sheet_spans, 2 + 6 * span)
    is_own = book < len(found.books) and found.books[book][2:4] == _OWN_BOOK.to_bytes(2, "little")
    if not is_own or first != last or first >= len(found.tabs):
        return ""
    name: str = found.tabs[first].name
    return "'" + name.replace("'", "''") + "'"


def links_of(found: Globals) -> Iterator[str]:
    """Names of the files to which the workbook refers, without their folders."""
    for book in found.books:
        if len(book) < 5 or struct.unpack_from("<H", book, 2)[0] in (_OWN_BOOK, _ADD_IN):
            continue
        path = _text(book, struct.unpack_from("<H", book, 2)[0], 4)
        for separator in _DIRECTORY_SEPARATORS:
            path = path.rpartition(separator)[2]
        if path:
            yield path


def damaged() -> RefusalError:
    """The refusal of records that do not hold together."""
    return RefusalError("R-DAT-10", given=STREAM)
