"""The front door: what kind of file somebody sent, told by what is in it and never by its name.

Three kinds of workbook go on from here. Everything else is named in German, each kind with its own way to a workbook
that we read.
"""

import codecs
import re
from collections.abc import Sequence
from enum import StrEnum

from flows.workbook.compound import OLE_SIGNATURE, root_names
from flows.workbook.container import entry_list, is_locked, open_parts
from flows.workbook.refusal import RefusalError

SIZE_MAX_MIB = 20
_MIB = 1024 * 1024
_HEAD = 4096
"""Bytes that tell text formats apart."""
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_TYPES_PART = "[content_types].xml"
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
_LONGEST_LIST = 3
"""So many workbooks of an archive are named."""

_DAMAGED, _XLS_BEFORE_97, _MAIL, _OTHER = "R-DAT-10", "R-DAT-04", "R-DAT-05", "R-DAT-06"
_OTHER_WORKBOOK, _ARCHIVE, _PDF, _IMAGE = "R-DAT-07", "R-DAT-09", "R-DAT-26", "R-DAT-27"
_HTML, _TEXT, _WORD, _SLIDES = "R-DAT-28", "R-DAT-29", "R-DAT-30", "R-DAT-31"
_PACKED, _EML, _TNEF, _DATA = "R-DAT-33", "R-DAT-34", "R-DAT-35", "R-DAT-37"
_APPLE, _CLOUD, _SHORTCUT, _ARCHIVED, _LOCKED_ARCHIVE = "R-DAT-38", "R-DAT-39", "R-DAT-40", "R-DAT-41", "R-DAT-45"


class Format(StrEnum):
    """Kinds of workbook that are read."""

    XLSX = "xlsx"
    ODS = "ods"
    XLS = "xls"


_OLE_STREAMS: Sequence[tuple[str, str, str]] = (
    ("encryptedpackage", "R-DAT-03", ""),
    ("__properties_version1.0", _MAIL, ""),
    ("book", _XLS_BEFORE_97, ""),
    ("worddocument", _WORD, "ein altes Word-Dokument (.doc)"),
    ("powerpoint document", _SLIDES, ""),
    ("wksssworkbook", _OTHER_WORKBOOK, "Works-Tabelle"),
    ("starcalcdocument", _OTHER_WORKBOOK, "StarCalc-Tabelle"),
)
"""Streams of an OLE container, the telling ones first: stream, code, name of the kind."""
_SIGNATURES: Sequence[tuple[bytes, str, str]] = (
    (b"%PDF-", _PDF, ""),
    (b"\x89PNG", _IMAGE, "PNG"),
    (b"\xff\xd8\xff", _IMAGE, "JPEG"),
    (b"GIF8", _IMAGE, "GIF"),
    (b"II*\x00", _IMAGE, "TIFF"),
    (b"MM\x00*", _IMAGE, "TIFF"),
    (b"BM", _IMAGE, "BMP"),
    (b"{\\rtf", _WORD, "ein RTF-Dokument"),
    (b"7z\xbc\xaf\x27\x1c", _PACKED, "7-Zip"),
    (b"Rar!\x1a\x07", _PACKED, "RAR"),
    (b"\x1f\x8b", _PACKED, "GZIP"),
    (b"BZh", _PACKED, "BZIP2"),
    (b"\xfd7zXZ\x00", _PACKED, "XZ"),
    (b"\x28\xb5\x2f\xfd", _PACKED, "ZSTD"),
    (b"MSCF", _PACKED, "CAB"),
    (b"\x78\x9f\x3e\x22", _TNEF, ""),
    (b"L\x00\x00\x00\x01\x14\x02\x00", _SHORTCUT, ""),
    (b"\x09\x00\x04\x00", _XLS_BEFORE_97, ""),
    (b"\x09\x02\x06\x00", _XLS_BEFORE_97, ""),
    (b"\x09\x04\x06\x00", _XLS_BEFORE_97, ""),
    (b"SQLite format 3\x00", _OTHER, "eine Datenbank (SQLite)"),
    (b"\x00\x01\x00\x00Standard ", _OTHER, "eine Datenbank (Access)"),
    (b"MZ", _OTHER, "ein Programm"),
    (b"\x7fELF", _OTHER, "ein Programm"),
)
_AT_OFFSET: Sequence[tuple[int, bytes, str, str]] = (
    (4, b"ftyphei", _IMAGE, "HEIC"),
    (8, b"WEBP", _IMAGE, "WEBP"),
    (257, b"ustar", _PACKED, "TAR"),
)
_TEXTS: Sequence[tuple[bytes, str, str]] = (
    (rb"\A\[internetshortcut\]", _SHORTCUT, ""),
    (rb"\A\{[^}]*(docs\.google\.com|doc_id)", _CLOUD, ""),
    (rb"\A<(!doctype html|html|head|body|table|meta)\b", _HTML, ""),
    (rb"\A(<!--.{0,2000}?-->\s*)<(!doctype html|html|table)\b", _HTML, ""),
    (rb"\A<\?xml.{0,500}<(!doctype html|html)\b", _HTML, ""),
    (rb"multipart/related.{0,1500}(content-location|text/html)", _HTML, ""),
    (rb"\A(received|from|to|cc|date|subject|return-path|mime-version|message-id|delivered-to|x-[a-z-]+):\s", _EML, ""),
    (rb"excel\.sheet|schemas-microsoft-com:office:spreadsheet", _OTHER_WORKBOOK, "XML-Kalkulationstabelle 2003"),
    (rb"\A<.{0,3000}opendocument\.spreadsheet", _OTHER_WORKBOOK, "OpenDocument-Tabelle als einzelne XML-Datei (.fods)"),
    (rb"word\.document|office:word:|wordprocessingml|opendocument\.text", _WORD, "ein Textdokument im XML-Format"),
    (rb"\A<", _DATA, "eine XML-Datei"),
    (rb'\A[\[{]\s*["\[{\]}]', _DATA, "eine JSON-Datei"),
)
"""What the beginning of a text says, in lower case; the first that fits counts."""
_PATTERNS = tuple((re.compile(pattern, re.DOTALL), code, kind) for pattern, code, kind in _TEXTS)

