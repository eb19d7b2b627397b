"""From submissions to judgements: what is read, with what it is compared, and the verdict as an entry of the ledger."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

import polars as pl

from expectations.batch import Case, Context
from expectations.finding import Judgement
from expectations.peers import no_peers, peer_bounds
from expectations.period import FIRST_YEAR, ReportKind
from expectations.reading import Identity, Reading, no_cells
from expectations.rules import finding, rules_version
from flows import archive, assemble, earlier, peers
from flows.cells import cells_hash, read_once
from flows.ledger import Ledger, entries
from flows.records import Draft, Receipt, ReferenceData
from flows.resources import sql_files
from flows.settings import DataFolder, berlin_date
from flows.workbook import READER_VERSION, read_isolated


@dataclass(frozen=True)
class Judged:
    """A submission with what reading and judging said of it."""

    receipt: Receipt
    reading: Reading
    judgement: Judgement


def readings_of(folder: DataFolder, wanted: Sequence[tuple[int, str]]) -> list[Reading]:
    """The readings of archived files by submission and SHA-256, from the cache where they were read before.

    An erased file reads as one that cannot be read.
    """
    erased = {digest for _, digest in wanted if archive.is_erased(folder.archive, digest)}
    readings = iter(
        read_once(
            folder.cache / "cells",
            [(number, digest) for number, digest in wanted if digest not in erased],
            reader_version=READER_VERSION,
            load=partial(archive.read, folder.archive),
            read=read_isolated,
        )
    )
    nothing = Reading(None, no_cells(), (finding("R-DAT-51"),))
    return [nothing if digest in erased else next(readings) for _, digest in wanted]


def reading_of(folder: DataFolder, submission_id: int, digest: str) -> Reading:
    """The reading of one archived file."""
    return readings_of(folder, [(submission_id, digest)])[0]


@dataclass(frozen=True)
class _Sent:
    """What was submitted to a data folder so far, and what it says."""

    folder: DataFolder
    ledger: Ledger
    judged: Sequence[assemble.Taken]
    contents: Sequence[earlier.Content]


def cases_of(folder: DataFolder, ledger: Ledger, readings: Sequence[tuple[Receipt, Reading]]) -> list[Case]:
    """Submissions as the judge sees them: with what was said to their warnings, and what their body sent before."""
    said = earlier.explanations(ledger)
    own = [earlier.content_of(receipt, reading) for receipt, reading in readings]
    sent = _sent(folder, ledger, own)
    return [
        replace(_case(receipt.submission_id, content, reading, sent), explanations=said.get(receipt.submission_id, ()))
        for content, (receipt, reading) in zip(own, readings, strict=True)
    ]


def cases_of_files(
    folder: DataFolder | None, ledger: Ledger | None, files: Sequence[tuple[str, Reading]], now: datetime
) -> list[Case]:
    """Files that are only tried, by SHA-256 and numbered from 1 on, as if they came in now."""
    if folder is None or ledger is None:
        return [Case(number, reading, berlin_date(now)) for number, (_, reading) in enumerate(files, start=1)]
    sent = _sent(folder, ledger)
    return [
        _case(number, earlier.Content(None, digest, now, earlier.key_of(reading)), reading, sent)
        for number, (digest, reading) in enumerate(files, start=1)
    ]


def _sent(folder: DataFolder, ledger: Ledger, own: Sequence[earlier.Content] = ()) -> _Sent:
    judged = assemble.taken(entries(ledger, "receipt", "verdict"))
    return _Sent(folder, ledger, judged, [*map(earlier.judged_content, judged), *own])


def _case(number: int, content: earlier.Content, reading: Reading, sent: _Sent) -> Case:
    return Case(
        number,
        reading,
        berlin_date(content.received_at),
        same_as=earlier.same_as(content, sent.contents),
        sent_before=earlier.sent_before(sent.ledger, content, sent.judged, partial(reading_of, sent.folder)),
    )


def judging_context(
    folder: DataFolder | None,
    ledger: Ledger | None,
    registers: ReferenceData,
    business_at: datetime,
    *,
    years: Iterable[int] = (),
    is_recorded: bool = False,
) -> Context:
    """What rules may compare a report with; without a folder only what is packaged.

    Args:
        folder: the data folder.
        ledger: its ledger.
        registers: reference data in force.
        business_at: the business moment.
        years: years whose bounds of peers are needed, see `years_compared`.
        is_recorded: whether the verdicts will be; then what they rest on is frozen.
    """
    held = {name for name, version in registers.versions.items() if version}
    context = Context(
        business_on=berlin_date(business_at),
        reference=registers.frames,
        available=frozenset(held),
        checks=sql_files("checks"),
    )
    if folder is None or ledger is None:
        return context
    history = assemble.history(entries(ledger, *assemble.OF_SUBMISSIONS), partial(reading_of, folder))
    bounds = partial(_peers, ledger, history, registers, business_at, is_recorded=is_recorded)
    return replace(
        context,
        available=frozenset({*held, "history"}),
        history=history,
        earlier=earlier.reports(ledger, partial(reading_of, folder)),
        peers=pl.concat([no_peers(), *map(bounds, sorted(set(years)))]),
    )


def years_compared(readings: Iterable[Reading]) -> set[int]:
    """The years of reports that are compared with their peers: annual ones that have a year before."""
    return {year for reading in readings if (year := _year_compared(reading.identity)) is not None}


def _year_compared(identity: Identity | None) -> int | None:
    if identity is None or identity.kind is not ReportKind.YEAR or identity.year == FIRST_YEAR:
        return None
    return identity.year


def _peers(
    ledger: Ledger,
    history: Mapping[str, pl.DataFrame],
    registers: ReferenceData,
    business_at: datetime,
    year: int,
    *,
    is_recorded: bool,
) -> pl.DataFrame:
    """The bounds of peers for one year: as they were frozen, else as they are now and, for a verdict, frozen now."""
    frames = registers.frames
    compute = partial(peer_bounds, history, frames["municipalities"], frames["parameters"], year)
    if is_recorded:
        return peers.frozen_bounds(ledger, year, compute, business_at)[0]
    return peers.bounds_today(ledger, year, compute, business_at)


@dataclass(frozen=True)
class Versions:
    """What verdicts rest on.

    Attributes:
        rules: the version of the rules.
        registers: reference data in force.
        peers: year → SHA-256 of the frozen bounds of peers.
    """

    rules: str
    registers: ReferenceData
    peers: Mapping[int, str]


def versions_in_force(ledger: Ledger, registers: ReferenceData, checks: Mapping[str, str]) -> Versions:
    """What verdicts that are given now rest on."""
    bounds = {entry.body["year"]: entry.body["sha256"] for entry in entries(ledger, peers.PEERS)}
    return Versions(rules_version(checks), registers, bounds)


def verdict_draft(one: Judged, versions: Versions, basis: Mapping[str, object], at: datetime) -> Draft:
    """The entry of a verdict.

    Args:
        one: what was read and judged.
        versions: what the verdict rests on.
        basis: the act that it belongs to, such as `night`: that entry's number.
        at: the business moment.
    """
    identity, document = one.reading.identity, assemble.judgement_document(one.judgement)
    compared = _year_compared(identity)
    unknown = ("ags", "period", "report_kind", "year", "form_version")
    whose: dict[str, str | int | None] = dict.fromkeys(unknown)
    if identity is not None:
        whose = {
            "ags": identity.ags,
            "period": identity.period.code,
            "report_kind": identity.kind.value,
            "year": identity.year,
            "form_version": identity.form_version,
        }
    body = {
        "submission_id": one.receipt.submission_id,
        "verdict": one.judgement.verdict.value,
        **whose,
        "rules_version": versions.rules,
        "reference_version": versions.registers.fingerprint,
        "peers_sha256": versions.peers.get(compared) if compared else None,
        "reader_version": READER_VERSION,
        "cells_sha256": cells_hash(one.reading.cells),
        "judgement_sha256": document.sha256,
        **basis,
    }
    return Draft("verdict", body, at=at, documents=(document,))
