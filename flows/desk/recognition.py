"""The granting authority's recognition of a report: how much of the reported use counts, with a review note."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

import polars as pl

from expectations.form import form_of
from expectations.german import number_text
from expectations.period import ReportKind
from expectations.tables import section_tables
from flows import ledger as journal
from flows.assemble import OF_SUBMISSIONS, as_judged, submissions
from flows.desk.acts import submission_of
from flows.desk.registers import DeskError, opened
from flows.house import clock
from flows.judging import reading_of
from flows.ledger import Ledger
from flows.recognitions import (
    RECOGNITION,
    Amount,
    Recognition,
    amounts_of,
    newest,
    recognition_draft,
    recognitions,
)
from flows.records import Entry
from flows.settings import DataFolder
from flows.signing import reason_of


@dataclass(frozen=True)
class Recognised:
    """What was recognised of a report.

    Attributes:
        ags, period: whose report, and of what.
        amounts: what became of each of its grants.
        entry: the ledger entry that says so.
        replaces: the entry of the recognition before; None for the first one.
        is_new: whether this call recorded anything; the same act again does not.
    """

    submission_id: int
    ags: str
    period: str
    amounts: tuple[Amount, ...]
    entry: int
    replaces: int | None
    is_new: bool

    @property
    def said(self) -> str:
        """What was done, in German: a line for the whole and one for each grant."""
        what = f"Einreichung {self.submission_id} ({self.ags}, {self.period})"
        before = f" und ersetzt die Entscheidung {self.replaces}" if self.replaces else ""
        first = f"{what}: anerkannt (Journal {self.entry}){before}."
        unchanged = f"{what}: schon so anerkannt (Journal {self.entry}), es hat sich nichts geändert."
        return "\n".join([first if self.is_new else unchanged, *map(_amount_de, self.amounts)])


def _amount_de(amount: Amount) -> str:
    reported, recognised, cut = (
        number_text(eur, 2) for eur in (amount.reported_eur, amount.recognised_eur, amount.cut_eur)
    )
    return f"  {amount.grant_number}: gemeldet {reported} EUR, anerkannt {recognised} EUR, gekürzt {cut} EUR."


def recognise(
    folder: DataFolder,
    submission_id: int,
    *,
    why: str,
    by: str,
    recognised_eur: Mapping[str, Decimal] | None = None,
    at: datetime | None = None,
) -> Recognised:
    """Record what the granting authority recognised of the use that a report in force states.

    A later recognition of the same submission replaces the earlier one. It moves no figure of the report itself and
    claims nothing back.

    Args:
        folder: the data folder.
        submission_id: an annual or final report in force.
        why: the review note.
        by: the id of the user who acts; one person is enough.
        recognised_eur: amount by grant number; a grant that is not named is recognised as reported.
        at: the business moment; by default the folder's clock.

    Raises:
        DeskError: there is no such report, or it is not in force; in German.
        RecognitionError: an amount does not fit what is reported; in German.
        LedgerError: the ledger cannot be written.
    """
    reason, ledger = reason_of(why), opened(folder)
    moment = at or clock(ledger)
    amounts = amounts_of(reported_use(folder, submission_id), recognised_eur or {})
    with journal.writing(ledger) as pen:
        row = _report(pen.entries(*OF_SUBMISSIONS), submission_id)
        before = newest(recognitions(pen.entries(RECOGNITION))).get(submission_id)
        if before is not None and before.amounts == amounts and _note(ledger, before) == reason:
            return _recognised(row, before, None, is_new=False)
        act = pen.append(recognition_draft(submission_id, by, amounts, reason, moment))
    return _recognised(row, recognitions([act])[0], before, is_new=True)


def reported_use(folder: DataFolder, submission_id: int) -> dict[str, Decimal]:
    """Use of state funds by grant in EUR, as a report in force states it; in the final report of all years.

    Raises:
        DeskError: there is no such report, or it states use of no grant.
    """
    known = journal.entries(opened(folder), *OF_SUBMISSIONS)
    row = _report(known, submission_id)
    reading = as_judged(submission_of(known, submission_id), partial(reading_of, folder))
    finances = section_tables(form_of(row["year"]), reading.cells)["finances"]
    by_grant = finances.group_by("grant", maintain_order=True).agg(pl.col("state_funds_eur").sum())
    reported = dict(by_grant.filter(pl.col("grant").fill_null("") != "").iter_rows())
    if not reported:
        raise DeskError(f"Einreichung {submission_id} nennt keinen Bescheid, aus dem Mittel verwendet wurden.")
    return reported


def _note(ledger: Ledger, act: Recognition) -> str | None:
    return journal.texts(ledger, "why").get(act.seq)


def _recognised(row: Mapping[str, Any], act: Recognition, before: Recognition | None, *, is_new: bool) -> Recognised:
    replaces = before.seq if before is not None else None
    return Recognised(act.submission_id, row["ags"], row["period"], act.amounts, act.seq, replaces, is_new)


def _report(known: Sequence[Entry], submission_id: int) -> dict[str, Any]:
    """The row of a report whose use can be recognised.

    Raises:
        DeskError: it asks for no proof of use, or does not count.
    """
    submission_of(known, submission_id)
    row: dict[str, Any] = submissions(known).row(by_predicate=pl.col("submission_id") == submission_id, named=True)
    whose = f"Einreichung {submission_id} ({row['ags']}, {row['period']})"
    if row["report_kind"] == ReportKind.HALF_YEAR.value:
        raise DeskError(f"{whose} ist ein Halbjahresbericht; anerkannt wird die Verwendung eines Jahres.")
    if not row["in_force"]:
        raise DeskError(f"{whose} gilt nicht: Sie ist nicht angenommen, oder es gilt ein späterer Bericht.")
    return row