_DOCUMENT_PARTS: Sequence[tuple[str, str, str]] = (
    ("xl/workbook.bin", _OTHER_WORKBOOK, "Excel-Binärarbeitsmappe (.xlsb)"),
    ("word/", _WORD, "ein Word-Dokument (.docx)"),
    ("ppt/", _SLIDES, ""),
    ("visio/", _OTHER, "eine Visio-Zeichnung"),
    ("index/document.iwa", _APPLE, ""),
    ("index.zip", _APPLE, ""),
    ("index/", _APPLE, ""),
    ("classes.dex", _OTHER, "ein Programm"),
)
"""Parts that tell other programs' documents."""
_OPEN_DOCUMENTS: Sequence[tuple[bytes, str, str]] = (
    (b"spreadsheet-template", _OTHER_WORKBOOK, "OpenDocument-Vorlage (.ots)"),
    (b"text", _WORD, "ein OpenDocument-Text (.odt)"),
    (b"presentation", _SLIDES, ""),
)
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods", ".xlsb")


def admit(data: bytes) -> Format:
    """Let a workbook of acceptable size pass.

    Args:
        data: the file's bytes.

    Returns:
        How it is to be read.

    Raises:
        RefusalError: it is empty, too large, encrypted, or another kind of file, which the finding names.
    """
    if not data:
        raise RefusalError("R-DAT-01")
    if len(data) > SIZE_MAX_MIB * _MIB:
        size = f"{len(data) / _MIB:.1f} MiB".replace(".", ",")
        raise RefusalError("R-DAT-02", given=size, expected=f"{SIZE_MAX_MIB} MiB")
    if data.startswith(OLE_SIGNATURE):
        return _admit_compound(data)
    if data.startswith(_EMPTY_ZIP):
        raise RefusalError(_ARCHIVE, given="keine Datei")
    if data.startswith(_ZIP):
        return _admit_container(data)
    raise _other_kind(data)


