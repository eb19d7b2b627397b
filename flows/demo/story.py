"""The demo's story: bodies and registers, what each body reports, the nights, and what the ministry decides.

Decided by seed and year alone; nothing here reads a clock or a data folder.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import polars as pl

from expectations.period import Period, ReportKind
from flows import reference
from flows.demo.bodies import Body, bodies_on
from flows.demo.chance import chance
from flows.demo.claims import claims
from flows.demo.files import Draft
from flows.demo.ministry import Decision, approvals_after, decisions_after
from flows.demo.money import payments
from flows.demo.plan import Sending, night_of, sendings
from flows.demo.register import as_csv, grants, targets
from flows.demo.reports import right_report
from flows.demo.work import Report, Work
from flows.obligations import obligations
from flows.settings import BERLIN, berlin_date
from flows.template import Prefill, prefill_for

_NO_SUBMISSIONS = {
    "submission_id": pl.Int64(),
    "ags": pl.String(),
    "period": pl.String(),
    "received_on": pl.Date(),
    "verdict": pl.String(),
    "in_force": pl.Boolean(),
    "voided": pl.Boolean(),
    "erased": pl.Boolean(),
}


@dataclass(frozen=True)
class Act:
    """What happens up to one night, and what the ministry decides after it.

    Attributes:
        registers_at: when the ministry brings its registers up to date.
        registers: data set → CSV.
        sendings: files that arrive before the night, in that order.
        night_at: when the night runs.
        decisions: acts of the ministry, in that order.
    """

    registers_at: datetime
    registers: Mapping[str, str]
    sendings: tuple[Sending, ...]
    night_at: datetime
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True)
class Story:
    """Everything that the demo will do.

    Attributes:
        works: each body's year by AGS.
        periods: the half-year and the year.
        acts: two with reports, and one in which the ministry claims money and a night follows.
        frames: reference data by name, the invented registers among them.
        due: period → the day on which its reports are due.
    """

    seed: int
    year: int
    works: Mapping[str, Work]
    periods: tuple[Period, Period]
    acts: tuple[Act, Act, Act]
    frames: Mapping[str, pl.DataFrame]
    due: Mapping[str, date]

    @property
    def starts_at(self) -> datetime:
        """What counts as now until the first night."""
        return self.acts[0].registers_at


def story_of(seed: int, year: int) -> Story:
    """Invent everything for one seed and reporting year."""
    public = reference.packaged().frames
    periods = Period(year, ReportKind.HALF_YEAR), Period(year, ReportKind.YEAR)
    works = works_of(seed, year, bodies_on(periods[1].closing_day, public))
    registers = _registers(seed, year, works)
    frames = {**public, **{name: reference.load(text.encode(), name) for name, text in registers.items()}}
    due = {period.code: _due_on(frames, period) for period in periods}
    sent = [sending for period in periods for sending in sendings(seed, _bodies(works), period, due[period.code])]
    return Story(seed, year, works, periods, _acts(periods, works, registers, sent, due), frames, due)


def _acts(
    periods: tuple[Period, Period],
    works: Mapping[str, Work],
    registers: Mapping[str, str],
    sent: Sequence[Sending],
    due: Mapping[str, date],
) -> tuple[Act, Act, Act]:
    """What comes until the first night, what comes after it, and the night after the last decisions."""
    year = periods[0].year
    autumn, spring = (night_of(day) for day in due.values())
    starts_at, next_year = datetime(year, 7, 1, 9, tzinfo=BERLIN), datetime(year + 1, 1, 11, 9, tzinfo=BERLIN)
    claimed_at = datetime.combine(spring.date() + timedelta(days=4), time(12), BERLIN)
    by_arrival = sorted(sent, key=lambda sending: (sending.arrives_at, sending.body.ags))
    early = tuple(sending for sending in by_arrival if sending.arrives_at <= autumn)
    return (
        Act(
            starts_at,
            {**registers, **_paid(works, berlin_date(starts_at))},
            early,
            autumn,
            tuple(decisions_after(autumn, periods, due)),
        ),
        Act(
            next_year,
            _paid(works, berlin_date(next_year)),
            tuple(by_arrival[len(early) :]),
            spring,
            tuple(approvals_after(spring, periods[1])),
        ),
        Act(claimed_at, {"claims": as_csv(claims(works, claimed_at.date()))}, (), spring + timedelta(days=5)),
    )


def _due_on(frames: Mapping[str, pl.DataFrame], period: Period) -> date:
    """The day on which the period's reports are due: for every body the same, as the demo's notices say."""
    owed = obligations(frames, pl.DataFrame(schema=_NO_SUBMISSIONS), period.closing_day)
    due = owed.filter(pl.col("period") == period.code)["due_on"].max()
    if not isinstance(due, date):
        raise TypeError(f"nobody owes a report for {period.code}")
    return due


def _bodies(works: Mapping[str, Work]) -> list[Body]:
    return [work.body for work in works.values()]


def works_of(seed: int, year: int, bodies: Sequence[Body]) -> dict[str, Work]:
    """Each body's year, with its own part of the registers."""
    granted, agreed = grants(seed, bodies, year), targets(seed, bodies, year)
    return {
        body.ags: Work(
            seed=seed,
            body=body,
            year=year,
            grants=tuple(grant for grant in granted if grant.ags == body.ags and grant.budget_year == year),
            targets=tuple(target for target in agreed if target.ags == body.ags),
        )
        for body in bodies
    }


def _registers(seed: int, year: int, works: Mapping[str, Work]) -> dict[str, str]:
    bodies = _bodies(works)
    return {"grants": as_csv(grants(seed, bodies, year)), "targets": as_csv(targets(seed, bodies, year))}


def _paid(works: Mapping[str, Work], until: date) -> dict[str, str]:
    paid = [payment for work in works.values() for payment in payments(work) if payment.paid_on <= until]
    return {"drawdowns": as_csv(paid)}


def draft_of(story: Story, sending: Sending, target: Path) -> Draft:
    """One file as it has to be written."""
    arrives_on = berlin_date(sending.arrives_at)
    days = chance(story.seed, sending.body.ags, sending.period.code, "prepared", sending.number).randint(0, 4)
    prepared_on = max(arrives_on - timedelta(days=days), sending.period.closing_day + timedelta(days=1))
    prefill = _prefill(story, sending)
    report = right_report(story.works[sending.body.ags], sending.period, prepared_on)
    return Draft(
        period=sending.form_period,
        prefill=prefill,
        report=_fitting(sending.spoil(report) if sending.spoil else report, prefill),
        damage=sending.damage,
        target=target,
    )


def _fitting(report: Report, prefill: Prefill) -> Report:
    """Without targets that the form does not print: that of another year asks for others."""
    if "targets" not in report:
        return report
    printed = {target["target_number"] for target in prefill.targets}
    return report | {"targets": [row for row in report["targets"] if row["target_number"] in printed]}


def _prefill(story: Story, sending: Sending) -> Prefill:
    period = sending.form_period
    return prefill_for(story.frames, sending.body.ags, period, due_on=story.due.get(period.code))
