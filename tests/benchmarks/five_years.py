"""Five full years of 33 bodies in a data folder, and what the auditors' database costs then; a program, not a test.

Run: python -m tests.benchmarks.five_years FOLDER
Fills the folder where it is empty (real workbooks through the real line, some minutes) and measures on it what an
auditor waits for: all figures, a trace, the evidence of a submission, the figures of an earlier day; and what a night
waits for: a build from a warm cache. A folder that is filled already is only measured.
"""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

from expectations.finding import Severity, Verdict
from expectations.period import FIRST_YEAR, LAST_YEAR, Period, ReportKind
from flows import assemble, line, reference
from flows.demo import mishaps
from flows.demo.bodies import Body, bodies_on
from flows.demo.chance import chance
from flows.demo.files import Draft, become_writer, drop, write_file
from flows.demo.folder import fresh_ledger
from flows.demo.money import payments
from flows.demo.plan import NIGHT_TIME, Spoil
from flows.demo.register import Grant, as_csv, grants, targets
from flows.demo.reports import right_report
from flows.demo.work import Work
from flows.desk.acts import explain
from flows.ledger import Ledger, append, documents, entries
from flows.settings import BERLIN, DataFolder
from flows.template import prefill_for
from tests.benchmarks.auditing import measure

SEED = 2030
YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
SHARE_CORRECTED = 0.12
"""So many reports come wrong first and right nine days later."""
SHARE_RESENT = 0.05
"""So many accepted reports are replaced by a later one."""


@dataclass(frozen=True)
class Sent:
    """One file: what it reports on, what is wrong with it, and on which day it arrives."""

    body: Body
    period: Period
    arrives_on: date
    spoil: Spoil | None = None
    number: int = 1

    @property
    def name(self) -> str:
        """Its file name."""
        return f"{self.period.code} {self.body.ags} {self.number}.xlsx"


@dataclass(frozen=True)
class House:
    """The folder that is filled, and the registers that its ministry keeps."""

    folder: DataFolder
    ledger: Ledger
    bodies: Sequence[Body]
    granted: Sequence[Grant]

    @property
    def workshop(self) -> Path:
        """Where files lie before they are sent."""
        return self.folder.cache / "five_years"

    def take_in(self, dataset: str, text: str, day: date) -> None:
        """Import a register."""
        file = self.workshop / f"{dataset}.csv"
        file.write_text(text, encoding="utf-8")
        reference.import_file(self.folder, self.ledger, file, now=_at(day))

    def record(self, kind: str, body: Mapping[str, object], day: date, why: str = "") -> None:
        """Append an act to the ledger."""
        append(self.ledger, kind, body, at=_at(day), texts={"why": why} if why else {})

    def work(self, body: Body, year: int) -> Work:
        """A body's year."""
        own = tuple(grant for grant in self.granted if grant.ags == body.ags and grant.budget_year == year)
        agreed = tuple(one for one in targets(SEED, [body], FIRST_YEAR) if one.year_from <= year <= one.year_to)
        return Work(SEED, body, year, own, agreed)


def main(root: str) -> None:
    """Fill the folder if nothing is in it, and measure."""
    folder = DataFolder(Path(root))
    if not folder.ledger_file.exists():
        fill(folder)
    measure(folder)


def fill(folder: DataFolder, years: Iterable[int] = YEARS) -> None:
    """Years of a demonstration: registers every month, reports in their season, acts between the nights."""
    begin = date(FIRST_YEAR, 1, 12)
    bodies = bodies_on(date(FIRST_YEAR, 12, 31), reference.packaged().frames)
    ledger = fresh_ledger(folder, SEED, _at(begin))
    house = House(folder, ledger, bodies, grants(SEED, bodies, FIRST_YEAR))
    house.workshop.mkdir(parents=True)
    house.take_in("grants", as_csv(house.granted), begin)
    house.take_in("targets", as_csv(targets(SEED, bodies, FIRST_YEAR)), begin)
    with ProcessPoolExecutor(os.cpu_count() or 1, get_context("spawn"), become_writer) as writers:
        for year in years:
            sent = sorted(_sent(house, year), key=lambda one: (one.arrives_on, one.body.ags, one.number))
            list(writers.map(write_file, _drafts(house, year, sent)))
            _live_through(house, year, sent)
            sys.stdout.write(f"{year} is filled\n")
            sys.stdout.flush()


# --- who sends what --------------------------------------------------------------------------------------------------


def _sent(house: House, year: int) -> Iterator[Sent]:
    half, whole = Period(year, ReportKind.HALF_YEAR), Period(year, ReportKind.YEAR)
    for body in house.bodies:
        work = house.work(body, year)
        yield from _letters(work, half, date(year, 8, 31), mishaps.quarters_do_not_add_up)
        yield from _letters(work, whole, date(year + 1, 3, 31), mishaps.sources_do_not_add_up)


def _letters(work: Work, period: Period, due_on: date, mistake: Spoil) -> Iterator[Sent]:
    draw = work.draw("five years", period.code)
    first = due_on - timedelta(days=draw.randint(-4, 20))
    is_wrong, is_resent = draw.random() < SHARE_CORRECTED, draw.random() < SHARE_RESENT
    yield Sent(work.body, period, first, mistake if is_wrong else None)
    if is_wrong or is_resent:
        yield Sent(work.body, period, first + timedelta(days=9), number=2)


