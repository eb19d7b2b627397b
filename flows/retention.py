"""Erasing: lists of people when their time is over, and what two people of the ministry decide to erase.

Bytes, names and everything read from them go. The ledger says so first; what it says is then done, and done again by
the next night where somebody was killed before its end. Hash and entry stay as a tombstone, so that nothing disappears
without a trace.
"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from expectations.errors import StatedError
from expectations.privacy import LIST_OF_PEOPLE
from flows import archive, cells
from flows import ledger as journal
from flows.ledger import Ledger
from flows.records import Draft, Entry, document_of
from flows.settings import DataFolder, berlin_date

ERASED = "erased"
"""Kind of the ledger's entries that record an erasure."""
RETENTION = "retention"
"""Basis of an erasure because a list's time was over: nobody decided it."""
RENEWED_BY = (ERASED, "forgotten")
"""Parts of a verdict that is only given again because an erased report's words go: by which erasure, and the SHA-256
of the judgements that are forgotten."""
_JUDGEMENT, _EXPLANATION = "judgement", "explanation"
LEFT_OF: Mapping[str, str] = {"explained": "[gelöscht]", "offered": ""}
"""Parts of a finding that may repeat what was said in an erased report, and what is left of each: no more offer."""
_PARAMETER = "participants_list_retention_days"
_UNREADABLE = "unreadable"
_WITH_TEXTS = ("receipt", "duplicate", "explanation", "approval", "return", "voiding", "recognition", "proposal")
"""Kinds of entries beside which texts about a submission lie; the legal basis of its erasure stays."""


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
        expired: those of them whose time was over.
        erasures: by submission.
    """

    receipts: dict[int, Entry]
    verdicts: dict[int, list[Entry]]
    about: dict[int, set[int]]
    erased: frozenset[int]
    expired: frozenset[int]
    erasures: Mapping[int, Entry]

    def digest(self, submission_id: int) -> str:
        return str(self.receipts[submission_id].body["sha256"])

    def judgements(self, submission_id: int) -> list[str]:
        """SHA-256 of what a submission's verdicts rest on, in order."""
        return [verdict.body["judgement_sha256"] for verdict in self.verdicts.get(submission_id, [])]

    def of_same_body(self, submission_id: int) -> list[int]:
        """Judged submissions of the body that sent one."""
        whose = {number: verdicts[-1].body["ags"] for number, verdicts in self.verdicts.items()}
        ags = whose.get(submission_id)
        return [] if ags is None else [number for number, other in whose.items() if other == ags]


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
    bodies = ({"submission_id": one, "sha256": past.digest(one), "basis": RETENTION} for one in due)
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


def decided_on(entries: Iterable[Entry]) -> frozenset[int]:
    """Submissions that people decided to erase: nothing is said of them any more. Expired lists are not among them.

    Args:
        entries: of the kind `erased` at least.
    """
    erasures = (entry for entry in entries if entry.kind == ERASED)
    return frozenset(entry.body["submission_id"] for entry in erasures if entry.body["basis"] != RETENTION)


# --- what is due -----------------------------------------------------------------------------------------------------


def _past(entries: Iterable[Entry]) -> _Past:
    receipts: dict[int, Entry] = {}
    verdicts: dict[int, list[Entry]] = {}
    about: dict[int, set[int]] = {}
    erasures: dict[int, Entry] = {}
    for entry in entries:
        submission = entry.body.get("submission_id", entry.body.get("of", entry.seq))
        if entry.kind in _WITH_TEXTS and entry.body.get("act") != "erase":
            about.setdefault(submission, set()).add(entry.seq)
        if entry.kind == "receipt":
            receipts[entry.seq] = entry
        elif entry.kind == "verdict":
            verdicts.setdefault(submission, []).append(entry)
        elif entry.kind == ERASED:
            erasures.setdefault(submission, entry)
    expired = frozenset(number for number, entry in erasures.items() if entry.body["basis"] == RETENTION)
    return _Past(receipts, verdicts, about, frozenset(erasures), expired, erasures)


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
            if number not in past.expired:
                _forget_quotes(folder, ledger, past, number)
            if digest not in needed:
                cells.forget(folder.cache / "cells", digest)
                archive.erase(folder.archive, digest)
            journal.forget(ledger, past.about[number], _own_judgements(past, number))


