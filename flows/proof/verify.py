"""`wir verify`: ledger, archive, database and releases, each compared with what the ledger says. Nothing is written."""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from flows import ledger as journal
from flows.ledger import Ledger, LedgerError
from flows.proof.chain import (
    chain_deviations,
    copy_deviations,
    document_deviations,
    head_deviations,
    ledger_to_read,
    readable,
    row_of_head,
    text_deviations,
)
from flows.proof.comparison import ledger_copy
from flows.proof.findings import DERIVED_DE, TEXTS_DE, Deviation, Erased, Proof
from flows.proof.originals import archive_deviations, erasures, files_in, originals
from flows.proof.published import published_deviations
from flows.proof.rebuild import rebuilt
from flows.proof.releases import release_databases, release_deviations
from flows.records import Entry
from flows.settings import DataFolder

_AGAIN = 2
"""So often it is tried again while others write to the ledger."""


@dataclass
class _Notes:
    """What is found on the way, part by part."""

    deviations: list[Deviation] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    checked: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    began: float = field(default_factory=time.perf_counter)

    def add(self, part: str, found: Iterable[Deviation], **checked: int) -> None:
        """Take down one part's deviations and what was looked at, and how long it took."""
        self.deviations += found
        self.checked |= checked
        self.seconds[part] = time.perf_counter() - self.began
        self.began = time.perf_counter()


def verify(folder: DataFolder, *, head: str | None = None, rebuilds: bool = True) -> Proof:
    """Prove a data folder.

    Args:
        folder: the data folder.
        head: a hash of the ledger that somebody kept elsewhere; None if nobody did.
        rebuilds: whether the database is built once more, which takes the most time.

    Returns:
        What was proved; what differs is a value in it, never an exception.
    """
    proof = _proved(folder, head, rebuilds=rebuilds)
    for _ in range(_AGAIN):
        if proof.same or not _has_moved_on(folder, proof):
            break
        proof = _proved(folder, head, rebuilds=rebuilds)  # a night or an arrival meanwhile is no deviation
    return proof


def _has_moved_on(folder: DataFolder, proof: Proof) -> bool:
    with suppress(LedgerError):
        last = journal.head(ledger_to_read(folder))
        return last is not None and proof.head is not None and last.seq > proof.head.seq
    return False


def _proved(folder: DataFolder, head: str | None, *, rebuilds: bool) -> Proof:
    files = files_in(folder.archive)  # before the ledger, which then knows them all
    try:
        ledger = ledger_to_read(folder)
        rows, documents, texts = journal.rows(ledger, "entries", "documents", "texts")
    except LedgerError as error:
        lost = Deviation("ledger", "unreadable", "ledger.sqlite", _lost_de(folder, error))
        return Proof(None, is_demo=False, checked={}, deviations=(lost,), erased=(), notes=())
    entries, notes, erased = readable(rows), _Notes(), list[Erased]()
    notes.add("ledger", chain_deviations(rows), entries=len(rows))
    rebuilds = rebuilds and not notes.deviations  # an altered ledger proves nothing about a database
    _prove_heads(notes, folder, rows, head)
    with _as_far_as_possible(notes):
        erased += erasures(entries, {row.seq: row.text for row in texts if row.name == "why"})
        _prove_originals(notes, folder, ledger, entries, files)
        _prove_beside(notes, documents, texts, entries, erased)
        notes.add("releases", release_deviations(folder, entries), releases=len(release_databases(folder)))
        _prove_database(notes, folder, ledger, entries, rebuilds=rebuilds)
    return Proof(
        head=entries[-1] if entries else None,
        is_demo=bool(entries and entries[0].body.get("demo")),
        checked=notes.checked,
        deviations=tuple(notes.deviations),
        erased=tuple(erased),
        notes=tuple(notes.notes),
        seconds=notes.seconds,
    )


def _lost_de(folder: DataFolder, error: LedgerError) -> str:
    """Why nothing can be proved, and what helps."""
    if not folder.ledger_file.is_file():
        return (
            f"In {folder.root} liegt kein Journal (ledger.sqlite). Ist WIR_DATA der richtige Datenordner? "
            "Ging das Journal verloren, holt eine Sicherung es zurück (wir restore)."
        )
    cause: BaseException = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    said = f" ({str(cause).splitlines()[0]})" if cause is not error else ""
    return f"Das Journal ledger.sqlite ist nicht lesbar{said}. Bitte holen Sie eine Sicherung zurück (wir restore)."


@contextmanager
def _as_far_as_possible(notes: _Notes) -> Iterator[None]:
    """Go on as far as an altered ledger can be read; in a sound one, what cannot be read is a fault of ours."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError):
        if not notes.deviations:
            raise
        notes.notes.append("Weiter lässt sich nicht prüfen: Was im Journal steht, ist in sich nicht stimmig.")


def _prove_heads(notes: _Notes, folder: DataFolder, rows: Sequence[Any], head: str | None) -> None:
    """Heads that somebody kept: the one that is given, and those in databases that were handed out."""
    found = [] if head is None else list(head_deviations(rows, head))
    kept = None if head is None or found else row_of_head(rows, head)
    if kept is not None:
        notes.notes.append(f"Der genannte Stand ist Eintrag {kept.seq} des Journals.")
    copies = {"published/wir.duckdb": folder.database, **release_databases(folder)}
    there = {where: file for where, file in copies.items() if file.is_file()}
    for where, file in there.items():
        with suppress(duckdb.Error):  # a file that cannot be read is told by its own part
            found += copy_deviations(rows, where, ledger_copy(file))
    notes.add("heads", found, heads=len(there) + (head is not None))


def _prove_originals(
    notes: _Notes, folder: DataFolder, ledger: Ledger, entries: Sequence[Entry], files: dict[str, Path]
) -> None:
    found = list(archive_deviations(folder.archive, files, originals(entries)))
    if any(one.kind == "added" for one in found):  # what is archived is recorded a moment later
        (later,) = journal.rows(ledger, "entries")
        found = list(archive_deviations(folder.archive, files, originals(readable(later))))
    notes.add("archive", found, files=len(originals(entries).owners) - len(originals(entries).gone))


def _prove_beside(
    notes: _Notes, documents: Sequence[Any], texts: Sequence[Any], entries: Sequence[Entry], erased: Sequence[Erased]
) -> None:
    gone = frozenset(one.submission_id for one in erased)
    found = [*document_deviations(documents, entries, gone), *text_deviations(texts, entries, gone)]
    notes.add("documents", found, documents=len(documents))
    notes.notes += (TEXTS_DE, DERIVED_DE)


def _prove_database(
    notes: _Notes, folder: DataFolder, ledger: Ledger, entries: Sequence[Entry], *, rebuilds: bool
) -> None:
    found = list(published_deviations(folder, entries))
    if not folder.database.is_file():
        notes.notes.append("Es gibt noch keine Datenbank, die nachgebaut werden könnte.")
    elif not rebuilds:
        notes.notes.append("Die Datenbank wurde nicht nachgebaut; ihre Bytes sind mit dem Journal verglichen.")
    else:
        again = rebuilt(folder, ledger, entries)
        notes.notes += again.notes
        notes.checked |= {"tables": again.tables, "definitions": again.definitions}
        found += again.deviations
    notes.add("warehouse", found)
