"""The straight line: inbox → archive → cells → findings → verdict → warehouse → publication.

Plain functions, called alike by the night, the command line and the demo. What a step needs from an earlier one is
handed on as a value; what must outlive the process stands in the archive and the ledger.
"""

import fcntl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import polars as pl

from expectations.batch import Case, Context
from expectations.errors import StatedError
from expectations.finding import Judgement, Severity
from expectations.reading import Reading
from expectations.rules import rules_version
from flows import archive, assemble, intake, reference, warehouse
from flows.cells import cells_hash, read_once
from flows.feedback import Checked, has_feedback, write_feedback
from flows.ledger import Ledger, LedgerError, append, append_all, entries, open_ledger, require_chain, texts
from flows.ledger import documents as ledger_documents
from flows.obligations import obligations
from flows.records import Collected, Draft, Entry, NightReport, NightRow, Receipt, ReferenceData
from flows.resources import sql_files
from flows.settings import DataFolder, berlin_date, utc_text
from flows.workbook import READER_VERSION, identify, read_workbook


class BusyError(StatedError):
    """Another process is running a night on the same data folder."""


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


@dataclass(frozen=True)
class Judged:
    """A submission with what reading and judging said of it."""

    receipt: Receipt
    reading: Reading
    judgement: Judgement


# --- the house -------------------------------------------------------------------------------------------------------


def open_house(folder: DataFolder, *, demo_seed: int | None = None, started_at: datetime | None = None) -> Ledger:
    """Open a data folder; the first time, say in the ledger's first entry whether it is a demonstration.

    Args:
        folder: the data folder; created where it is missing.
        demo_seed: the seed of invented data, None for a real folder.
        started_at: the simulated start of a demonstration.

    Raises:
        LedgerError: the ledger of an archive is gone: nothing is begun afresh beside what was received.
        StatedError: the folder cannot be written.
    """
    if _is_without_ledger(folder) and any(folder.archive.glob("??/*")):
        raise LedgerError(f"{folder.archive} has lost its ledger: restore {folder.ledger_file} from a backup.")
    ledger = open_ledger(folder)
    body: dict[str, bool | int | str] = {"demo": demo_seed is not None}
    if demo_seed is not None and started_at is not None:
        body |= {"seed": demo_seed, "started_at": utc_text(started_at)}
    if not entries(ledger, "opened"):
        append(ledger, "opened", body, at=started_at or datetime.now(UTC))
    return ledger


def _is_without_ledger(folder: DataFolder) -> bool:
    try:
        return folder.ledger_file.stat().st_size == 0
    except FileNotFoundError:
        return True
    except OSError:
        return False  # whoever opens it says why it cannot be opened


def clock(ledger: Ledger) -> datetime:
    """What counts as now: the real time, or in a demonstration the business time of its last night."""
    if not is_demo(ledger):
        return datetime.now(UTC)
    nights = entries(ledger, "night")
    last = nights[-1].body["business_at"] if nights else entries(ledger, "opened")[0].body["started_at"]
    return datetime.fromisoformat(last)


def is_demo(ledger: Ledger) -> bool:
    """Whether the folder holds invented data: its first entry says so."""
    opened = entries(ledger, "opened")
    return bool(opened and opened[0].body["demo"])


def business_time(folder: DataFolder, given: datetime | None = None) -> datetime:
    """The moment that a night on this folder counts as now."""
    return given or clock(open_house(folder))


@contextmanager
def night_lock(folder: DataFolder) -> Iterator[None]:
    """Hold the right to run a night; given up when the process ends, however it ends.

    Raises:
        BusyError: another process holds it.
        StatedError: the data folder cannot be written.
    """
    try:
        folder.root.mkdir(parents=True, exist_ok=True)
        handle = folder.build_lock.open("w")
    except OSError as error:
        raise StatedError(f"The data folder {folder.root} cannot be written: {error.strerror}.") from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BusyError(f"Another night is running on {folder.root}: wait until it has ended.") from None
        yield


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
    """Open the folder and record the night's business time; nothing later asks a clock.

    Raises:
        LedgerError: the ledger was altered.
        StatedError: the folder cannot be written.
    """
    ledger = open_house(folder)
    require_chain(ledger)
    now = business_at or clock(ledger)
    reference.ensure_packaged(folder, ledger, now)
    entry = append(ledger, "night", {"business_at": utc_text(now)}, at=now)
    return Night(folder, ledger, now, entry.seq, reference.in_force(folder, ledger))


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
    pending = assemble.pending(entries(night.ledger, "receipt", "verdict"), texts(night.ledger, "file_name"))
    with _timed(night, "read"):
        readings = [(receipt, reading_of(night.folder, receipt.submission_id, receipt.sha256)) for receipt in pending]
    with _timed(night, "judge"):
        cases = [Case(r.submission_id, reading, berlin_date(r.received_at)) for r, reading in readings]
        judgements = _judgements(night, cases) if cases else {}
    return tuple(Judged(receipt, reading, judgements[receipt.submission_id]) for receipt, reading in readings)


def record(night: Night, judged: Sequence[Judged]) -> None:
    """Write the verdicts to the ledger, all or none, each with the versions that it rests on."""
    with _timed(night, "record"):
        rules = rules_version(sql_files("checks"))
        append_all(night.ledger, [_verdict(night, one, rules) for one in judged])


