"""The front door: what kind of file somebody sent, told by its first bytes and never by its name.

Only a ZIP container goes on from here. Everything else is named in German, with the way to a workbook that we read.
"""

import codecs
from collections.abc import Sequence

from flows.workbook.refusal import RefusalError

SIZE_MAX_MIB = 20
_MIB = 1024 * 1024
_HEAD = 4096
"""Bytes that tell text formats apart."""
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS: Sequence[tuple[str, str, str]] = (
    ("EncryptedPackage", "R-DAT-03", ""),
    ("__properties_version1.0", "R-DAT-05", ""),
    ("Workbook", "R-DAT-04", ""),
    ("Book", "R-DAT-04", ""),
    ("WordDocument", "R-DAT-06", "ein altes Word-Dokument (.doc)"),
    ("PowerPoint Document", "R-DAT-06", "eine alte PowerPoint-Präsentation (.ppt)"),
)
"""Streams of an OLE container, the telling ones first: stream, code, name of the kind."""
_SIGNATURES: Sequence[tuple[bytes, str]] = (
    (b"%PDF-", "ein PDF"),
    (b"\x89PNG", "ein Bild (PNG)"),
    (b"\xff\xd8\xff", "ein Bild (JPEG)"),
    (b"GIF8", "ein Bild (GIF)"),
    (b"II*\x00", "ein Bild (TIFF)"),
    (b"MM\x00*", "ein Bild (TIFF)"),
    (b"{\\rtf", "ein RTF-Dokument"),
    (b"7z\xbc\xaf\x27\x1c", "ein 7-Zip-Archiv"),
    (b"Rar!\x1a\x07", "ein RAR-Archiv"),
    (b"\x1f\x8b", "ein GZIP-Archiv"),
)
_MARKUP: Sequence[tuple[bytes, str]] = (
    (b"<!doctype html", "eine Internetseite (HTML)"),
    (b"<html", "eine Internetseite (HTML)"),
    (b"<table", "eine Internetseite (HTML)"),
    (b"mime-version:", "eine gespeicherte Internetseite oder E-Mail (MHTML)"),
    (b"<?mso-application", "eine XML-Kalkulationstabelle 2003"),
    (b"<?xml", "eine XML-Datei"),
)


def admit(data: bytes) -> None:
    """Let a ZIP container of acceptable size pass.

    Args:
        data: the file's bytes.

    Raises:
        RefusalError: it is empty, too large, encrypted, or another kind of file, which the finding names.
    """
    if not data:
        raise RefusalError("R-DAT-01")
    if len(data) > SIZE_MAX_MIB * _MIB:
        size = f"{len(data) / _MIB:.1f} MiB".replace(".", ",")
        raise RefusalError("R-DAT-02", given=size, expected=f"{SIZE_MAX_MIB} MiB")
    if data.startswith(_OLE):
        _refuse_ole(data)
    if data.startswith(_EMPTY_ZIP):
        raise RefusalError("R-DAT-09", given="keine Datei")
    if not data.startswith(_ZIP):
        raise RefusalError("R-DAT-06", given=_other_kind(data))


def _refuse_ole(data: bytes) -> None:
    """An OLE container is an encrypted workbook, an .xls, a mail or another old document: its streams tell."""
    for stream, code, kind in _OLE_STREAMS:
        if stream.encode("utf-16-le") in data:
            raise RefusalError(code, given=kind)
    raise RefusalError("R-DAT-06", given="eine Datei in einem alten Office-Format")


def _other_kind(data: bytes) -> str:
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    text = _head_as_text(data)
    if text is None:
        return "eine Datei in einem unbekannten Format"
    named = (kind for mark, kind in _MARKUP if mark in text.lower())
    return next(named, "eine Textdatei (CSV oder Text)")


def _head_as_text(data: bytes) -> bytes | None:
    """The beginning without byte order mark and blank space; None where it is no text."""
    head = data[:_HEAD]
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(encoding, errors="replace").encode().lstrip()
    head = head.removeprefix(codecs.BOM_UTF8).lstrip()
    return None if b"\x00" in head else head
