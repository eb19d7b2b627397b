"""The published database proved: built once more, it has the same contents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import duckdb

from expectations.errors import StatedError
from expectations.reading import Reading
from flows import archive, line, reference, retention, warehouse
from flows import ledger as journal
from flows.assemble import taken
from flows.decisions import decided
from flows.ledger import Ledger
from flows.proof.comparison import Comparison, Difference, built_by, compared, inputs_compared, ledger_copy
from flows.proof.findings import Deviation
from flows.proof.published import of_database
from flows.proof.room import working_room
from flows.records import Entry
from flows.resources import program_fingerprint
from flows.settings import DataFolder
from flows.workbook import read_isolated

_OTHER_PROGRAM_DE = (
    "Die Datenbank wurde mit einer anderen Fassung des Programms gebaut; die nächste Nacht baut sie neu. "
    "Das ist keine Veränderung von außen: Ihre Bytes nennt das Journal."
)
_COMPUTED_OTHERWISE_DE = (
    "Eingänge, Zellen und Journal sind auch beim Neubau dieselben; was daraus gerechnet oder erläutert ist, weicht "
    "{count}-mal ab ({names})."
)
_ERASED_SINCE_DE = (
    "Seit dem Bau der Datenbank wurden Einreichungen gelöscht ({numbers}): So lässt sie sich nicht mehr nachbauen, und "
    "die nächste Nacht (wir nightly) baut sie neu. Ihre Bytes nennt das Journal."
)
_ABOUT = "audit.about"
"""Names the program that built the database, and so differs with it."""
_NAMED = 5
_AT_ONCE = 32
"""So many files are held in memory while they are read; each may have 20 MiB."""
_KINDS_DE = {"added": "ist hinzugefügt", "missing": "fehlt", "altered": "hat einen anderen Inhalt"}


@dataclass(frozen=True)
class Built:
    """What is known of a published database.

    Attributes:
        file: the file behind the link.
        entry: the ledger's entry of its publication; None where no entry knows its bytes.
        until: the last entry of the ledger that it holds.
    """

    file: Path
    entry: Entry | None
    until: int


@dataclass(frozen=True)
class Rebuilt:
    """What building once more showed."""

    deviations: tuple[Deviation, ...]
    notes: tuple[str, ...]
    tables: int = 0
    definitions: int = 0


def rebuilt(folder: DataFolder, ledger: Ledger, entries: Sequence[Entry]) -> Rebuilt:
    """Build the published database once more from archive and ledger, in an empty folder, and compare the contents.

    Files are read again; nothing that was derived before is used. A database that another version of the program built
    may be computed otherwise; then its inputs must still be the same, and so must those of the others where
    submissions were erased since.
    """
    file = folder.database.resolve()
    try:
        until = ledger_copy(file)[-1][0]
    except (duckdb.Error, IndexError) as error:
        return Rebuilt((of_database("unreadable", f"Die Datenbank ist nicht lesbar: {_first_line(error)}"),), ())
    night = _night_of(entries, until)
    if night is None:
        return Rebuilt((of_database("unknown", "Zu der Datenbank kennt das Journal keine Nacht."),), ())
    erased = [e.body["submission_id"] for e in entries if e.kind == retention.ERASED and e.seq > until]
    if erased:
        return Rebuilt((), (_ERASED_SINCE_DE.format(numbers=", ".join(map(str, erased))),))
    try:
        with working_room(folder) as room:
            return _compared(file, _build(folder, ledger, night, until, room / "wir.duckdb"))
    except StatedError as error:
        return Rebuilt((of_database("unknown", f"Der Neubau ist nicht möglich: {error}"),), ())


def _night_of(entries: Sequence[Entry], until: int) -> Entry | None:
    """The night that built what holds the ledger up to an entry."""
    nights = [entry for entry in entries if entry.kind == "night" and entry.seq <= until]
    return nights[-1] if nights else None


def _build(folder: DataFolder, ledger: Ledger, night: Entry, until: int, target: Path) -> Path:
    readings = _read_again(folder, [entry for entry in journal.entries(ledger) if entry.seq <= until])
    inputs = line.warehouse_inputs_at(
        ledger,
        reference.in_force(folder, ledger, until_seq=night.seq),
        datetime.fromisoformat(night.body["business_at"]),
        read=lambda number, _digest: readings[number],
        archived=partial(archive.read, folder.archive),
        until=until,
    )
    return warehouse.build(inputs, target)


def _read_again(folder: DataFolder, entries: Sequence[Entry]) -> dict[int, Reading]:
    """The readings of all submissions that were judged and not erased, from their files in the archive."""
    erased = decided(entries).erased
    receipts = [one.receipt for one in taken(entries) if one.verdict is not None]
    wanted = [(receipt.submission_id, receipt.sha256) for receipt in receipts if receipt.submission_id not in erased]
    readings: dict[int, Reading] = {}
    for begin in range(0, len(wanted), _AT_ONCE):
        some = [(number, archive.read(folder.archive, digest)) for number, digest in wanted[begin : begin + _AT_ONCE]]
        readings |= zip((number for number, _ in some), read_isolated(some), strict=True)
    return readings


def _compared(file: Path, again: Path) -> Rebuilt:
    is_ours = built_by(file) == program_fingerprint()
    everything = compared(file, again, names_rows=is_ours)
    if is_ours:
        return _rebuilt(everything)
    names = [one.name for one in everything.differences if one.name != _ABOUT]
    if not names:
        return Rebuilt((), (_OTHER_PROGRAM_DE,), everything.tables, everything.definitions)
    some = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
    notes = (_OTHER_PROGRAM_DE, _COMPUTED_OTHERWISE_DE.format(count=len(names), names=some))
    return _rebuilt(inputs_compared(file, again), *notes)


def _rebuilt(found: Comparison, *notes: str) -> Rebuilt:
    return Rebuilt(tuple(map(_of_table, found.differences)), notes, found.tables, found.definitions)


def _of_table(one: Difference) -> Deviation:
    row = f", zuerst in der Zeile {one.row}" if one.row else ""
    message = f"{one.name} {_KINDS_DE[one.kind]} als beim Neubau aus Archiv und Journal{row}."
    if one.kind != "altered":
        message = f"{one.name} {_KINDS_DE[one.kind]}, verglichen mit dem Neubau aus Archiv und Journal."
    return Deviation("warehouse", "differs", one.name, message)


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0]
