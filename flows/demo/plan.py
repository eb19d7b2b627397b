"""Who sends what, and when: the story that the demo tells."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from expectations.period import LAST_YEAR, Period, ReportKind
from flows.demo import mishaps
from flows.demo.bodies import Body
from flows.demo.chance import chance
from flows.demo.work import Report
from flows.settings import BERLIN

Spoil = Callable[[Report], Report]
Damage = Callable[[bytes], bytes]

NIGHT_AFTER = timedelta(days=2)
"""The night runs two days after the due date, so that one late report is in it."""
NIGHT_TIME = time(3, 15)


@dataclass(frozen=True)
class Letter:
    """One file that a body sends.

    Attributes:
        days: days after the due date, negative for before; None for some day in the weeks before it.
        spoil: what is wrong with what was typed, None if nothing.
        damage: what is wrong with the file itself, None if nothing.
        wrong_form: whether the form of another year was used.
        copies: how often the same bytes arrive once more.
    """

    days: int | None = None
    spoil: Spoil | None = None
    damage: Damage | None = None
    wrong_form: bool = False
    copies: int = 0


@dataclass(frozen=True)
class Sending:
    """A letter with its date: what lies in the inbox under which name, and since when.

    Attributes:
        period: the period reported on.
        form_period: the period whose form was used; another one only by mistake.
        number: which of the body's letters for the period it is, from 1.
        names: file names in the inbox; every further one is a copy of the first.
    """

    body: Body
    period: Period
    form_period: Period
    number: int
    spoil: Spoil | None
    damage: Damage | None
    arrives_at: datetime
    names: tuple[str, ...]


RIGHT = (Letter(),)
_HALF_YEAR: Mapping[str, tuple[Letter, ...]] = {
    "06437": (),  # never reports; exempt from this one
    "06534": (Letter(1),),  # a day late, for which the due date is extended afterwards
    "06432": (Letter(-17), Letter(20)),  # given back by the ministry, corrected
    "06411": (Letter(-9), Letter(-2, mishaps.not_recorded_in_other_words)),  # the second is voided
    "06431": (Letter(-6, mishaps.quarters_do_not_add_up), Letter(-1)),
    "06433": (Letter(-11, mishaps.quarters_do_not_add_up), Letter(-10)),
    "06438": (Letter(-4, mishaps.more_women_than_people), Letter(9)),
    "06533": (Letter(-9, wrong_form=True), Letter(10)),
    "06636": (Letter(-3, damage=mishaps.cut_off), Letter(4)),
    "06633": (Letter(-8, damage=mishaps.web_page), Letter(-7)),
    "06611": (Letter(-5, copies=1),),
    "06439": (Letter(-12, mishaps.numbers_as_text),),
    "06631": (Letter(-7, mishaps.not_recorded_in_other_words),),
    "06634": (Letter(-2, mishaps.lone_dash),),
    "06535": (Letter(-10, mishaps.topics_not_kept_explained),),
    "06632": (Letter(-4, mishaps.meeting_without_people),),
    "06440": (Letter(-1, mishaps.left_open),),
    "06413": (Letter(-11, mishaps.telephone_number), Letter(-3)),
}
"""What happens to whom in the half-year; every other body sends one right report in time."""
_YEAR: Mapping[str, tuple[Letter, ...]] = {
    "06437": (),
    "06531005": (Letter(1),),
    "06432": (Letter(-16, mishaps.sources_do_not_add_up), Letter(-3)),
    "06534": (Letter(-13, mishaps.sources_do_not_add_up), Letter(-12)),
    "06438": (Letter(-1, mishaps.sources_do_not_add_up),),
    "06433012": (Letter(-5, mishaps.more_than_granted),),
    "06412": (Letter(-6, mishaps.less_than_half_year),),
    "06434001": (Letter(-9, mishaps.not_confirmed), Letter(-2)),
    "06440": (Letter(-8, mishaps.left_open), Letter(-2)),
    "06632": (Letter(-9, wrong_form=True), Letter(-4)),
    "06635": (Letter(-3, damage=mishaps.cut_off),),  # has more time
    "06435": (Letter(-20, damage=mishaps.web_page), Letter(-20)),
    "06532023": (Letter(-4, damage=mishaps.other_workbook), Letter(-3)),
    "06414": (Letter(-7, copies=2),),
    "06532": (Letter(-10, mishaps.numbers_as_text),),
    "06631": (Letter(-14, mishaps.not_recorded_in_other_words),),
    "06634": (Letter(-6, mishaps.lone_dash), Letter(-5)),
    "06535": (Letter(-12, mishaps.topics_not_kept_explained),),
    "06415": (Letter(-9, mishaps.unspent_explained),),
    "06436": (Letter(-2, mishaps.unspent),),
    "06434": (Letter(-8, mishaps.overwritten_grant), Letter(-6)),
    "06531": (Letter(-5, mishaps.other_state_funds),),
}


def night_of(due_on: date) -> datetime:
    """When the night that follows a due date runs."""
    return datetime.combine(due_on + NIGHT_AFTER, NIGHT_TIME, BERLIN)


def sendings(seed: int, bodies: Sequence[Body], period: Period, due_on: date) -> list[Sending]:
    """All files of one period, in the order of their arrival.

    Args:
        seed: decides days and hours that the story leaves open.
        bodies: all reporting bodies.
        period: a half-year or a year.
        due_on: the day on which its reports are due.
    """
    stories = _HALF_YEAR if period.kind is ReportKind.HALF_YEAR else _YEAR
    every = [
        sending for body in bodies for sending in _sendings(seed, body, period, due_on, stories.get(body.ags, RIGHT))
    ]
    return sorted(every, key=lambda sending: (sending.arrives_at, sending.body.ags))


def _sendings(seed: int, body: Body, period: Period, due_on: date, letters: Sequence[Letter]) -> Iterator[Sending]:
    for number, letter in enumerate(letters, start=1):
        draw = chance(seed, body.ags, period.code, "sending", number)
        days = letter.days if letter.days is not None else -draw.randint(1, 21)
        hour = 8 + 2 * number if letter.days is not None else draw.randint(8, 17)
        arrives_on = _at_work(due_on + timedelta(days=days)) if days < 0 else due_on + timedelta(days=days)
        yield Sending(
            body=body,
            period=period,
            form_period=_other(period) if letter.wrong_form else period,
            number=number,
            spoil=letter.spoil,
            damage=letter.damage,
            arrives_at=datetime.combine(arrives_on, time(hour, draw.randint(0, 59), draw.randint(0, 59)), BERLIN),
            names=tuple(_names(body, period, number, letter.copies)),
        )


def _at_work(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def _other(period: Period) -> Period:
    return Period(period.year + 1 if period.year < LAST_YEAR else period.year - 1, period.kind)


def _names(body: Body, period: Period, number: int, copies: int) -> Iterator[str]:
    again = "" if number == 1 else " (berichtigt)" if number == 2 else f" ({number})"
    stem = f"{period.kind.value} {period.year} {body.short_name}{again}"
    yield f"{stem}.xlsx"
    for copy in range(1, copies + 1):
        yield f"{stem} - Kopie{'' if copy == 1 else f' ({copy})'}.xlsx"
