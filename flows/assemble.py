"""From the ledger's entries to the frames that the warehouse and the obligations are functions of."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import polars as pl

from expectations.errors import StatedError
from expectations.finding import Judgement, Outcome, RuleResult, Verdict
from expectations.form import form_of
from expectations.period import FIRST_YEAR, LAST_YEAR
from expectations.privacy import masked, shielded
from expectations.reading import CELLS_SCHEMA, Reading, no_cells
from expectations.tables import section_tables
from flows import ledger as journal
from flows.cells import cells_hash, finding_from
from flows.decisions import ON_SUBMISSIONS, RELEASE, Decided, decided, decision_rows, duty_acts, step_rows
from flows.intake import receipt_of
from flows.ledger import Ledger
from flows.obligations import ACTS_SCHEMA
from flows.recognitions import recognition_rows, recognitions
from flows.records import Document, Entry, Receipt, ReferenceData, canonical_json, document_of
from flows.settings import berlin_date, utc_text
from flows.warehouse import WarehouseInputs
from flows.warehouse.decided import DECISIONS, STEPS
from flows.warehouse.inputs import EMPTY_TABLES, FINDINGS, LEDGER, OBLIGATIONS, RULE_RESULTS, SUBMISSIONS
from flows.warehouse.recognised import RECOGNITIONS
from flows.warehouse.released import SUPPRESSED

JUDGEMENT = "judgement"
"""Kind of the ledger's documents that hold findings and rule results."""

OF_SUBMISSIONS = ("receipt", "verdict", *ON_SUBMISSIONS)
"""Kinds of the ledger's entries that decide how a submission stands: whoever asks for that needs all of them."""

_PLACE = ("submission_id", "ags", "period")

ReadArchived = Callable[[int, str], Reading]
"""The reading of an archived file, by submission and SHA-256."""
ObligationsOf = Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame]
"""Obligations by submissions and by extensions and waivers."""


class ReaderChangedError(StatedError):
    """A mended reader reads an archived report differently than when its verdict was given."""


@dataclass(frozen=True)
class Taken:
    """A submission: its receipt, its latest verdict once there is one, and the ledger entry of its first (0: none)."""

    receipt: Receipt
    verdict: Entry | None
    first_verdict: int = 0


def taken(entries: Iterable[Entry]) -> list[Taken]:
    """All submissions in the order in which they arrived, from entries of the kinds `receipt` and `verdict`."""
    receipts: dict[int, Entry] = {}
    verdicts: dict[int, list[Entry]] = {}
    for entry in entries:
        if entry.kind == "receipt":
            receipts[entry.seq] = entry
        elif entry.kind == "verdict":
            verdicts.setdefault(entry.body["submission_id"], []).append(entry)
    found = [_taken(entry, verdicts.get(seq, ())) for seq, entry in receipts.items()]
    return sorted(found, key=lambda one: (one.receipt.received_at, one.receipt.submission_id))


def _taken(receipt: Entry, verdicts: Sequence[Entry]) -> Taken:
    return Taken(receipt_of(receipt), verdicts[-1], verdicts[0].seq) if verdicts else Taken(receipt_of(receipt), None)


def pending(entries: Iterable[Entry], file_names: Mapping[int, str]) -> tuple[Receipt, ...]:
    """Receipts of submissions that nobody judged or erased yet.

    Args:
        entries: of the kinds `OF_SUBMISSIONS`.
        file_names: by submission; erased ones are missing.
    """
    entries = tuple(entries)
    erased = decided(entries).erased
    return tuple(
        replace(one.receipt, file_name=file_names.get(one.receipt.submission_id, ""))
        for one in taken(entries)
        if one.verdict is None and one.receipt.submission_id not in erased
    )


def judgement_document(judgement: Judgement) -> Document:
    """Findings and rule results as a document of the ledger."""
    findings = [asdict(finding) for finding in judgement.findings]
    results = [[result.code, result.outcome.value, result.reason] for result in judgement.results]
    return document_of(JUDGEMENT, {"findings": findings, "results": results})


def judgement_of(one: Taken, documents: Mapping[str, Any]) -> Judgement:
    """The judgement that a verdict rests on, from the ledger's documents.

    Raises:
        ValueError: the submission has no verdict yet.
    """
    if one.verdict is None:
        raise ValueError(f"submission {one.receipt.submission_id} has no verdict")
    document = _document(one, documents)
    return Judgement(
        verdict=Verdict(one.verdict.body["verdict"]),
        findings=tuple(finding_from(finding) for finding in document["findings"]),
        results=tuple(RuleResult(code, Outcome(outcome), reason) for code, outcome, reason in document["results"]),
    )


def submissions(entries: Iterable[Entry]) -> pl.DataFrame:
    """One row per submission; in force is the last accepted one of a body and period that was not voided or erased.

    Args:
        entries: of the kinds `OF_SUBMISSIONS`, in order.
    """
    return pl.DataFrame(submission_rows(entries), schema=SUBMISSIONS.frame_schema)


