"""`wir evidence`: a random sample that anybody can draw again, with everything that it rests on, in one package.

The same database, seed and sample give the same bytes. That originals were handed out is an entry of the ledger.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from expectations.errors import StatedError
from flows import ledger as journal
from flows.decisions import decided
from flows.house import clock, is_demo, open_house
from flows.ledger import Ledger, append, require_chain
from flows.proof.comparison import ledger_copy
from flows.proof.dossier import (
    Traced,
    as_json,
    item_members,
    journal_members,
    register_members,
    submission_members,
    traced,
)
from flows.proof.draw import Sample, draw_by_amount, draw_by_count
from flows.proof.guide import guide
from flows.proof.population import BY_AMOUNT, BY_COUNT, Population, population_of
from flows.proof.sealed_zip import Member, writing_sealed
from flows.records import Entry
from flows.releasing.places import DATABASE, RELEASE, REWRITTEN, is_as_recorded, recorded
from flows.settings import DataFolder
from flows.warehouse import open_for_reading

EVIDENCE = "evidence"
"""Kind of the ledger's entries that record that originals were handed out."""
_SEED = re.compile(r"[0-9A-Za-z][0-9A-Za-z .:/_-]{0,99}")
_DEMO_DE = "DEMONSTRATIONSDATEN: Alle Berichte, Bescheide und Zahlen sind erfunden.\n\n"
_ABOUT_THE_BUILD = ("opened", "night", "published", RELEASE, REWRITTEN)


class EvidenceError(StatedError):
    """Nothing can be drawn; the message says why and what to do, in German."""

    exit_code = 64


@dataclass(frozen=True)
class Request:
    """What is to be drawn.

    Attributes:
        size: how many items, or by amount how many hits.
        seed: the auditor's own, given after what is drawn from was frozen.
        population: name of a SELECT in `sql/populations`; `""` takes figures, or by amount state funds.
        period: only items of that period; `""` for all.
        release: drawn from that release; `""` from the published database.
        by: the user who asks.
    """

    size: int
    seed: str
    by: str
    by_amount: bool = False
    population: str = ""
    period: str = ""
    release: str = ""


@dataclass(frozen=True)
class Evidence:
    """A package: its SHA-256, what was drawn from what, the ledger's entry, the submissions, and which are erased."""

    sha256: str
    population: Population
    sample: Sample
    entry: Entry
    submissions: tuple[int, ...]
    erased: tuple[int, ...]
    is_demo: bool


@dataclass(frozen=True)
class _Frozen:
    """The database that is drawn from, and the entries of the ledger that it holds."""

    file: Path
    name: str
    sha256: str
    entries: Sequence[Entry]


@dataclass(frozen=True)
class _Draw:
    """A draw: what was asked for, what was drawn from what, and what it rests on."""

    request: Request
    frozen: _Frozen
    population: Population
    sample: Sample
    chosen: tuple[Traced, ...]

    @property
    def submissions(self) -> tuple[int, ...]:
        """The submissions behind the sample, in order."""
        return tuple(sorted({number for one in self.chosen for number in one.submissions}))


def population_in(folder: DataFolder, request: Request) -> Population:
    """The population that a request names, without drawing: what an auditor may note before naming a seed.

    Raises:
        EvidenceError: there is no sound database to draw from.
        PopulationError: there is no such population.
    """
    frozen = _frozen(folder, open_house(folder), request.release)
    with closing(open_for_reading(frozen.file)) as connection:
        return population_of(connection, _population_name(request), request.period)