def _forget_quotes(folder: DataFolder, ledger: Ledger, past: _Past, erased: int) -> None:
    """Take what was said in an erased report out of what repeats it: the body's later offers and confirmations.

    A later verdict stands as it is, but rests on a judgement without those words from now on; the next night writes
    its protocol again.
    """
    documents = journal.documents(ledger, _JUDGEMENT)
    said = _said(ledger, past, erased, documents)
    quoting = {digest for digest, judgement in documents.items() if _quotes(judgement, said)}
    later = [number for number in past.of_same_body(erased) if number not in past.erased]
    repeating = [number for number in later if quoting.intersection(past.judgements(number))]
    renewed = []
    for number in repeating:
        last, forgotten = past.verdicts[number][-1], quoting.intersection(past.judgements(number))
        judgement = documents[last.body["judgement_sha256"]]
        renewed.append(_renewed(last, judgement, said, forgotten, past.erasures[erased]))
    journal.append_all(ledger, renewed)
    for number in repeating:
        _forget_feedback(folder, number)
    own = {digest for number in repeating for digest in past.judgements(number)}
    others = past.verdicts.keys() - {*repeating, *past.erased}
    needed = {digest for number in others for digest in past.judgements(number)}
    texts = journal.texts(ledger, _EXPLANATION)
    seqs = [seq for number in later for seq in past.about.get(number, ()) if _repeats(texts.get(seq, ""), said)]
    journal.forget(ledger, seqs, (quoting & own) - needed)


def _renewed(
    verdict: Entry, judgement: Mapping[str, Any], said: Collection[str], forgotten: Collection[str], erasure: Entry
) -> Draft:
    """A verdict once more, as it is, on a judgement without those words; it says which judgements are forgotten."""
    document = document_of(_JUDGEMENT, _without_quotes(judgement, said))
    because = dict(zip(RENEWED_BY, (erasure.seq, sorted(forgotten)), strict=True))
    body = {**verdict.body, "judgement_sha256": document.sha256, **because}
    return Draft("verdict", body, erasure.at, documents=(document,))


def _said(ledger: Ledger, past: _Past, submission_id: int, documents: Mapping[str, Any]) -> frozenset[str]:
    """What was said to the warnings of a submission: in its file and beside it."""
    judgements = [documents[digest] for digest in past.judgements(submission_id) if digest in documents]
    findings = [finding for judgement in judgements for finding in judgement["findings"]]
    texts = journal.texts(ledger, _EXPLANATION)
    beside = (texts[seq] for seq in past.about.get(submission_id, ()) if seq in texts)
    return frozenset({finding["explained"] for finding in findings if finding["explained"]}.union(beside))


def _quotes(judgement: Mapping[str, Any], said: Collection[str]) -> bool:
    return any(_repeats(finding.get(place, ""), said) for finding in judgement["findings"] for place in LEFT_OF)


def _repeats(text: str, said: Collection[str]) -> bool:
    """Whether a text is one of these, or names one as said earlier."""
    return text in said or any(text.startswith(f"{one} (") for one in said)


def _without_quotes(judgement: Mapping[str, Any], said: Collection[str]) -> Mapping[str, Any]:
    findings = [
        {**finding, **{place: left for place, left in LEFT_OF.items() if _repeats(finding.get(place, ""), said)}}
        for finding in judgement["findings"]
    ]
    return {**judgement, "findings": findings}


def _needed(past: _Past) -> frozenset[str]:
    """SHA-256 of the files of all submissions that are not erased."""
    return frozenset(entry.body["sha256"] for number, entry in past.receipts.items() if number not in past.erased)


def _own_judgements(past: _Past, submission_id: int) -> set[str]:
    """Judgements that quote what was read, as far as no other submission has the same.

    The last one of a list whose time is over stays: it says that it was one, and quotes nothing.
    """
    given = past.judgements(submission_id)
    own = set(given[:-1] if submission_id in past.expired else given)
    others = (verdicts for number, verdicts in past.verdicts.items() if number not in past.erased)
    last = [verdicts[-1:] for number, verdicts in past.verdicts.items() if number in past.expired]
    return own - {verdict.body["judgement_sha256"] for verdicts in (*others, *last) for verdict in verdicts}


def _forget_feedback(folder: DataFolder, submission_id: int) -> None:
    """Protocols bear the file's name; the night writes them again without it."""
    for file in folder.feedback.glob(f"*/{submission_id:06d}-*"):
        with suppress(FileNotFoundError):
            file.unlink()
