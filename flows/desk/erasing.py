"""Erasing what was submitted, on a legal basis: bytes, cells, findings and texts go everywhere, at once.

The ledger says so first. What it says is then done here, and done again by the next night, or by the same command
given again, where this was killed before its end. Hash and entries stay as a tombstone.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flows import ledger as journal
from flows import line, retention
from flows.assemble import OF_SUBMISSIONS
from flows.decisions import ERASED, decided
from flows.desk.acts import known_submission, when_de
from flows.desk.decide import Done, last_change, proposed, together
from flows.desk.registers import opened
from flows.house import clock, night_lock, open_house
from flows.ledger import Ledger
from flows.records import Draft
from flows.releasing import without_submission
from flows.settings import DataFolder
from flows.signing import reason_of, signed

_BASIS = "decision"
"""In the chain; the legal basis itself is free text and lies in the erasable texts."""


def erase(folder: DataFolder, submission_id: int, *, why: str, by: str, at: datetime | None = None) -> Done:
    """Erase a submission; four eyes. The accepted one before is in force again.

    The same bytes stay as long as another submission needs them.

    Args:
        folder: the data folder.
        submission_id: what is erased; it need not be judged yet.
        why: the legal basis; it stays.
        by: the id of the user who acts.
        at: the business moment; by default the folder's clock.

    Raises:
        BusyError: a night is running.
        DeskError: there is no such submission; in German.
        StatedError: the ledger or the archive cannot be written, or the database cannot be built: what is left then
            goes with the next night.
    """
    reason, ledger = reason_of(why), opened(folder)
    moment = at or clock(ledger)
    with night_lock(folder):
        done = _record(ledger, submission_id, reason, by, moment)
        if done.entry is not None:
            _carry_out(folder, submission_id, moment)
    return done


def finish_erasures(folder: DataFolder) -> None:
    """Take what was erased out of the releases, where somebody was killed before that; the rest a night finishes.

    Args:
        folder: the data folder, locked by the caller.

    Raises:
        StatedError: a release is not as the ledger has it.
    """
    for submission_id in sorted(retention.decided_on(journal.entries(open_house(folder), ERASED))):
        without_submission(folder, submission_id)


def _record(ledger: Ledger, submission_id: int, reason: str, by: str, at: datetime) -> Done:
    """Write down that it is erased, or that one person proposes so."""
    whose = f"Einreichung {submission_id}"
    with journal.writing(ledger) as pen:
        known = pen.entries(*OF_SUBMISSIONS)
        one = known_submission(known, submission_id)
        gone = decided(known).erased.get(submission_id)
        if gone is not None:
            return Done(f"{whose} ist schon gelöscht ({when_de(gone)}).", gone.seq, is_new=False)
        subject: Mapping[str, Any] = {"submission_id": submission_id}
        since = last_change(known, submission_id)
        signature = signed(pen, "erase", subject, by=by, why=reason, at=at, since=since)
        if not signature.is_complete:
            return proposed(signature, f"{whose} zu löschen")
        basis = {"sha256": one.receipt.sha256, "basis": _BASIS}
        body = {**subject, **basis, "by": list(signature.by), "proposal": signature.proposal}
        entry = pen.append(Draft(ERASED, body, at, {"why": reason}))
    return Done(
        f"{whose} ist gelöscht{together(signature)}: Datei, Angaben, Rückmeldung und Texte, auch in der Datenbank. "
        "Prüfsumme und Journaleinträge bleiben.",
        entry.seq,
        is_new=True,
    )


def _carry_out(folder: DataFolder, submission_id: int, at: datetime) -> None:
    """Take it out of everything that holds it; whoever holds the lock may do so again."""
    night = line.begin(folder, business_at=at)  # a night begins by finishing what was erased
    line.publish(night, line.build(night))
    without_submission(folder, submission_id)
