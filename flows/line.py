"""The straight line: inbox → archive → cells → findings → verdict → warehouse → publication.

Plain functions, called alike by the night, the command line and the demo. What a step needs from an earlier one is
handed on as a value; what must outlive the process stands in the archive and the ledger.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

import polars as pl

from expectations.finding import Judgement, Severity
from expectations.privacy import shielded
from expectations.reading import Reading
from flows import archive, assemble, intake, past, reference, retention, warehouse
from flows.decisions import ON_DUTIES
from flows.feedback import told_verdict
from flows.house import clock, is_demo, night_lock, open_house
from flows.judging import (
    Judged,
    cases_of,
    judging_context,
    reading_of,
    readings_of,
    verdict_draft,
    versions_in_force,
    years_compared,
)
from flows.ledger import Ledger, append, append_all, entries, require_chain, texts
from flows.ledger import documents as ledger_documents
from flows.obligations import obligations
from flows.records import Collected, NightReport, NightRow, Receipt, ReferenceData
from flows.resources import sql_files
from flows.settings import DataFolder, berlin_date, utc_text
from flows.telling import Telling, feedback_folder, tell, teller_of, telling_of, told_entry
from flows.workbook import identify


@dataclass(frozen=True)
class Night:
    """One night on one data folder.

    Attributes:
        business_at: the moment that counts as now, recorded in the ledger before anything else.
        seq: the ledger entry that records it.
        reference: reference data in force at that moment.
        seconds: how long each step took, filled in as they end.
    """

    folder: DataFolder
    ledger: Ledger
    business_at: datetime
    seq: int
    reference: ReferenceData
    seconds: dict[str, float] = field(default_factory=dict)


# --- the night's steps -----------------------------------------------------------------------------------------------


def run_night(folder: DataFolder, *, business_at: datetime | None = None) -> NightReport:
    """One night in plain order, without Prefect."""
    with night_lock(folder):
        night = begin(folder, business_at=business_at)
        collected = collect(night)
        record(night, read_and_judge(night))
        publish(night, build(night))
        return report(night, collected)


def begin(folder: DataFolder, *, business_at: datetime | None = None) -> Night:
    """Open the folder and record the night's business time; nothing later asks a clock. What has expired goes first.

    Raises:
        LedgerError: the ledger was altered.
        StatedError: the folder cannot be written.
    """
    ledger = open_house(folder)
    require_chain(ledger)
    now = business_at or clock(ledger)
    reference.ensure_packaged(folder, ledger, now)
    entry = append(ledger, "night", {"business_at": utc_text(now)}, at=now)
    night = Night(folder, ledger, now, entry.seq, reference.in_force(folder, ledger, until_seq=entry.seq))
    retention.expire(folder, ledger, now, night.reference.frames["parameters"])
    return night


def collect(night: Night) -> Collected:
    """Take in what lies in the inbox."""
    with _timed(night, "collect"):
        return intake.collect(
            night.folder,
            night.ledger,
            now=night.business_at,
            identify=identify,
            settle_seconds=0 if is_demo(night.ledger) else intake.SETTLE_SECONDS,
        )


def read_and_judge(night: Night) -> tuple[Judged, ...]:
    """Read every submission without a verdict, and judge them in one batch."""
    known = entries(night.ledger, *assemble.OF_SUBMISSIONS)
    pending = assemble.pending(known, texts(night.ledger, "file_name"))
    with _timed(night, "read"):
        wanted = [(receipt.submission_id, receipt.sha256) for receipt in pending]
        readings = list(zip(pending, readings_of(night.folder, wanted), strict=True))
    with _timed(night, "judge"):
        judgements = _judgements(night, readings) if readings else {}
    return tuple(Judged(receipt, reading, judgements[receipt.submission_id]) for receipt, reading in readings)


def record(night: Night, judged: Sequence[Judged]) -> None:
    """Write the verdicts to the ledger, all or none, each with the versions that it rests on."""
    with _timed(night, "record"):
        versions = versions_in_force(night.ledger, night.reference, sql_files("checks"))
        basis = {"night": night.seq}
        append_all(night.ledger, [verdict_draft(one, versions, basis, night.business_at) for one in judged])


def build(night: Night) -> Path:
    """Build the warehouse from archive, ledger and reference data, beside the published one.

    Raises:
        ArchiveError: a file received is no longer in the archive; the cache of cells does not hide that.
        StatedError: the warehouse could not be built; the one published before stays.
    """
    with _timed(night, "build"):
        return warehouse.build(inputs_of(night), night.folder.published / ".building" / "wir.duckdb")


def inputs_of(night: Night) -> warehouse.WarehouseInputs:
    """What a night's warehouse is built from.

    Raises:
        ArchiveError: as in `build`.
        ReaderChangedError: a report in the archive reads differently than when it was judged.
    """
    received = entries(night.ledger, "receipt", retention.ERASED)
    gone = retention.gone(received)
    sizes = {e.body["sha256"]: e.body["size"] for e in received if e.kind == "receipt"}
    archive.require(night.folder.archive, {sha: size for sha, size in sizes.items() if sha not in gone})
    return warehouse_inputs_at(
        night.ledger,
        night.reference,
        night.business_at,
        read=partial(reading_of, night.folder),
        archived=partial(archive.read, night.folder.archive),
    )


def publish(night: Night, built: Path) -> Path:
    """Put the new database into its place while readers read."""
    with _timed(night, "publish"):
        publication = warehouse.publish(built, night.folder.published, keeps_previous=not _erased_since(night))
        body = {"night": night.seq, "sha256": publication.sha256, "size": publication.size_bytes}
        append(night.ledger, "published", body, at=night.business_at)
    return publication.file


def report(night: Night, collected: Collected) -> NightReport:
    """Write what municipalities get back, and sum up the night.

    Both come from the ledger, so that a night also tells what one that failed or was killed had judged before it.
    """
    with _timed(night, "report"):
        since = max((e.seq for e in entries(night.ledger, "published") if e.seq < night.seq), default=0)
        duties = obligations_at(night.ledger, night.reference, night.business_at)
        news, again = _give_feedback(night, duties, since)
        duplicates = sum(entry.seq > since for entry in entries(night.ledger, "duplicate"))
        gone = entries(night.ledger, retention.ERASED)
        erased = sum(entry.seq > since and entry.body["basis"] == retention.RETENTION for entry in gone)
        missing = duties.filter(pl.col("state") == "missing").select("ags", "period")
        late = duties.filter(pl.col("days_late") > 0).select("ags", "period")
    return NightReport(
        business_at=night.business_at,
        rows=tuple(_row(one) for one in news),
        duplicates=duplicates,
        again=again,
        erased=erased,
        missing=tuple(missing.iter_rows()),
        late=tuple(late.iter_rows()),
        left=tuple(replace(file, file_name=shielded(file.file_name)) for file in collected.left),
        seconds=dict(night.seconds),
        database=str(night.folder.database),
        is_demo=is_demo(night.ledger),
    )


# --- shared by the steps ---------------------------------------------------------------------------------------------


def warehouse_inputs_at(
    ledger: Ledger,
    registers: ReferenceData,
    business_at: datetime,
    *,
    read: assemble.ReadArchived,
    archived: Callable[[str], bytes],
    until: int | None = None,
) -> warehouse.WarehouseInputs:
    """What the warehouse of a business time is built from: by a night, and by whoever proves it afterwards.

    Args:
        ledger: what was received and decided.
        registers: reference data in force.
        business_at: the night's business time.
        read: reads an archived file.
        archived: bytes of the archive by SHA-256; earlier reference data lie there.
        until: the last entry of the ledger that counts, all by default.

    Raises:
        ArchiveError: a recorded reference file is missing or was altered.
        ReaderChangedError: a report in the archive reads differently than when it was judged.
    """
    counting = [entry for entry in entries(ledger) if until is None or entry.seq <= until]
    inputs = assemble.warehouse_inputs(
        ledger,
        registers,
        business_at,
        read=read,
        obligations_of=lambda sent, acts: obligations(registers.frames, sent, berlin_date(business_at), acts=acts),
        until=until,
    )
    return replace(inputs, history=past.histories(counting, berlin_date(business_at), archived))


def obligations_at(ledger: Ledger, registers: ReferenceData, business_at: datetime) -> pl.DataFrame:
    """Who owes which report, as it stands at a business time."""
    known = entries(ledger, *assemble.OF_SUBMISSIONS, *ON_DUTIES)
    acts = assemble.duties_acted_on(known)
    return obligations(registers.frames, assemble.submissions(known), berlin_date(business_at), acts=acts)


def _judgements(night: Night, readings: Sequence[tuple[Receipt, Reading]]) -> dict[int, Judgement]:
    from expectations.judge import judge  # seconds, which a night without a new report need not wait for

    years = years_compared(reading for _, reading in readings)
    context = judging_context(
        night.folder, night.ledger, night.reference, night.business_at, years=years, is_recorded=True
    )
    return judge(cases_of(night.folder, night.ledger, readings), context)


def _row(one: Judged) -> NightRow:
    identity, findings = one.reading.identity, [f for f in one.judgement.findings if not f.trial]
    blocking = [f for f in findings if f.severity in {Severity.FATAL, Severity.ERROR}]
    warnings = [f for f in findings if f.severity is Severity.WARNING]
    deciding = [] if one.judgement.verdict.in_force else blocking or warnings
    return NightRow(
        submission_id=one.receipt.submission_id,
        ags=identity.ags if identity else one.receipt.ags or "",
        name=identity.body_name if identity else "",
        period=identity.period.code if identity else one.receipt.period or "",
        received_at=one.receipt.received_at,
        verdict=one.judgement.verdict.value,
        errors=len(blocking),
        warnings=len(warnings),
        codes=tuple(dict.fromkeys(f.code for f in deciding)),
        reason=deciding[0].message if deciding else "",
    )


def _give_feedback(night: Night, duties: pl.DataFrame, since: int) -> tuple[list[Judged], int]:
    """Tell every sender the latest verdict who has not been told it.

    Returns:
        The submissions first judged after the entry `since` of the ledger, and how many others were judged again.
    """
    names, documents = texts(night.ledger, "file_name"), ledger_documents(night.ledger, assemble.JUDGEMENT)
    teller = teller_of(night.folder, night.ledger, night.reference, duties)
    news: list[Judged] = []
    tellings: list[Telling] = []
    again = 0
    known = entries(night.ledger, *assemble.OF_SUBMISSIONS)
    erased = retention.decided_on(known)
    for one in assemble.taken(known):
        if one.verdict is None or one.receipt.submission_id in erased:
            continue
        receipt = replace(one.receipt, file_name=names.get(one.receipt.submission_id, ""))
        is_new = one.first_verdict > since
        is_told = told_verdict(feedback_folder(teller, one), receipt.submission_id) == told_entry(teller, one)
        again += one.verdict.seq > since and not is_new
        if is_told and not is_new:
            continue
        reading = reading_of(night.folder, receipt.submission_id, receipt.sha256)
        judged = Judged(receipt, reading, assemble.judgement_of(one, documents))
        if is_new:
            news.append(judged)
        if not is_told:
            tellings.append(telling_of(teller, one, judged))
    tell(night.folder, tellings)
    return news, again


def _erased_since(night: Night) -> bool:
    """Whether the publication before may hold what was erased meanwhile."""
    published = entries(night.ledger, "published")
    since = published[-1].seq if published else 0
    return any(entry.seq > since for entry in entries(night.ledger, retention.ERASED))


@contextmanager
def _timed(night: Night, step: str) -> Iterator[None]:
    began = time.perf_counter()
    try:
        yield
    finally:
        night.seconds[step] = time.perf_counter() - began