def build(night: Night) -> Path:
    """Build the warehouse from archive, ledger and reference data, beside the published one.

    Raises:
        ArchiveError: a file received is no longer in the archive; the cache of cells does not hide that.
        StatedError: the warehouse could not be built; the one published before stays.
    """
    with _timed(night, "build"):
        received = entries(night.ledger, "receipt")
        archive.require(night.folder.archive, {entry.body["sha256"]: entry.body["size"] for entry in received})
        inputs = assemble.warehouse_inputs(
            night.ledger,
            night.reference,
            night.business_at,
            read=partial(reading_of, night.folder),
            obligations_of=partial(obligations, night.reference.frames, business_on=berlin_date(night.business_at)),
        )
        return warehouse.build(inputs, night.folder.published / ".building" / "wir.duckdb")


def publish(night: Night, built: Path) -> Path:
    """Put the new database into its place while readers read."""
    with _timed(night, "publish"):
        publication = warehouse.publish(built, night.folder.published)
        body = {"night": night.seq, "sha256": publication.sha256, "size": publication.size_bytes}
        append(night.ledger, "published", body, at=night.business_at)
    return publication.file


def report(night: Night, collected: Collected) -> NightReport:
    """Write what municipalities get back, and sum up the night.

    Both come from the ledger, so that a night also tells what one that failed or was killed had judged before it.
    """
    with _timed(night, "report"):
        since = max((e.seq for e in entries(night.ledger, "published") if e.seq < night.seq), default=0)
        rows = tuple(_row(one) for one in _give_feedback(night, since))
        duplicates = sum(entry.seq > since for entry in entries(night.ledger, "duplicate"))
        duties = obligations_at(night.ledger, night.reference, night.business_at).rows(named=True)
    return NightReport(
        business_at=night.business_at,
        rows=rows,
        duplicates=duplicates,
        missing=tuple((row["ags"], row["period"]) for row in duties if row["state"] == "missing"),
        late=tuple((row["ags"], row["period"]) for row in duties if (row["days_late"] or 0) > 0),
        left=collected.left,
        seconds=dict(night.seconds),
        database=str(night.folder.database),
        is_demo=is_demo(night.ledger),
    )


# --- shared by the steps ---------------------------------------------------------------------------------------------


def reading_of(folder: DataFolder, submission_id: int, digest: str) -> Reading:
    """The reading of an archived file, from the cache where it was read before."""
    return read_once(
        folder.cache / "cells",
        digest,
        submission_id,
        reader_version=READER_VERSION,
        load=lambda: archive.read(folder.archive, digest),
        read=read_workbook,
    )


def obligations_at(ledger: Ledger, registers: ReferenceData, business_at: datetime) -> pl.DataFrame:
    """Who owes which report, as it stands at a business time."""
    frame = assemble.submissions(entries(ledger, "receipt", "verdict"))
    return obligations(registers.frames, frame, berlin_date(business_at))


def judging_context(
    folder: DataFolder | None, ledger: Ledger | None, registers: ReferenceData, business_at: datetime
) -> Context:
    """What rules may compare a report with; without a folder only what is packaged."""
    held = {name for name, version in registers.versions.items() if version}
    history: dict[str, pl.DataFrame] = {}
    if folder is not None and ledger is not None:
        held.add("history")
        history = assemble.history(entries(ledger, "receipt", "verdict"), partial(reading_of, folder))
    return Context(
        business_on=berlin_date(business_at),
        reference=registers.frames,
        available=frozenset(held),
        checks=sql_files("checks"),
        history=history,
    )


def _judgements(night: Night, cases: Sequence[Case]) -> dict[int, Judgement]:
    from expectations.judge import judge  # seconds, which a night without a new report need not wait for

    return judge(cases, judging_context(night.folder, night.ledger, night.reference, night.business_at))


def _verdict(night: Night, one: Judged, rules: str) -> Draft:
    identity, document = one.reading.identity, assemble.judgement_document(one.judgement)
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
        "rules_version": rules,
        "reference_version": night.reference.fingerprint,
        "reader_version": READER_VERSION,
        "cells_sha256": cells_hash(one.reading.cells),
        "judgement_sha256": document.sha256,
        "night": night.seq,
    }
    return Draft("verdict", body, at=night.business_at, documents=(document,))


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


def _give_feedback(night: Night, since: int) -> list[Judged]:
    """Write the protocols that are not there yet, and return what was judged after the entry `since` of the ledger."""
    names, documents = texts(night.ledger, "file_name"), ledger_documents(night.ledger, assemble.JUDGEMENT)
    news = []
    for one in assemble.taken(entries(night.ledger, "receipt", "verdict")):
        if one.verdict is None:
            continue
        receipt = replace(one.receipt, file_name=names.get(one.receipt.submission_id, ""))
        folder = night.folder.feedback / (one.verdict.body["ags"] or receipt.ags or "nicht-zugeordnet")
        is_new, is_told = one.verdict.seq > since, has_feedback(folder, receipt.submission_id)
        if is_told and not is_new:
            continue
        reading = reading_of(night.folder, receipt.submission_id, receipt.sha256)
        judged = Judged(receipt, reading, assemble.judgement_of(one, documents))
        if not is_told:
            _tell(night, judged, one.verdict, folder)
        if is_new:
            news.append(judged)
    return news


def _tell(night: Night, judged: Judged, verdict: Entry, folder: Path) -> None:
    receipt = judged.receipt
    rules = verdict.body["rules_version"]
    checked = Checked(receipt.file_name, receipt.sha256, judged.reading, judged.judgement, rules)
    write_feedback(folder, receipt.submission_id, checked, is_demo=is_demo(night.ledger))


@contextmanager
def _timed(night: Night, step: str) -> Iterator[None]:
    began = time.perf_counter()
    try:
        yield
    finally:
        night.seconds[step] = time.perf_counter() - began
