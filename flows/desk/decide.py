"""What the ministry's data team decides: approving, sending back and voiding reports; extending and waiving duties.

Each act reads what it decides about and writes while it holds the ledger's pen: two processes cannot decide at once,
and one that is killed has decided wholly or not at all. The same act again changes nothing and says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from expectations.finding import Verdict
from expectations.german import date_text
from expectations.period import Period
from flows import ledger as journal
from flows import reference
from flows.assemble import OF_SUBMISSIONS, Taken, submissions
from flows.decisions import APPROVAL, EXTENSION, ON_DUTIES, RETURN, VOIDING, WAIVER, decided
from flows.desk.acts import known_submission, submission_of, when_de
from flows.desk.duties import duty_of
from flows.desk.registers import DeskError, opened
from flows.feedback import VERDICTS_DE
from flows.house import clock
from flows.ledger import Pen
from flows.obligations import next_working_day
from flows.records import Draft, Entry
from flows.settings import DataFolder, berlin_date
from flows.signing import Signed, reason_of, signed, signers_de


@dataclass(frozen=True)
class Done:
    """What an act came to.

    Attributes:
        said: a German sentence or two.
        entry: the ledger entry that says so; None where a second person is still needed.
        is_new: whether this call changed anything.
    """

    said: str
    entry: int | None
    is_new: bool


def approve(folder: DataFolder, submission_id: int, *, why: str, by: str, at: datetime | None = None) -> Done:
    """Approve a report in force; four eyes. It changes no figure.

    Args:
        folder: the data folder.
        submission_id: the report.
        why: the reason.
        by: the id of the user who acts.
        at: the business moment; by default the folder's clock.

    Raises:
        DeskError: there is no such submission, or it is not in force; in German.
        LedgerError: the ledger cannot be written.
    """
    reason, ledger = reason_of(why), opened(folder)
    moment = at or clock(ledger)
    with journal.writing(ledger) as pen:
        known = pen.entries(*OF_SUBMISSIONS)
        whose = _named(_in_force(known, submission_id))
        approval = decided(known).approval(submission_id)
        if approval is not None:
            return Done(f"{whose} ist schon freigegeben ({when_de(approval)}).", approval.seq, is_new=False)
        subject = {"submission_id": submission_id}
        since = last_change(known, submission_id)
        signature = signed(pen, "approve", subject, by=by, why=reason, at=moment, since=since)
        if not signature.is_complete:
            return proposed(signature, f"{whose} freizugeben")
        entry = pen.append(_draft(APPROVAL, subject, signature, moment, reason))
    return Done(f"{whose} ist freigegeben{together(signature)}.", entry.seq, is_new=True)


def send_back(folder: DataFolder, submission_id: int, *, why: str, by: str, at: datetime | None = None) -> Done:
    """Give a report in force back to its body, which is to correct it; until then its figures stay.

    Raises:
        DeskError: there is no such submission, or it is not in force; in German.
        LedgerError: the ledger cannot be written.
    """
    reason, ledger = reason_of(why), opened(folder)
    moment = at or clock(ledger)
    with journal.writing(ledger) as pen:
        known = pen.entries(*OF_SUBMISSIONS)
        whose = _named(_in_force(known, submission_id))
        given = decided(known).sent_back(submission_id)
        if given is not None:
            return Done(f"{whose} ist schon zurückgegeben ({when_de(given)}).", given.seq, is_new=False)
        entry = pen.append(_draft(RETURN, {"submission_id": submission_id}, by, moment, reason))
    return Done(
        f"{whose} ist zurückgegeben. Die Kommune erfährt es mit der nächsten Nacht; bis zu einem neuen Bericht bleiben "
        "die Zahlen.",
        entry.seq,
        is_new=True,
    )


def void(folder: DataFolder, submission_id: int, *, why: str, by: str, at: datetime | None = None) -> Done:
    """Void an accepted report for good; four eyes. The accepted one before is in force again.

    Raises:
        DeskError: there is no such submission, or it was never accepted; in German.
        LedgerError: the ledger cannot be written.
    """
    reason, ledger = reason_of(why), opened(folder)
    moment = at or clock(ledger)
    with journal.writing(ledger) as pen:
        known = pen.entries(*OF_SUBMISSIONS)
        voiding = decided(known).voided.get(submission_id)
        if voiding is not None:
            whose = _named(known_submission(known, submission_id))
            return Done(f"{whose} ist schon aufgehoben ({when_de(voiding)}).", voiding.seq, is_new=False)
        whose = _named(_accepted(known, submission_id))
        subject = {"submission_id": submission_id}
        since = last_change(known, submission_id)
        signature = signed(pen, "void", subject, by=by, why=reason, at=moment, since=since)
        if not signature.is_complete:
            return proposed(signature, f"{whose} aufzuheben")
        entry = pen.append(_draft(VOIDING, subject, signature, moment, reason))
    return Done(
        f"{whose} ist aufgehoben{together(signature)}. {_now_in_force([*known, entry], submission_id)}",
        entry.seq,
        is_new=True,
    )


# --- duties ----------------------------------------------------------------------------------------------------------


def extend(
    folder: DataFolder, ags: str, period: Period, until: date, *, why: str, by: str, at: datetime | None = None
) -> Done:
    """Extend the due date of a body's report; once that date has passed, only with four eyes.

    Args:
        folder: the data folder.
        ags: the body.
        period: the period reported on.
        until: the last day; the next working day counts.
        why: the reason.
        by: the id of the user who acts.
        at: the business moment; by default the folder's clock.

    Raises:
        DeskError: the body owes no such report, or the date does not extend anything; in German.
        StatedError: the ledger or a register cannot be used.
    """
    reason, ledger = reason_of(why), opened(folder)
    moment = at or clock(ledger)
    with journal.writing(ledger) as pen:
        registers = reference.in_force(folder, ledger)
        duty = duty_of(ledger, registers, ags, period, moment)
        last = _last_day(until, frozenset(registers.frames["holidays"]["date"]))
        whose, before = _duty_named(ags, period), _last_act(pen, ags, period)
        if before is not None and last == duty["extended_to"]:
            said = f"{whose}: Die Frist ist schon bis {date_text(last)} verlängert ({when_de(before)})."
            return Done(said, before.seq, is_new=False)
        _require_later(duty, last, berlin_date(moment))
        is_late = berlin_date(moment) > (duty["extended_to"] or duty["due_on"])
        subject = {"ags": ags, "period": period.code}
        signature = None
        if is_late:
            since = before.seq if before else 0
            wanted = {**subject, "until": last.isoformat()}  # a weekend and the working day after it are the same
            signature = signed(pen, "extend", wanted, by=by, why=reason, at=moment, since=since)
            if not signature.is_complete:
                return proposed(signature, f"die abgelaufene Frist von {whose} bis {date_text(last)} zu verlängern")
        body = {**subject, "until": until.isoformat(), "retroactive": is_late}
        entry = pen.append(_draft(EXTENSION, body, signature or by, moment, reason))
    revoked = " Die Befreiung gilt damit nicht mehr." if duty["exempt"] else ""
    signers = together(signature) if signature else ""
    return Done(f"{whose}: Frist bis {date_text(last)} verlängert{signers}.{revoked}", entry.seq, is_new=True)


def waive(folder: DataFolder, ags: str, period: Period, *, why: str, by: str, at: datetime | None = None) -> Done:
    """Exempt a body from reporting on a period; what it sends all the same still counts.

    Raises:
        DeskError: the body owes no such report; in German.
        StatedError: the ledger or a register cannot be used.
    """
    reason, ledger = reason_of(why), opened(folder)
    moment = at or clock(ledger)
    with journal.writing(ledger) as pen:
        duty = duty_of(ledger, reference.in_force(folder, ledger), ags, period, moment)
        whose, last_act = _duty_named(ags, period), _last_act(pen, ags, period)
        if duty["exempt"] and last_act is not None:
            return Done(f"{whose} ist schon befreit ({when_de(last_act)}).", last_act.seq, is_new=False)
        _require_owed(duty)
        entry = pen.append(_draft(WAIVER, {"ags": ags, "period": period.code}, by, moment, reason))
    return Done(f"{whose} ist von der Berichtspflicht befreit.", entry.seq, is_new=True)


def _last_act(pen: Pen, ags: str, period: Period) -> Entry | None:
    acts = [e for e in pen.entries(*ON_DUTIES) if (e.body["ags"], e.body["period"]) == (ags, period.code)]
    return acts[-1] if acts else None


def _last_day(until: date, holidays: frozenset[date]) -> date:
    """The working day on which an extension ends."""
    if until.year not in {day.year for day in holidays}:
        raise DeskError(f"Für {until.year} sind keine Feiertage hinterlegt; so weit lässt sich keine Frist verlängern.")
    return next_working_day(until, holidays)


def _require_later(duty: Mapping[str, Any], last: date, today: date) -> None:
    """See that a date extends something for somebody.

    Raises:
        DeskError: it does not.
    """
    _require_owed(duty)
    extended, due = duty["extended_to"], duty["due_on"]
    if last <= due:
        raise DeskError(f"Der {date_text(last)} liegt nicht nach der Frist ({date_text(due)}).")
    if extended is not None and last < extended:
        raise DeskError(f"Die Frist ist schon bis {date_text(extended)} verlängert und lässt sich nicht kürzen.")
    is_in_time = duty["accepted_on"] is not None and duty["accepted_on"] <= last
    if last < today and not is_in_time:
        raise DeskError(
            f"Der {date_text(last)} liegt in der Vergangenheit, und bis dahin ist kein Bericht eingegangen, der "
            "angenommen ist."
        )


def _require_owed(duty: Mapping[str, Any]) -> None:
    if duty["duty_basis"] == "freiwillig":
        raise DeskError(f"{duty['ags']} berichtet zu {duty['period']} freiwillig; da gibt es keine Frist.")


def _duty_named(ags: str, period: Period) -> str:
    return f"{ags}, {period.code}"


# --- submissions -----------------------------------------------------------------------------------------------------


def _in_force(known: Sequence[Entry], submission_id: int) -> Taken:
    """A submission that is in force.

    Raises:
        DeskError: it is not; the message says why.
    """
    one = _accepted(known, submission_id)
    body = one.verdict.body if one.verdict else {}
    current = _current(known, body["ags"], body["period"])
    if current != submission_id:
        raise DeskError(f"{_named(one)} gilt nicht mehr: Es gilt Einreichung {current}.")
    return one


def _accepted(known: Sequence[Entry], submission_id: int) -> Taken:
    one = submission_of(known, submission_id)
    verdict = Verdict(one.verdict.body["verdict"]) if one.verdict else Verdict.UNREADABLE
    if not verdict.in_force:
        raise DeskError(f"{_named(one)} ist nicht angenommen ({VERDICTS_DE[verdict]}).")
    return one


def _current(known: Sequence[Entry], ags: str, period: str) -> int | None:
    """The submission in force of a body and period."""
    rows = submissions(known).filter("in_force").select("ags", "period", "submission_id").iter_rows()
    return next((number for *place, number in rows if place == [ags, period]), None)


def _now_in_force(known: Sequence[Entry], voided: int) -> str:
    one = known_submission(known, voided)
    body = one.verdict.body if one.verdict else {}
    current = _current(known, body["ags"], body["period"])
    if current is None:
        return "Es gilt kein Bericht mehr; die Zahlen entfallen mit der nächsten Nacht."
    return f"Es gilt Einreichung {current}; die Zahlen folgen mit der nächsten Nacht."


def _named(one: Taken) -> str:
    """A submission as a sentence names it: `Einreichung 12 (06431, 2026)`."""
    body = one.verdict.body if one.verdict else {}
    place = ", ".join(part for part in (body.get("ags"), body.get("period")) if part)
    return f"Einreichung {one.receipt.submission_id}" + (f" ({place})" if place else "")


def last_change(known: Sequence[Entry], submission_id: int) -> int:
    """The last entry about a submission: whoever signed before did not see it.

    Args:
        known: entries of the kinds `OF_SUBMISSIONS`.
        submission_id: the submission.
    """
    return max((e.seq for e in known if e.body.get("submission_id", e.seq) == submission_id), default=0)


# --- two people ------------------------------------------------------------------------------------------------------


def proposed(signature: Signed, what: str) -> Done:
    """What the first person is told."""
    (first,) = signature.by
    needed = "Es gilt erst, wenn eine zweite Person denselben Befehl gibt."
    if signature.is_new:
        return Done(f"Vorgeschlagen von {first}: {what}. {needed}", None, is_new=True)
    return Done(f"{first} hat das schon vorgeschlagen, es hat sich nichts geändert. {needed}", None, is_new=False)


def together(signature: Signed) -> str:
    """Who signed, in brackets after what was done."""
    played = "; die zweite Person spielt in der Demonstration das Programm" if signature.is_played else ""
    return f" ({signers_de(signature.by)}{played})"


def _draft(kind: str, subject: Mapping[str, Any], by: str | Signed, at: datetime, reason: str) -> Draft:
    """An act as an entry: by one person, or by the two who signed it."""
    signers = {"by": by} if isinstance(by, str) else {"by": list(by.by), "proposal": by.proposal}
    return Draft(kind, {**subject, **signers}, at, {"why": reason})
