"""What the ministry decided about reports and duties, from the ledger's entries alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from expectations.privacy import shielded
from flows.records import Entry
from flows.settings import berlin_date

APPROVAL, RETURN, VOIDING, RECOGNITION = "approval", "return", "voiding", "recognition"
EXTENSION, WAIVER, ERASED, RELEASE = "extension", "waiver", "erased", "release"
ACTS: Mapping[str, str] = {
    APPROVAL: "approve",
    RETURN: "return",
    VOIDING: "void",
    RECOGNITION: "recognise",
    EXTENSION: "extend",
    WAIVER: "waive",
    ERASED: "erase",
    RELEASE: "release",
}
"""Kind of the ledger's entry → the act, as its command is called."""
ON_SUBMISSIONS = (APPROVAL, RETURN, VOIDING, ERASED)
"""Kinds that change how a submission stands."""
ON_DUTIES = (EXTENSION, WAIVER)
"""Kinds that change what a body owes."""


@dataclass(frozen=True)
class Decided:
    """What was decided about submissions, each by its number.

    Attributes:
        reviewed: the newest approval or return; what came before it does not count any more.
        voided: the voiding; a voided submission never counts again.
        erased: the erasure; an erased one neither.
    """

    reviewed: Mapping[int, Entry] = field(default_factory=dict)
    voided: Mapping[int, Entry] = field(default_factory=dict)
    erased: Mapping[int, Entry] = field(default_factory=dict)

    def stands(self, submission_id: int) -> bool:
        """Whether a submission may be in force as far as people decide that."""
        return submission_id not in self.voided and submission_id not in self.erased

    def approval(self, submission_id: int) -> Entry | None:
        """The approval of a submission, unless it was returned since."""
        entry = self.reviewed.get(submission_id)
        return entry if entry is not None and entry.kind == APPROVAL else None

    def sent_back(self, submission_id: int) -> Entry | None:
        """The ministry's return of a submission, unless it was approved since."""
        entry = self.reviewed.get(submission_id)
        return entry if entry is not None and entry.kind == RETURN else None

    def last(self, submission_id: int) -> Entry | None:
        """What was decided last about a submission."""
        found = [acts[submission_id] for acts in (self.reviewed, self.voided, self.erased) if submission_id in acts]
        return max(found, key=lambda entry: entry.seq, default=None)


def decided(entries: Iterable[Entry]) -> Decided:
    """What was decided about submissions; other entries are passed over."""
    reviewed: dict[int, Entry] = {}
    voided: dict[int, Entry] = {}
    erased: dict[int, Entry] = {}
    for entry in entries:
        if entry.kind in (APPROVAL, RETURN):
            reviewed[entry.body["submission_id"]] = entry
        elif entry.kind == VOIDING:
            voided.setdefault(entry.body["submission_id"], entry)
        elif entry.kind == ERASED:
            erased.setdefault(entry.body["submission_id"], entry)
    return Decided(reviewed, voided, erased)


def duty_acts(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Extensions and waivers in their order, as `flows.obligations.ACTS_SCHEMA` has them."""
    return [
        {
            "ags": entry.body["ags"],
            "period": entry.body["period"],
            "act": ACTS[entry.kind],
            "until": _until(entry),
            "at": entry.at,
        }
        for entry in entries
        if entry.kind in ON_DUTIES
    ]


def _until(entry: Entry) -> date | None:
    until = entry.body.get("until")
    return None if until is None else date.fromisoformat(until)


# --- as rows of the auditors' database -------------------------------------------------------------------------------


def decision_rows(
    entries: Iterable[Entry], whys: Mapping[int, str], places: Mapping[int, tuple[str | None, str | None]]
) -> list[dict[str, Any]]:
    """Rows of `intake.decisions`: every act of the data team.

    Args:
        entries: of the ledger, in order.
        whys: reason by entry; an erased one is missing.
        places: AGS and period of a submission.
    """
    return [_decision(entry, whys, places) for entry in entries if entry.kind in ACTS]


def _decision(
    entry: Entry, whys: Mapping[int, str], places: Mapping[int, tuple[str | None, str | None]]
) -> dict[str, Any]:
    body = entry.body
    submission_id = body.get("submission_id")
    ags, period = places.get(submission_id, (None, None)) if submission_id else (body.get("ags"), body.get("period"))
    first, second = _signers(body.get("by"))
    return {
        "seq": entry.seq,
        "decided_at": entry.at.astimezone(UTC).replace(tzinfo=None),
        "decided_on": berlin_date(entry.at),
        "act": ACTS[entry.kind],
        "submission_id": submission_id,
        "ags": ags,
        "period": period,
        "until": _until(entry),
        "retroactive": body.get("retroactive"),
        "by_first": first,
        "by_second": second,
        "why": shielded(whys[entry.seq]) if entry.seq in whys else None,
        "proposal": body.get("proposal"),
    }


def _signers(by: str | Sequence[str] | None) -> tuple[str | None, str | None]:
    """Who acted: one id, or two in the order in which they signed; nobody where the program did it by itself."""
    if by is None or isinstance(by, str):
        return by, None
    first, *others = by
    return first, others[0] if others else None


def step_rows(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Rows of `intake.steps`: what happened to each submission, one row an entry.

    A verdict that only goes without the words of another, erased report is nothing that happened to its own.
    """
    return [row for entry in entries if (row := _step(entry)) is not None]


def _step(entry: Entry) -> dict[str, Any] | None:
    at = entry.at
    if entry.kind == "receipt":
        submission_id, step, at = entry.seq, "received", datetime.fromisoformat(entry.body["received_at"])
    elif entry.kind == "verdict" and ERASED not in entry.body:
        submission_id, step = entry.body["submission_id"], entry.body["verdict"]
    elif entry.kind in _STEPS:
        submission_id, step = entry.body["submission_id"], _STEPS[entry.kind]
    else:
        return None
    return {
        "seq": entry.seq,
        "submission_id": submission_id,
        "step": step,
        "happened_at": at.astimezone(UTC).replace(tzinfo=None),
        "happened_on": berlin_date(at),
    }


_STEPS: Mapping[str, str] = {APPROVAL: "approved", RETURN: "sent_back", VOIDING: "voided", ERASED: "erased"}
"""Kind of an act on a submission → the step that it is; a verdict's step is the verdict."""
