"""What the ministry decides in the demo: reports given back, voided, approved, recognised; duties extended and waived.

The second person, whom some of it needs, is played by the program.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal

import polars as pl

from expectations.period import Period, parse_period
from flows.assemble import OF_SUBMISSIONS, submissions
from flows.decisions import decided
from flows.desk import decide
from flows.desk.recognition import recognise, reported_use
from flows.ledger import Ledger, entries
from flows.settings import BERLIN, DataFolder

USER = "demo-1"
_APPROVED = "Zahlen und Sachbericht sind plausibel."
_RECOGNISED = "Belegliste und Sachbericht geprüft."
_RECOGNISED_BODIES = ("06414", "06415", "06433", "06435")


@dataclass(frozen=True)
class Decision:
    """One act of the ministry.

    Attributes:
        act: what is done; `approve` concerns every report in force that was not given back.
        ags, period: the body and period that it concerns; `""` for all.
        until: of an extension.
        cut_eur: what a recognition cuts, from the grant that the report names first.
    """

    at: datetime
    act: Literal["approve", "return", "void", "extend", "waive", "recognise"]
    why: str
    ags: str = ""
    period: str = ""
    until: date | None = None
    cut_eur: Decimal = Decimal(0)


def decisions_after(night_at: datetime, periods: tuple[Period, Period], due: Mapping[str, date]) -> list[Decision]:
    """What is decided after the first night, on the day after it and in November."""
    half, year = periods
    at = datetime.combine(night_at.date() + timedelta(days=1), time(10), BERLIN)
    in_november = datetime(half.year, 11, 16, 14, tzinfo=BERLIN)
    early_summer = date(half.year + 1, 4, 30)
    return [
        Decision(at, "void", "Die Kommune hat versehentlich einen Entwurf gesendet.", "06411", half.code),
        Decision(at, "return", "Bitte die Veranstaltungen aus dem zweiten Quartal ergänzen.", "06432", half.code),
        Decision(
            at,
            "extend",
            "Das Postfach des Ministeriums war am letzten Tag der Frist nicht erreichbar.",
            "06534",
            half.code,
            due[half.code] + timedelta(days=4),
        ),
        Decision(at, "waive", "Das Zentrum hat seine Arbeit erst im Juli aufgenommen.", "06437", half.code),
        Decision(at, "approve", _APPROVED),
        Decision(in_november, "extend", "Die Stelle ist bis zum Frühjahr unbesetzt.", "06635", year.code, early_summer),
    ]


def approvals_after(night_at: datetime, year: Period) -> list[Decision]:
    """What is decided after the second night: all that is in force is approved, the use of some reports recognised."""
    at = datetime.combine(night_at.date() + timedelta(days=4), time(10), BERLIN)
    recognised = (Decision(at, "recognise", _RECOGNISED, ags, year.code) for ags in _RECOGNISED_BODIES)
    why = "Für eine Veranstaltung fehlt der Beleg."
    cut = Decision(at, "recognise", why, "06532", year.code, cut_eur=Decimal("1250.00"))
    return [Decision(at, "approve", _APPROVED), *recognised, cut]


def carry_out(folder: DataFolder, ledger: Ledger, decisions: Iterable[Decision]) -> None:
    """Do what was decided, in this order."""
    for one in decisions:
        if one.act == "approve":
            _approve_all(folder, ledger, one)
        else:
            _carry_out(folder, ledger, one)


def _carry_out(folder: DataFolder, ledger: Ledger, one: Decision) -> None:
    if one.act == "extend" and one.until is not None:
        period = parse_period(one.period)
        decide.extend(folder, one.ags, period, one.until, why=one.why, by=USER, at=one.at)
    elif one.act == "waive":
        decide.waive(folder, one.ags, parse_period(one.period), why=one.why, by=USER, at=one.at)
    elif one.act == "recognise":
        _recognise(folder, _in_force(ledger, one.ags, one.period), one)
    else:
        act = decide.void if one.act == "void" else decide.send_back
        act(folder, _in_force(ledger, one.ags, one.period), why=one.why, by=USER, at=one.at)


def _recognise(folder: DataFolder, submission_id: int, one: Decision) -> None:
    grant, reported_eur = next(iter(reported_use(folder, submission_id).items()))
    recognised_eur = {grant: reported_eur - one.cut_eur}
    recognise(folder, submission_id, why=one.why, by=USER, recognised_eur=recognised_eur, at=one.at)


def _approve_all(folder: DataFolder, ledger: Ledger, one: Decision) -> None:
    known = entries(ledger, *OF_SUBMISSIONS)
    reviewed = decided(known).reviewed
    for number in submissions(known).filter("in_force")["submission_id"]:
        if number not in reviewed:
            decide.approve(folder, number, why=one.why, by=USER, at=one.at)


def _in_force(ledger: Ledger, ags: str, period: str) -> int:
    frame = submissions(entries(ledger, *OF_SUBMISSIONS)).filter("in_force")
    return int(frame.filter(pl.col("ags") == ags, pl.col("period") == period)["submission_id"].item())