def _admit_compound(data: bytes) -> Format:
    """An OLE container is an .xls, an encrypted workbook, a mail or another old document: its streams tell."""
    names = {name.casefold() for name in root_names(data)}
    for stream, code, kind in _OLE_STREAMS[:2]:
        if stream in names:
            raise RefusalError(code, given=kind)
    if "workbook" in names:
        return Format.XLS
    for stream, code, kind in _OLE_STREAMS[2:]:
        if stream in names:
            raise RefusalError(code, given=kind)
    raise RefusalError(_OTHER, given="eine Datei in einem alten Office-Format")


def _admit_container(data: bytes) -> Format:
    """A ZIP container is a workbook, another document, or an archive: its parts tell."""
    entries = entry_list(data)
    names = [entry.filename.lower() for entry in entries]
    if "mimetype" in names:
        return _admit_open_document(data, names)
    if _TYPES_PART in names and "xl/workbook.xml" in names:
        return Format.XLSX
    for part, code, kind in _DOCUMENT_PARTS:
        if any(name == part or (part.endswith("/") and name.startswith(part)) for name in names):
            raise RefusalError(code, given=kind)
    if _TYPES_PART in names:
        raise RefusalError(_OTHER, given="ein Office-Dokument, das keine Arbeitsmappe ist")
    if is_locked(entries):
        raise RefusalError(_LOCKED_ARCHIVE)
    raise _archive([entry.filename for entry in entries if not entry.filename.endswith("/")])


def _admit_open_document(data: bytes, names: Sequence[str]) -> Format:
    kind = open_parts(data, only={"mimetype"}).contents["mimetype"].strip()
    if not kind.startswith(_OPEN_DOCUMENT):
        raise RefusalError(_OTHER, given="ein Dokument, das keine Tabelle ist")
    kind = kind.removeprefix(_OPEN_DOCUMENT)
    if kind == b"spreadsheet" and ("content.xml" in names or "encrypted-package" in names):
        return Format.ODS
    for beginning, code, given in _OPEN_DOCUMENTS:
        if kind.startswith(beginning):
            raise RefusalError(code, given=given)
    raise RefusalError(_OTHER, given="ein OpenDocument, das keine Tabelle ist")


def _archive(files: Sequence[str]) -> RefusalError:
    workbooks = [name.rpartition("/")[2] for name in files if name.lower().endswith(_WORKBOOKS)]
    if workbooks:
        named = ", ".join(f"„{name}“" for name in workbooks[:_LONGEST_LIST])
        return RefusalError(_ARCHIVED, given=named + (" …" if len(workbooks) > _LONGEST_LIST else ""))
    return RefusalError(_ARCHIVE, given="einer Datei" if len(files) == 1 else f"{len(files)} Dateien")


def _other_kind(data: bytes) -> RefusalError:
    """What is neither container: told by its first bytes, or by how its text begins."""
    for offset, signature, code, kind in (*((0, *told) for told in _SIGNATURES), *_AT_OFFSET):
        if data[offset : offset + len(signature)] == signature:
            return RefusalError(code, given=kind)
    text = _head_as_text(data)
    if text is None:
        is_wiped = not data.strip(b"\x00")
        unknown = RefusalError(_OTHER, given="eine Datei in einem unbekannten Format")
        return RefusalError(_DAMAGED, given="nur Nullbytes") if is_wiped else unknown
    for pattern, code, kind in _PATTERNS:
        if pattern.search(text):
            return RefusalError(code, given=kind)
    return RefusalError(_TEXT)


def _head_as_text(data: bytes) -> bytes | None:
    """The beginning in lower case, without byte order mark and blank space; None where it is no text."""
    head = data[:_HEAD]
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(encoding, errors="replace").encode().lstrip().lower()
    head = head.removeprefix(codecs.BOM_UTF8).lstrip()
    return None if b"\x00" in head else head.lower()