def submission_rows(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """The rows of `submissions`."""
    entries = tuple(entries)
    decisions = decided(entries)
    rows: list[dict[str, Any]] = []
    in_force: dict[tuple[str, str], dict[str, Any]] = {}
    for one in taken(entries):
        row = _submission(one, decisions)
        rows.append(row)
        if _may_be_in_force(one, decisions):
            before = in_force.get((row["ags"], row["period"]))
            if before is not None:
                before["in_force"] = False
                row["supersedes"] = before["submission_id"]
            row["in_force"] = True
            in_force[row["ags"], row["period"]] = row
    return rows


def _may_be_in_force(one: Taken, decisions: Decided) -> bool:
    is_accepted = one.verdict is not None and Verdict(one.verdict.body["verdict"]).in_force
    return is_accepted and decisions.stands(one.receipt.submission_id)


def duties_acted_on(entries: Iterable[Entry]) -> pl.DataFrame:
    """Extensions and waivers, as obligations take them into account."""
    return pl.DataFrame(duty_acts(entries), schema=ACTS_SCHEMA)


def _submission(one: Taken, decisions: Decided) -> dict[str, Any]:
    receipt, body = one.receipt, one.verdict.body if one.verdict else {}
    number = receipt.submission_id
    approval = decisions.approval(number)
    versions = ("form_version", "rules_version", "reference_version", "reader_version")
    return {
        "submission_id": number,
        "sha256": receipt.sha256,
        "size_bytes": receipt.size,
        "ags": body.get("ags"),
        "period": body.get("period"),
        "report_kind": body.get("report_kind"),
        "year": body.get("year"),
        "received_at": _utc(receipt.received_at),
        "received_on": berlin_date(receipt.received_at),
        "collected_at": _utc(receipt.collected_at),
        "channel": receipt.channel,
        "verdict": body.get("verdict"),
        "verdict_at": _utc(one.verdict.at) if one.verdict else None,
        **{name: body.get(name) for name in versions},
        "supersedes": None,
        "in_force": False,
        "voided": number in decisions.voided,
        "erased": number in decisions.erased,
        "approved_at": _utc(approval.at) if approval else None,
    }


def history(entries: Iterable[Entry], read: ReadArchived) -> dict[str, pl.DataFrame]:
    """Typed rows of the reports in force, section by section, with the body and period that they are of."""
    accepted = submissions(entries).filter("in_force")
    tables: dict[str, list[pl.DataFrame]] = {}
    for (year,), rows in accepted.group_by("year", maintain_order=True):
        readings = [read(number, digest) for number, digest in rows.select("submission_id", "sha256").iter_rows()]
        of_year = section_tables(form_of(int(str(year))), pl.concat([reading.cells for reading in readings]))
        for name, frame in of_year.items():
            tables.setdefault(name, []).append(frame)
    whose = accepted.select("submission_id", "ags", "period")
    return {
        name: pl.concat(frames, how="diagonal_relaxed")
        .drop("ags", "period", strict=False)
        .join(whose, on="submission_id")
        for name, frames in tables.items()
    }


def warehouse_inputs(
    ledger: Ledger,
    reference: ReferenceData,
    business_at: datetime,
    *,
    read: ReadArchived,
    obligations_of: ObligationsOf,
    until: int | None = None,
) -> WarehouseInputs:
    """Everything that the warehouse is a function of, as the ledger and the archive have it.

    Args:
        ledger: receipts, verdicts and their documents.
        reference: reference data in force.
        business_at: the night's business time.
        read: reads an archived file, from the cache where it can.
        obligations_of: obligations as a function of the submissions, and of extensions and waivers.
        until: the last entry of the ledger that counts, all by default.

    Raises:
        ReaderChangedError: a report in the archive reads differently than when it was judged.
    """
    entries = [entry for entry in journal.entries(ledger) if until is None or entry.seq <= until]
    documents = journal.documents(ledger, JUDGEMENT)
    judged = [one for one in taken(entries) if one.verdict is not None]
    readings = _readings(judged, decided(entries), read)
    frame = submissions(entries)
    duties = obligations_of(frame, duties_acted_on(entries))
    whys = journal.texts(ledger, "why")
    return WarehouseInputs(
        forms={year: form_of(year) for year in range(FIRST_YEAR, LAST_YEAR + 1)},
        cells=_cells(judged, readings, documents),
        submissions=frame,
        findings=_findings(judged, documents),
        rule_results=_results(judged, documents),
        empty_tables=_empty_tables(readings),
        obligations=duties.select(OBLIGATIONS.frame_schema.keys()).cast(pl.Schema(OBLIGATIONS.frame_schema)),
        reference=reference.frames,
        entries=_entries(entries),
        business_at=business_at,
        is_demo=bool(entries and entries[0].body.get("demo")),
        recognitions=_recognitions(entries, whys, frame),
        decisions=_decisions(entries, whys, frame),
        steps=pl.DataFrame(step_rows(entries), schema=STEPS.frame_schema),
        released={"suppressed": _suppressed(entries)},
    )


def _suppressed(entries: Iterable[Entry]) -> pl.DataFrame:
    """How much each release hid so far."""
    rows = [
        {"release_number": number, "release": entry.body["name"], "group": counts["table"], **counts}
        for number, entry in enumerate((entry for entry in entries if entry.kind == RELEASE), start=1)
        for counts in entry.body["suppressed"]
    ]
    return pl.DataFrame(rows, schema=SUPPRESSED.frame_schema)


def _decisions(entries: Iterable[Entry], whys: Mapping[int, str], frame: pl.DataFrame) -> pl.DataFrame:
    places = {number: (ags, period) for number, ags, period in frame.select(_PLACE).iter_rows()}
    return pl.DataFrame(decision_rows(entries, whys, places), schema=DECISIONS.frame_schema)


def _readings(judged: Iterable[Taken], decisions: Decided, read: ReadArchived) -> dict[int, Reading]:
    """The readings of judged submissions; of an erased one nothing is read, also where another has the same bytes."""
    nothing = Reading(None, no_cells(), ())
    return {
        number: nothing if number in decisions.erased else as_judged(one, read)
        for one in judged
        for number in [one.receipt.submission_id]
    }


def _recognitions(entries: Iterable[Entry], whys: Mapping[int, str], frame: pl.DataFrame) -> pl.DataFrame:
    in_force = set(frame.filter("in_force")["submission_id"])
    rows = recognition_rows(recognitions(entries), whys, in_force)
    return pl.DataFrame(rows, schema=RECOGNITIONS.frame_schema)


def _cells(judged: Iterable[Taken], readings: Mapping[int, Reading], documents: Mapping[str, Any]) -> pl.DataFrame:
    """Cells of all reports, as they may be shown."""
    frames = [
        masked(readings[one.receipt.submission_id].cells, judgement_of(one, documents).findings) for one in judged
    ]
    return pl.concat([pl.DataFrame(schema=CELLS_SCHEMA), *frames])


def as_judged(one: Taken, read: ReadArchived) -> Reading:
    """The reading of a judged submission, which must be the one that its verdict rests on.

    A file of which nothing could be read is not tried again: the verdict stands until somebody judges anew.

    Raises:
        ReaderChangedError: it reads differently now.
    """
    reading = read(one.receipt.submission_id, one.receipt.sha256)
    if one.verdict is not None and cells_hash(reading.cells) != one.verdict.body["cells_sha256"]:
        period = reading.identity.period.code if reading.identity else one.verdict.body["period"]
        raise ReaderChangedError(
            f"Submission {one.receipt.submission_id} reads differently than when it was judged, so the reader was "
            f"changed. Nothing was built; the publication before stays until `wir re-check {period}`."
        )
    return reading


@cache
def _nothing_read() -> str:
    return cells_hash(no_cells())


def _findings(judged: Sequence[Taken], documents: Mapping[str, Any]) -> pl.DataFrame:
    rows = [
        {"submission_id": one.receipt.submission_id, "offered": "", **finding, "also_at": ", ".join(finding["also_at"])}
        for one in judged
        for finding in _document(one, documents)["findings"]
    ]
    return pl.DataFrame(rows, schema=FINDINGS.frame_schema)


def _results(judged: Sequence[Taken], documents: Mapping[str, Any]) -> pl.DataFrame:
    rows = [(one.receipt.submission_id, *result) for one in judged for result in _document(one, documents)["results"]]
    return pl.DataFrame(rows, schema=RULE_RESULTS.frame_schema, orient="row")


def _document(one: Taken, documents: Mapping[str, Any]) -> dict[str, Any]:
    digest = one.verdict.body["judgement_sha256"] if one.verdict else ""
    found: dict[str, Any] = documents.get(digest) or {"findings": [], "results": []}
    return found


def _empty_tables(readings: Mapping[int, Reading]) -> pl.DataFrame:
    rows = [
        (number, section, shielded(sheet), cell)
        for number, reading in readings.items()
        for section, (sheet, cell) in reading.empty_tables.items()
    ]
    return pl.DataFrame(rows, schema=EMPTY_TABLES.frame_schema, orient="row")


def _entries(entries: Sequence[Entry]) -> pl.DataFrame:
    rows = [
        (entry.seq, utc_text(entry.at), entry.kind, canonical_json(entry.body), entry.previous_hash, entry.hash)
        for entry in entries
    ]
    return pl.DataFrame(rows, schema=LEDGER.frame_schema, orient="row")


def _utc(moment: datetime) -> datetime:
    """An aware moment as the naive UTC that tables hold."""
    return moment.astimezone(UTC).replace(tzinfo=None)