def draw_evidence(folder: DataFolder, request: Request, target: Path) -> Evidence:
    """Draw a sample, write the package, and record that it was handed out.

    The entry is written before the package comes into its place: nobody has originals that the ledger does not tell of.

    Raises:
        EvidenceError: the request cannot be met.
        PopulationError: there is no such population.
        StatedError: ledger or archive were altered, or the package cannot be written.
    """
    if request.size < 1 or not _SEED.fullmatch(request.seed):
        raise EvidenceError(
            "Bitte nennen Sie einen Umfang ab 1 und einen Startwert aus bis zu 100 Buchstaben ohne Umlaute, Ziffern, "
            "Punkten und Strichen."
        )
    if target.resolve().is_relative_to(folder.root.resolve()):
        raise EvidenceError(f"{target} liegt im Datenordner selbst. Bitte nennen Sie einen anderen Ort.")
    ledger = open_house(folder)
    require_chain(ledger)
    frozen = _frozen(folder, ledger, request.release)
    with closing(open_for_reading(frozen.file)) as connection:
        draw = _draw(connection, frozen, request)
        members = list(_members(folder, ledger, connection, draw))
    with writing_sealed(target, members) as digest:
        entry = append(ledger, EVIDENCE, {**_body(draw), "sha256": digest}, at=clock(ledger))
    erased = decided(journal.entries(ledger)).erased
    gone = tuple(number for number in draw.submissions if number in erased)
    return Evidence(digest, draw.population, draw.sample, entry, draw.submissions, gone, is_demo(ledger))


def _draw(connection: duckdb.DuckDBPyConnection, frozen: _Frozen, request: Request) -> _Draw:
    population = population_of(connection, _population_name(request), request.period)
    sample = _drawn(population, request)
    chosen = tuple(traced(connection, drawn, population.items[drawn.item]) for drawn in sample.drawn)
    return _Draw(request, frozen, population, sample, chosen)


def _population_name(request: Request) -> str:
    return request.population or (BY_AMOUNT if request.by_amount else BY_COUNT)


def _drawn(population: Population, request: Request) -> Sample:
    if not request.by_amount:
        return draw_by_count(list(population.items), request.seed, request.size)
    if not population.has_amounts:
        raise EvidenceError(
            f"Die Grundgesamtheit „{population.name}“ hat keine Beträge, aus denen gezogen werden kann."
        )
    amounts = {item: one.cents for item, one in population.items.items()}
    return draw_by_amount(amounts, request.seed, request.size, population.sha256)


def _body(draw: _Draw) -> dict[str, Any]:
    request, population = draw.request, draw.population
    return {
        "seed": request.seed,
        "sample": request.size,
        "method": _method(request),
        "population": population.name,
        "period": population.period,
        "population_sha256": population.sha256,
        "database_sha256": draw.frozen.sha256,
        "figures": len(draw.sample.drawn),
        "submissions": list(draw.submissions),
        "by": request.by,
    }


def _method(request: Request) -> str:
    return "amount" if request.by_amount else "count"


# --- what is drawn from ----------------------------------------------------------------------------------------------


def _frozen(folder: DataFolder, ledger: Ledger, release: str) -> _Frozen:
    """The database that is drawn from, as the ledger knows its bytes.

    Raises:
        EvidenceError: there is none, or it was altered.
    """
    entries = journal.entries(ledger)
    file, name, expected = _recorded(folder, entries, release)
    if not file.exists():
        raise EvidenceError(f"{name} gibt es nicht (mehr). Bitte führen Sie wir verify aus.")
    if not is_as_recorded(file, expected):
        raise EvidenceError(f"{name} ist nicht, was das Journal nennt. Bitte führen Sie wir verify aus.")
    until = ledger_copy(file)[-1][0]
    return _Frozen(file, name, expected, [entry for entry in entries if entry.seq <= until])


def _recorded(folder: DataFolder, entries: Sequence[Entry], release: str) -> tuple[Path, str, str]:
    """A database's place, what people call it, and its SHA-256 in the ledger."""
    if not release:
        acts = [entry for entry in entries if entry.kind == "published"]
        if not acts:
            raise EvidenceError("Es gibt noch keine Datenbank. Bitte führen Sie zuerst wir nightly aus.")
        return folder.database.resolve(), "Datenbank published/wir.duckdb", acts[-1].body["sha256"]
    known = {one.name: one for one in recorded(folder, [e for e in entries if e.kind in (RELEASE, REWRITTEN)])}
    if release not in known:
        raise EvidenceError(f"Eine Veröffentlichung „{release}“ gibt es nicht.")
    one = known[release]
    return one.folder / DATABASE, f"Veröffentlichung {release}", one.database_sha256


