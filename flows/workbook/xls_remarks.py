"""Notes, text boxes and pictures on a sheet of an .xls, as its records tell them."""

import struct

from expectations.layout import address
from expectations.markers import without_own_notes
from flows.workbook.remarks import Remark, RemarkKind

OBJECT, TEXT, CONTINUED, NOTE = 0x005D, 0x01B6, 0x003C, 0x001C
REMARK_RECORDS = frozenset({OBJECT, TEXT, CONTINUED, NOTE})
_IS_NOTE, _IS_PICTURE = 0x19, 0x08


class XlsRemarks:
    """What lies beside the cells, gathered record by record: an object, its text, and for notes their cells."""

    def __init__(self) -> None:
        self._kind = self._number = 0
        self._awaits_text = False
        self._texts: dict[int, str] = {}
        self._found: list[Remark] = []

    def hear(self, record: int, content: bytes) -> None:
        """Take in one of the records that concern remarks.

        Raises:
            struct.error: it is too short.
        """
        if record == OBJECT:
            self._kind, self._number = struct.unpack_from("<HH", content, 4)
            if self._kind == _IS_PICTURE:
                self._found.append(Remark("picture", "", ""))
        elif record == TEXT:
            self._awaits_text = struct.unpack_from("<H", content, 10)[0] > 0
        elif record == CONTINUED:
            self._hear_text(content)
        else:
            row, column, _, number = struct.unpack_from("<4H", content)
            self._add("note", self._texts.get(number, ""), address(row + 1, column + 1))

    def all(self) -> tuple[Remark, ...]:
        """The remarks, in the order of their records."""
        return tuple(self._found)

    def _hear_text(self, content: bytes) -> None:
        """The first record that continues a text's holds its signs, the second their looks."""
        if not self._awaits_text or not content:
            return
        self._awaits_text = False
        encoding = "utf-16-le" if content[0] & 1 else "latin-1"
        text = content[1:].decode(encoding, errors="replace")
        self._texts[self._number] = text
        if self._kind != _IS_NOTE:
            self._add("text", text, "")

    def _add(self, kind: RemarkKind, said: str, cell: str) -> None:
        text = without_own_notes(said).strip()
        if text:
            self._found.append(Remark(kind, cell, text))
