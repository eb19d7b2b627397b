"""Lists of people are kept for a short time only: then their bytes, names and everything read from them go.

The ledger says so first; what it says is then done, and done again by the next night where a night was killed before
its end. Hash and entry stay as a tombstone, so that nothing disappears without a trace.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from expectations.errors import StatedError
from expectations.privacy import LIST_OF_PEOPLE
from flows import archive, cells
from flows import ledger as journal
from flows.ledger import Ledger
from flows.records import Draft, Entry
from flows.settings import DataFolder, berlin_date

ERASED = "erased"
"""Kind of the ledger's entries that record an erasure."""
_PARAMETER = "participants_list_retention_days"
_UNREADABLE = "unreadable"
_WITH_TEXTS = ("receipt", "duplicate", "explanation")
"""Kinds of entries beside which texts about a submission lie."""


class RetentionError(StatedError):
    """It cannot be told how long lists of people may be kept; the message says what to do."""


@dataclass(frozen=True)
class _Past:
    """What the ledger knows of the submissions.

    Attributes:
        receipts: by submission.
        verdicts: by submission, in order.
        about: submission → numbers of the entries beside which texts about it may lie.
        erased: submissions whose erasure is recorded.
    """

    receipts: dict[int, Entry]
    verdicts: dict[int, list[Entry]]
    about: dict[int, set[int]]
    erased: frozenset[int]

    def digest(self, submission_id: int) -> str:
        return str(self.receipts[submission_id].body["sha256"])


def expire(folder: DataFolder, ledger: Ledger, business_at: datetime, parameters: pl.DataFrame) -> list[int]:
    """Erase the lists of people whose time is over, and finish what an earlier night began.

    A list is kept for as many days after we took it in as the parameter in force says. What other submissions need
    stays: the same bytes go with the last of them.

    Args:
        folder: whose archive, cache and feedback.
        ledger: gets an entry `erased` {submission_id, sha256, basis} for each.
        business_at: the night's business time.
        parameters: dated parameters.

    Returns:
        The submissions that are erased now, in order.

    Raises:
        RetentionError: no retention is in force on that day.
        ArchiveError: the archive cannot be written.
        LedgerError: the ledger cannot be written.
    """
    past = _past(journal.entries(ledger))
    due = _due(ledger, past, berlin_date(business_at), parameters)
    bodies = ({"submission_id": one, "sha256": past.digest(one), "basis": "retention"} for one in due)
    journal.append_all(ledger, [Draft(ERASED, body, business_at) for body in bodies])
    _erase(folder, ledger, _past(journal.entries(ledger)))
    return due


def gone(entries: Iterable[Entry]) -> frozenset[str]:
    """SHA-256 of the files that were erased and that no other submission needs.

    Args:
        entries: of the kinds `receipt` and `erased` at least.
    """
    past = _past(entries)
    return frozenset(past.digest(one) for one in past.erased) - _needed(past)


# --- what is due -----------------------------------------------------------------------------------------------------


def _past(entries: Iterable[Entry]) -> _Past:
    receipts: dict[int, Entry] = {}
    verdicts: dict[int, list[Entry]] = {}
    about: dict[int, set[int]] = {}
    erased = set()
    for entry in entries:
        submission = entry.body.get("submission_id", entry.body.get("of", entry.seq))
        if entry.kind in _WITH_TEXTS:
            about.setdefault(submission, set()).add(entry.seq)
        if entry.kind == "receipt":
            receipts[entry.seq] = entry
        elif entry.kind == "verdict":
            verdicts.setdefault(submission, []).append(entry)
        elif entry.kind == ERASED:
            erased.add(submission)
    return _Past(receipts, verdicts, about, frozenset(erased))


def _due(ledger: Ledger, past: _Past, on: date, parameters: pl.DataFrame) -> list[int]:
    lists = [number for number in past.receipts if number not in past.erased and _is_list(ledger, past, number)]
    days = _days(parameters, on) if lists else 0
    return [number for number in lists if (on - _taken_in(past.receipts[number])).days >= days]


def _is_list(ledger: Ledger, past: _Past, submission_id: int) -> bool:
    """Whether the latest verdict calls it a list of people."""
    verdicts = past.verdicts.get(submission_id, [])
    if not verdicts or verdicts[-1].body["verdict"] != _UNREADABLE:
        return False
    judgement = journal.document(ledger, verdicts[-1].body["judgement_sha256"]) or {"findings": []}
    return any(finding["code"] == LIST_OF_PEOPLE for finding in judgement["findings"])


def _taken_in(receipt: Entry) -> date:
    """The day on which we took it in: since then we keep it, however old the file was."""
    return berlin_date(datetime.fromisoformat(receipt.body["collected_at"]))


def _days(parameters: pl.DataFrame, on: date) -> int:
    named = parameters.filter(pl.col("name") == _PARAMETER, pl.lit(on).is_between("valid_from", "valid_to"))
    days = named["number"].drop_nulls()
    if len(days) != 1:
        raise RetentionError(f"There must be one value of the parameter {_PARAMETER} on {on}: import the parameters.")
    return int(days[0])


# --- erasing ---------------------------------------------------------------------------------------------------------


def _erase(folder: DataFolder, ledger: Ledger, past: _Past) -> None:
    """Do what the entries say, the texts last: as long as some are left, it is not done."""
    needed, with_texts = _needed(past), set(journal.texts(ledger, "file_name"))
    for number in sorted(past.erased):
        digest = past.digest(number)
        is_there = digest not in needed and archive.path_of(folder.archive, digest).exists()
        if is_there or past.about[number] & with_texts:
            _forget_feedback(folder, number)
            if digest not in needed:
                cells.forget(folder.cache / "cells", digest)
                archive.erase(folder.archive, digest)
            journal.forget(ledger, past.about[number], _own_judgements(past, number))


def _needed(past: _Past) -> frozenset[str]:
    """SHA-256 of the files of all submissions that are not erased."""
    return frozenset(entry.body["sha256"] for number, entry in past.receipts.items() if number not in past.erased)


def _own_judgements(past: _Past, submission_id: int) -> set[str]:
    """Judgements before the last, which may quote what was read then, as far as no other submission has the same."""
    own = {verdict.body["judgement_sha256"] for verdict in past.verdicts.get(submission_id, [])[:-1]}
    others = (verdicts for number, verdicts in past.verdicts.items() if number not in past.erased)
    last = [verdicts[-1:] for number, verdicts in past.verdicts.items() if number in past.erased]
    return own - {verdict.body["judgement_sha256"] for verdicts in (*others, *last) for verdict in verdicts}


def _forget_feedback(folder: DataFolder, submission_id: int) -> None:
    """Protocols bear the file's name; the night writes them again without it."""
    for file in folder.feedback.glob(f"*/{submission_id:06d}-*"):
        with suppress(FileNotFoundError):
            file.unlink()
