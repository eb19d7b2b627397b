"""The ledger proved: every entry sealed and linked to the one before, every head that somebody kept still in it."""

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Any

from flows import ledger as journal
from flows.ledger import GENESIS, Ledger
from flows.proof.findings import Deviation
from flows.records import Entry, is_sealed
from flows.settings import DataFolder

_HEAD = re.compile(r"[0-9a-f]{12,64}")
_NAMED = 12
"""So many characters of a hash are shown to people."""
_HOLDS_DOCUMENT = {"verdict": "judgement_sha256", "peers": "sha256"}
"""Kind of an entry → the part of its body that names a document."""
_REASONED = ("approval", "return", "voiding", "extension", "waiver", "recognition")
_HAS_TEXT = {"receipt": "file_name", "duplicate": "file_name", **dict.fromkeys(_REASONED, "why")}
"""Kind of an entry → the text that nothing but an erasure takes from it."""
_TEXTS_DE = {"file_name": "Dateiname", "why": "Begründung"}


def ledger_to_read(folder: DataFolder) -> Ledger:
    """The ledger of a data folder, opened so that nothing can be written into it.

    Raises:
        LedgerError: it is not there, or cannot be read.
    """
    file = folder.ledger_file
    if not file.is_file() or not file.stat().st_size:
        raise journal.LedgerError(f"The ledger {file} is missing: restore a backup.")
    ledger = journal.open_ledger(f"sqlite:///file:{_escaped(str(file))}?mode=ro&uri=true")
    return Ledger(ledger.engine, str(file))


def _escaped(path: str) -> str:
    """A path as a part of two URLs, one within the other."""
    for sign, code in (("%", "%25"), ("?", "%3f"), ("#", "%23")):
        path = path.replace(sign, code)
    return path


# --- the chain -------------------------------------------------------------------------------------------------------


def chain_deviations(rows: Sequence[Any]) -> Iterator[Deviation]:
    """What is wrong with the ledger's rows: each that is altered, missing, or does not follow from the one before."""
    expected, previous = 1, GENESIS
    if not rows:
        yield Deviation("ledger", "missing", "1", "Das Journal hat keinen einzigen Eintrag.")
    for row in rows:
        if row.seq > expected:
            yield _missing(expected, row.seq - 1)
        elif row.previous_hash != previous:
            yield _of_entry("exchanged", row.seq, "schließt nicht an den vorigen an: davor wurde etwas ausgetauscht")
        if not is_sealed(row):
            yield _of_entry("altered", row.seq, f"({row.kind}) wurde verändert: seine Prüfsumme stimmt nicht mehr")
        expected, previous = row.seq + 1, row.hash


def _missing(first: int, last: int) -> Deviation:
    if first == last:
        return _of_entry("missing", first, "fehlt")
    message = f"Die Einträge {first} bis {last} des Journals fehlen."
    return Deviation("ledger", "missing", f"{first}-{last}", message)


def _of_entry(kind: Any, seq: int, what: str) -> Deviation:
    return Deviation("ledger", kind, str(seq), f"Eintrag {seq} des Journals {what}.")


def readable(rows: Iterable[Any]) -> list[Entry]:
    """The entries that can still be read, altered ones among them: so that the other parts can be looked at."""
    found = []
    for row in rows:
        with suppress(ValueError, TypeError, AttributeError, RecursionError):
            found.append(journal.entry_of(row))
    return [entry for entry in found if isinstance(entry.body, Mapping)]


def head_deviations(rows: Sequence[Any], kept: str) -> Iterator[Deviation]:
    """Whether a head that somebody kept is in the ledger.

    Args:
        rows: the ledger's rows.
        kept: an entry's hash, at least its first twelve characters.
    """
    if not _HEAD.fullmatch(_as_head(kept)):
        said = "Er besteht aus mindestens 12 der 64 Zeichen einer Prüfsumme (0 bis 9, a bis f), vom ersten an"
        yield Deviation("heads", "unknown", kept, f"„{kept[:80]}“ ist kein Stand eines Journals. {said}.")
    elif row_of_head(rows, kept) is None:
        said = "Das Journal wurde abgeschnitten oder neu geschrieben, oder der Stand gehört zu einem anderen Journal"
        message = f"Der Stand {_as_head(kept)[:_NAMED]}… kommt im Journal nicht vor. {said}."
        yield Deviation("heads", "unknown", kept, message)


