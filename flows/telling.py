"""What a municipality gets back: its protocol and its own workbook, marked, side by side in its feedback folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

import polars as pl

from expectations.privacy import is_personal, shielded
from flows import archive
from flows import ledger as journal
from flows.assemble import OF_SUBMISSIONS, Taken, submissions
from flows.decisions import APPROVAL, RETURN, VOIDING, decided
from flows.feedback import (
    WATERMARK,
    Checked,
    Ruling,
    describe,
    marked_file,
    next_step,
    received_text,
    result_text,
    write_feedback,
    write_marked,
)
from flows.house import is_demo
from flows.judging import Judged
from flows.ledger import Ledger
from flows.marking import Head, Marked, mark_isolated, order_of
from flows.records import ReferenceData
from flows.settings import DataFolder, berlin_date, settings_of

_ACTS_TOLD: Mapping[str, Literal["approve", "return", "void"]] = {
    APPROVAL: "approve",
    RETURN: "return",
    VOIDING: "void",
}
_AT_ONCE = 32
"""So many workbooks are held in memory while they are marked; each may have 20 MiB."""


_PERSONAL = "Sie enthält vermutlich personenbezogene Daten, die wir nirgends wiederholen."
_NO_BODY = "nicht-zugeordnet"
"""The folder of protocols of files that no body of the programme can have sent."""


@dataclass(frozen=True)
class Telling:
    """A submission whose sender is to be told its verdict.

    Attributes:
        folder: the body's feedback folder.
        checked: what there is to tell.
        verdict: the ledger entry of that verdict, or of what was decided about it since.
    """

    folder: Path
    submission_id: int
    checked: Checked
    verdict: int


@dataclass(frozen=True)
class Teller:
    """What all tellings of a data folder have in common.

    Attributes:
        due: AGS and period → the last day for that report, extended or not.
        contact: whom to ask, one German sentence, or `""`.
        rulings: what the ministry decided, by submission.
    """

    folder: DataFolder
    registers: ReferenceData
    due: Mapping[tuple[str, str], date]
    contact: str
    is_demo: bool
    rulings: Mapping[int, Ruling]


def teller_of(folder: DataFolder, ledger: Ledger, registers: ReferenceData, duties: pl.DataFrame) -> Teller:
    """What tellings have in common, from the obligations as they stand."""
    columns = ("ags", "period", "due_on", "extended_to")
    due = {(ags, period): extended or day for ags, period, day, extended in duties.select(columns).iter_rows()}
    return Teller(folder, registers, due, settings_of(folder).contact, is_demo(ledger), _rulings(ledger))


def _rulings(ledger: Ledger) -> dict[int, Ruling]:
    """What the ministry decided last about each submission, as far as its sender is told."""
    known, whys = journal.entries(ledger, *OF_SUBMISSIONS), journal.texts(ledger, "why")
    decisions, rows = decided(known), submissions(known).rows(named=True)
    in_force = {(row["ags"], row["period"]): row["submission_id"] for row in rows if row["in_force"]}
    rulings = {}
    for row in rows:
        entry = decisions.last(row["submission_id"])
        act = _ACTS_TOLD.get(entry.kind) if entry else None
        if entry is not None and act is not None:
            instead = in_force.get((row["ags"], row["period"])) if act == "void" else None
            why = shielded(whys.get(entry.seq, ""))
            rulings[row["submission_id"]] = Ruling(entry.seq, act, berlin_date(entry.at), why, instead)
    return rulings


def told_entry(teller: Teller, one: Taken) -> int | None:
    """The newest entry about a submission of which its sender is to be told; None as long as there is no verdict."""
    if one.verdict is None:
        return None
    ruling = teller.rulings.get(one.receipt.submission_id)
    return max(one.verdict.seq, ruling.entry) if ruling else one.verdict.seq


def telling_of(teller: Teller, one: Taken, judged: Judged) -> Telling:
    """A judged submission as it is told.

    Args:
        teller: what all have in common.
        one: the submission with its latest verdict.
        judged: the same with its file name, and what reading and judging said of it.

    Raises:
        ValueError: it has no verdict.
    """
    if one.verdict is None:
        raise ValueError(f"submission {one.receipt.submission_id} has no verdict")
    receipt, identity = judged.receipt, judged.reading.identity
    checked = Checked(
        shielded(receipt.file_name),
        receipt.sha256,
        judged.reading,
        judged.judgement,
        one.verdict.body["rules_version"],
        submission_id=receipt.submission_id,
        received_at=receipt.received_at,
        due_on=teller.due.get((identity.ags, identity.period.code)) if identity else None,
        contact=teller.contact,
        is_demo=teller.is_demo,
        ruling=teller.rulings.get(receipt.submission_id),
    )
    newest = told_entry(teller, one) or one.verdict.seq
    return Telling(feedback_folder(teller, one), receipt.submission_id, checked, newest)


def feedback_folder(teller: Teller, one: Taken) -> Path:
    """Where a judged submission's protocol goes: to the body's folder, or to the one for files of no body."""
    ags = (one.verdict.body["ags"] if one.verdict else None) or one.receipt.ags
    is_known = ags is not None and ags in teller.registers.frames["municipalities"]["ags"]
    return teller.folder.feedback / (ags if ags is not None and is_known else _NO_BODY)


def annotate(files: Sequence[tuple[bytes, Checked]]) -> list[Marked]:
    """The senders' own workbooks, marked; each with a German reason where there is none."""
    return mark_isolated([(data, order_of(checked.judgement, _head(checked))) for data, checked in files])


def tell(folder: DataFolder, tellings: Sequence[Telling]) -> None:
    """Write protocols and marked workbooks; a protocol comes last and tells whether there is a marked workbook."""
    for begin in range(0, len(tellings), _AT_ONCE):
        some = tellings[begin : begin + _AT_ONCE]
        marked = [one for one in some if is_to_be_marked(one.checked)]
        answers = annotate([(archive.read(folder.archive, one.checked.sha256), one.checked) for one in marked])
        by_number = {one.submission_id: answer for one, answer in zip(marked, answers, strict=True)}
        for one in some:
            _tell(one, by_number.get(one.submission_id) or _unmarked(one.checked))


def is_to_be_marked(checked: Checked) -> bool:
    """Whether a marked workbook is kept: there is something to mark in it, and no likely personal data to repeat."""
    return _has_marks(checked) and not is_personal(checked.reading.cells, checked.judgement.findings)


def _has_marks(checked: Checked) -> bool:
    return checked.reading.is_readable and bool(checked.judgement.findings)


def _unmarked(checked: Checked) -> Marked:
    return Marked(None, _PERSONAL if _has_marks(checked) else "")


def _tell(one: Telling, marked: Marked) -> None:
    if marked.content is None:
        marked_file(one.folder, one.submission_id).unlink(missing_ok=True)  # of an earlier verdict
    else:
        write_marked(one.folder, one.submission_id, marked.content)
    checked = replace(one.checked, unmarked=marked.reason)
    write_feedback(one.folder, one.submission_id, checked, verdict=one.verdict)


def _head(checked: Checked) -> Head:
    facts = [
        f"Einreichung {checked.submission_id}" if checked.submission_id is not None else "",
        f"Eingegangen am {received_text(checked)}" if checked.received_at is not None else "",
    ]
    return Head(
        whose=describe(checked.reading.identity),
        verdict=result_text(checked),
        next_step=next_step(checked),
        facts=tuple(fact for fact in facts if fact),
        watermark=WATERMARK if checked.is_demo else "",
    )
