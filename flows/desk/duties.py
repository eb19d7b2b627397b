"""Who owes which report, as the desk shows it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import polars as pl

from expectations.period import Period
from flows import ledger as journal
from flows import reference
from flows.assemble import OF_SUBMISSIONS, duties_acted_on, submissions
from flows.decisions import EXTENSION, ON_DUTIES, WAIVER, Decided, decided
from flows.desk.registers import DeskError
from flows.house import clock, is_demo, open_house
from flows.ledger import Ledger
from flows.line import obligations_at
from flows.obligations import obligations
from flows.records import Entry, ReferenceData
from flows.settings import DataFolder, berlin_date


def obligations_now(
    folder: DataFolder, period: Period | None, *, at: datetime | None = None
) -> tuple[bool, list[dict[str, Any]]]:
    """Whether the folder is a demonstration, and who owes which report, as it stands now.

    Each row bears the body's name and type, for names occur twice; and what the ministry decided: when the report in
    force was approved or given back, when the extension was granted and the waiver declared.

    Args:
        folder: the data folder.
        period: only this period; None for all.
        at: the business moment; by default the folder's clock.
    """
    ledger = open_house(folder)
    now = at or clock(ledger)
    registers = reference.in_force(folder, ledger)
    frame = obligations_at(ledger, registers, now)
    if period is not None:
        frame = frame.filter(pl.col("period") == period.code)
    bodies = {row["ags"]: row for row in registers.frames["municipalities"].iter_rows(named=True)}
    known = journal.entries(ledger, *OF_SUBMISSIONS, *ON_DUTIES)
    decisions, acts = decided(known), _newest_acts(known)
    rows = [
        {
            "name": bodies[row["ags"]]["name"],
            "type": bodies[row["ags"]]["type"],
            **row,
            **_reviewed(decisions, row["in_force_submission_id"]),
            **_acted_on(acts.get((row["ags"], row["period"]))),
        }
        for row in frame.iter_rows(named=True)
    ]
    return is_demo(ledger), rows


def _newest_acts(known: tuple[Entry, ...]) -> dict[tuple[str, str], Entry]:
    return {(entry.body["ags"], entry.body["period"]): entry for entry in known if entry.kind in ON_DUTIES}


def _reviewed(decisions: Decided, submission_id: int | None) -> Mapping[str, date | None]:
    """When the report in force was approved, or given back."""
    approval = None if submission_id is None else decisions.approval(submission_id)
    sent_back = None if submission_id is None else decisions.sent_back(submission_id)
    return {
        "approved_on": berlin_date(approval.at) if approval else None,
        "sent_back_on": berlin_date(sent_back.at) if sent_back else None,
    }


def _acted_on(act: Entry | None) -> Mapping[str, date | None]:
    """When the extension that counts was granted, or the waiver declared."""
    on = None if act is None else berlin_date(act.at)
    kind = "" if act is None else act.kind
    return {"extension_on": on if kind == EXTENSION else None, "waived_on": on if kind == WAIVER else None}


def duty_of(ledger: Ledger, registers: ReferenceData, ags: str, period: Period, at: datetime) -> dict[str, Any]:
    """What a body owes for a period, also for one that has not begun: a row of `OBLIGATIONS_SCHEMA`.

    Raises:
        DeskError: no such body reports on it; in German.
        ObligationsError: a parameter or holidays are missing.
    """
    known = journal.entries(ledger, *OF_SUBMISSIONS, *ON_DUTIES)
    on = max(berlin_date(at), period.closing_day)
    frame = obligations(registers.frames, submissions(known), on, acts=duties_acted_on(known))
    own = frame.filter(pl.col("ags") == ags, pl.col("period") == period.code)
    if own.is_empty():
        raise DeskError(f"Zu {period.code} berichtet keine Kommune mit dem Schlüssel {ags}.")
    return own.row(0, named=True)