def row_of_head(rows: Sequence[Any], kept: str) -> Any | None:
    """The row of the ledger that a kept head names; None if there is none."""
    return next((row for row in rows if str(row.hash).startswith(_as_head(kept))), None)


def _as_head(kept: str) -> str:
    return kept.strip().rstrip("…").lower()


def copy_deviations(rows: Sequence[Any], where: str, copy: Iterable[tuple[int, str]]) -> Iterator[Deviation]:
    """Whether a copy of the ledger says the same; the first difference is named.

    Args:
        rows: the ledger's rows.
        where: who holds the copy, as people know it.
        copy: numbers of entries and their hashes.
    """
    hashes = {row.seq: row.hash for row in rows}
    for seq, digest in copy:
        if hashes.get(seq) != digest:
            what = "fehlt im Journal" if seq not in hashes else "lautet im Journal anders"
            yield Deviation("heads", "unknown", where, f"Eintrag {seq}, wie {where} ihn festhält, {what}.")
            return


# --- beside the chain ------------------------------------------------------------------------------------------------


def document_deviations(
    documents: Iterable[Any], entries: Sequence[Entry], erased: frozenset[int]
) -> Iterator[Deviation]:
    """Whether every document that an entry names is there and unaltered, and no other.

    Args:
        documents: the rows of the ledger's documents.
        entries: all entries.
        erased: submissions that were erased; their documents may be gone, and those of later ones that repeated them.
    """
    owners = _owners(entries)
    found = set()
    for row in documents:
        found.add(row.sha256)
        if row.sha256 not in owners:
            yield _of_document("added", row.sha256, "kennt kein Eintrag des Journals")
        elif _unpacked_hash(row.content) != row.sha256:
            yield _of_document("altered", row.sha256, f"({_named(owners[row.sha256])}) wurde verändert")
    forgotten = {(_submission(entry), digest) for entry in entries for digest in entry.body.get("forgotten", ())}
    for digest, named_by in owners.items():
        gone = {_submission(entry) for entry in named_by if (_submission(entry), digest) in forgotten} | erased
        if digest not in found and any(_submission(entry) not in gone for entry in named_by):
            yield _of_document("missing", digest, f"({_named(named_by)}) fehlt, ohne dass eine Löschung es erklärt")


def _owners(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    owners: dict[str, list[Entry]] = {}
    for entry in entries:
        digest = entry.body.get(_HOLDS_DOCUMENT.get(entry.kind, ""))
        if digest:
            owners.setdefault(str(digest), []).append(entry)
    return owners


def _submission(entry: Entry) -> int | None:
    number = entry.body.get("submission_id")
    return number if isinstance(number, int) else None


def _named(entries: Sequence[Entry]) -> str:
    entry = entries[0]
    whose = f", Einreichung {entry.body['submission_id']}" if "submission_id" in entry.body else ""
    return f"Eintrag {entry.seq}{whose}"


def _unpacked_hash(content: bytes) -> str:
    try:
        return sha256(zlib.decompress(content)).hexdigest()
    except (zlib.error, TypeError):
        return ""


def _of_document(kind: Any, digest: str, what: str) -> Deviation:
    return Deviation("documents", kind, digest, f"Die Unterlage {digest[:_NAMED]}… {what}.")


def text_deviations(texts: Iterable[Any], entries: Sequence[Entry], erased: frozenset[int]) -> Iterator[Deviation]:
    """Whether the rows of the ledger's texts belong to entries, and those are there that no erasure took."""
    known = {entry.seq for entry in entries}
    there = {(row.seq, row.name) for row in texts}
    for seq, name in sorted(there):
        if seq not in known:
            yield Deviation("documents", "added", str(seq), f"Der Text „{name}“ gehört zu keinem Eintrag ({seq}).")
    for entry in entries:
        owner = entry.body.get("of", entry.body.get("submission_id", entry.seq))
        name = _HAS_TEXT.get(entry.kind)
        if name is not None and owner not in erased and (entry.seq, name) not in there:
            what = f"{_TEXTS_DE[name]} zu Eintrag {entry.seq}"
            message = f"{what} des Journals fehlt, ohne dass eine Löschung es erklärt."
            yield Deviation("documents", "missing", str(entry.seq), message)