def _drafts(house: House, year: int, sent: Iterable[Sent]) -> list[Draft]:
    frames = reference.in_force(house.folder, house.ledger).frames
    works = {body.ags: house.work(body, year) for body in house.bodies}
    reports = [(one, right_report(works[one.body.ags], one.period, one.arrives_on)) for one in sent]
    return [
        Draft(
            period=one.period,
            prefill=prefill_for(frames, one.body.ags, one.period),
            report=one.spoil(report) if one.spoil else report,
            damage=None,
            target=house.workshop / one.name,
        )
        for one, report in reports
    ]


# --- what happens when -----------------------------------------------------------------------------------------------


def _live_through(house: House, year: int, sent: Sequence[Sent]) -> None:
    """A year and the spring after it: every month an import, after each due date nights, and acts between them."""
    halves = [one for one in sent if one.period.kind is ReportKind.HALF_YEAR]
    wholes = [one for one in sent if one.period.kind is ReportKind.YEAR]
    for month in range(1, 13):
        _pay(house, date(year, month, 15))
        if month == 5:
            _amend(house, date(year, month, 20))
        if month == 8:
            _release_from_duty(house, Period(year, ReportKind.HALF_YEAR), date(year, month, 20))
        if month == 9:
            _season(house, halves, date(year, month, 10))
    _release_from_duty(house, Period(year, ReportKind.YEAR), date(year + 1, 3, 20))
    _season(house, wholes, date(year + 1, 4, 18))


def _season(house: House, sent: Sequence[Sent], last: date) -> None:
    """Three nights a week apart: reports come, are explained and approved; only the last night publishes."""
    after = date.min
    for night_on in (last - timedelta(days=7), last, last + timedelta(days=7)):
        _send(house, [one for one in sent if after <= one.arrives_on < night_on])
        night = line.begin(house.folder, business_at=datetime.combine(night_on, NIGHT_TIME, BERLIN))
        line.collect(night)
        line.record(night, line.read_and_judge(night))
        if night_on == last:
            _explain(house)
            _approve(house, last + timedelta(days=3))
        after = night_on
    line.publish(night, line.build(night))


def _send(house: House, sent: Iterable[Sent]) -> None:
    house.folder.inbox.mkdir(parents=True, exist_ok=True)
    for one in sent:
        drop(house.workshop / one.name, house.folder.inbox, [one.name], _at(one.arrives_on))


def _pay(house: House, day: date) -> None:
    """The register of payments as it stands: everything paid in earlier years and in this one up to the day."""
    works = (house.work(body, year) for body in house.bodies for year in range(FIRST_YEAR, day.year + 1))
    paid = [payment for work in works for payment in payments(work) if payment.paid_on <= day]
    if paid:
        house.take_in("drawdowns", as_csv(paid), day)


def _amend(house: House, day: date) -> None:
    """A few notices of the years so far are amended: 500 EUR more."""
    amended = [
        replace(grant, granted_eur=grant.granted_eur + 500, amended_on=day)
        if grant.budget_year <= day.year and number % 97 == grant.budget_year % 7
        else grant
        for number, grant in enumerate(house.granted)
    ]
    house.take_in("grants", as_csv(amended), day)


def _release_from_duty(house: House, period: Period, day: date) -> None:
    """Two bodies get six weeks more, one is exempt."""
    keys = sorted(body.ags for body in house.bodies)
    *extended, exempt = chance(SEED, period.code, "extended").sample(keys, 3)
    until = (day + timedelta(days=42)).isoformat()
    for ags in extended:
        act = {"ags": ags, "period": period.code, "until": until, "by": "demo", "retroactive": False}
        house.record("extension", act, day, "Krankheit")
    house.record("waiver", {"ags": exempt, "period": period.code, "by": "demo"}, day, "Neu besetzt")


def _explain(house: House) -> None:
    """Two of three reports that wait for it are explained."""
    judgements = documents(house.ledger, assemble.JUDGEMENT)
    known = assemble.taken(entries(house.ledger, *assemble.OF_SUBMISSIONS))
    waiting = [one for one in known if one.verdict and one.verdict.body["verdict"] == Verdict.AWAITING_EXPLANATION]
    for one in waiting:
        if one.receipt.submission_id % 3:
            findings = assemble.judgement_of(one, judgements).findings
            unsaid = {item.code for item in findings if item.severity is Severity.WARNING and not item.explained}
            for code in sorted(unsaid):
                explain(house.folder, one.receipt.submission_id, code, "Wir haben die Angabe geprüft; sie trifft zu.")


def _approve(house: House, day: date) -> None:
    """Every fifth report in force is approved, and one is declared void."""
    frame = assemble.submissions(entries(house.ledger, *assemble.OF_SUBMISSIONS))
    in_force = frame.filter("in_force")["submission_id"].to_list()
    signed = {"by": ["demo", "demo-2"]}
    for number in in_force[::5]:
        house.record("approval", {"submission_id": number, **signed}, day, "Zahlen und Sachbericht sind plausibel")
    house.record("voiding", {"submission_id": in_force[-17], **signed}, day, "Der Bericht beruht auf falschen Büchern")


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=BERLIN)


if __name__ == "__main__":
    main(sys.argv[1])