# --- what is packed --------------------------------------------------------------------------------------------------


def _members(
    folder: DataFolder, ledger: Ledger, connection: duckdb.DuckDBPyConnection, draw: _Draw
) -> Iterator[Member]:
    entries = draw.frozen.entries
    yield Member("LIESMICH.txt", _guide(draw, is_demo=is_demo(ledger)).encode())
    yield from _draw_members(draw)
    for number, one in enumerate(draw.chosen, start=1):
        yield from item_members(number, one)
    yield from _submissions(folder, ledger, connection, draw.submissions)
    registers = _imports(entries, {name for one in draw.chosen for name in one.registers})
    yield from register_members(folder, registers)
    yield from journal_members(entries, _concerned(entries, set(draw.submissions), registers))


def _guide(draw: _Draw, *, is_demo: bool) -> str:
    head = draw.frozen.entries[-1]
    facts = {
        "mark": _DEMO_DE if is_demo else "",
        "database": draw.frozen.name,
        "database_sha256": draw.frozen.sha256,
        "head_seq": str(head.seq),
        "head_hash": head.hash,
        "seed": draw.request.seed,
    }
    return guide(facts, draw.population, draw.sample, by_amount=draw.request.by_amount)


def _draw_members(draw: _Draw) -> Iterator[Member]:
    request, population, sample, head = draw.request, draw.population, draw.sample, draw.frozen.entries[-1]
    said = {
        "population": population.name,
        "period": population.period,
        "population_sha256": population.sha256,
        "items": len(population.items),
        "items_not_drawable": sum(one.cents <= 0 for one in population.items.values()) if request.by_amount else 0,
        "method": _method(request),
        "sample": request.size,
        "seed": request.seed,
        "is_complete": sample.is_complete,
        "total_cents": sample.total_cents,
        "interval_cents": f"{sample.total_cents}/{sample.size}",
        "start": sample.start,
        "drawn": [{"item": one.item, "rank": one.rank, "hits": one.hits} for one in sample.drawn],
        "database_sha256": draw.frozen.sha256,
        "head": {"seq": head.seq, "hash": head.hash},
    }
    yield Member("ziehung/ziehung.json", as_json(said))
    yield Member("ziehung/startwert.txt", request.seed.encode())
    yield Member("ziehung/grundgesamtheit.tsv", population.text.encode())
    yield Member("ziehung/grundgesamtheit.sql", population.select.encode())
    yield Member("ziehung/auswahl.txt", "".join(f"{one.item}\n" for one in sample.drawn).encode())


def _submissions(
    folder: DataFolder, ledger: Ledger, connection: duckdb.DuckDBPyConnection, numbers: Sequence[int]
) -> Iterator[Member]:
    receipts = {entry.seq: entry for entry in journal.entries(ledger, "receipt")}
    erased, names = decided(journal.entries(ledger)).erased, journal.texts(ledger, "file_name")
    for number in numbers:
        name, gone = names.get(number, ""), erased.get(number)
        yield from submission_members(folder, connection, receipts[number], name, gone)


def _imports(entries: Sequence[Entry], datasets: set[str]) -> list[Entry]:
    """The entries with which the state of these data sets was taken in."""
    latest = {entry.body["dataset"]: entry for entry in entries if entry.kind == "reference"}
    return [latest[name] for name in sorted(datasets & latest.keys())]


def _concerned(entries: Sequence[Entry], numbers: set[int], registers: Sequence[Entry]) -> list[Entry]:
    """The entries that a sample concerns: about its submissions and registers, and of the build."""
    own = {entry.seq for entry in registers}
    return [
        entry
        for entry in entries
        if entry.seq in own
        or entry.kind in _ABOUT_THE_BUILD
        or (entry.kind == "receipt" and entry.seq in numbers)
        or {entry.body.get("submission_id"), entry.body.get("of")} & numbers
    ]
