"""Somebody who wants to know a hidden count: all that was ever published, what the words mean, and linear programming.

He shares no code with the publication. He reads what is public: figures of all releases with their states, which report
stood behind which release, the areas, the definitions, and the log of corrections. He assumes nothing that the
publication found out by itself. Of the log he makes more than it says: it tells how many bodies' reports changed a
figure, and he is taken to know which.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import inf
from typing import NamedTuple

import numpy as np
import polars as pl

from tests.disclosure.possible import System, Worlds, matrix


class Question(NamedTuple):
    """A count that the publication did not show: of which figure, and in which release."""

    release: int
    indicator: str
    side: str
    breakdown: str
    period: str
    area_key: str


class Interval(NamedTuple):
    """What the attacker found out."""

    question: Question
    least: float
    most: float

    @property
    def width(self) -> float:
        return self.most - self.least


LAND = "06"
"""An area whose members may be listed with itself."""
_PLACE = ("indicator_id", "breakdown", "period", "area_key")
Side = tuple[str, str, str]
"""Indicator, side, and a breakdown or dimension."""
Known = tuple[str, str, str, str]
"""Indicator, breakdown, period, body."""
Unknown = Callable[[str, str, str, str, str], int]
"""The place of the unknown count of an indicator, side, breakdown, period and body."""


@dataclass(frozen=True)
class Definitions:
    """What the catalogue says, so that everybody knows it.

    Attributes:
        wholes: (indicator, side, dimension): its parts add up to the total.
        parts: (indicator, side, dimension): each part is never more than the total.
        shares: indicators whose numerator is part of the denominator.
        same: ((indicator, side, breakdown), the same of another table): one and the same count.
        flows: indicators that count since 1 January: a half-year is never more than its year.
        fractions: indicators that count other than whole numbers; in others hidden means at least 1.
        not_added: indicators whose areas count once what bodies have in common.
        differences: indicator → the quota whose denominator less its numerator it counts.
        weighted: ((indicator, side, breakdown), counts with weights): the first is the sum of the others; a count that
            no table shows may be among them.
        below: pairs of counts of which the first is never more than the second.
        within: ((indicator, side, dimension), the same of another table): one and the same counts, value by value.
    """

    wholes: Sequence[tuple[str, str, str]] = ()
    parts: Sequence[tuple[str, str, str]] = ()
    shares: Sequence[str] = ()
    same: Sequence[tuple[tuple[str, str, str], tuple[str, str, str]]] = ()
    flows: Sequence[str] = ()
    fractions: Sequence[str] = ()
    not_added: Sequence[str] = ()
    differences: Mapping[str, str] = field(default_factory=dict)
    weighted: Sequence[tuple[Side, Sequence[tuple[Side, float]]]] = ()
    below: Sequence[tuple[Side, Side]] = ()
    within: Sequence[tuple[Side, Side]] = ()


@dataclass(frozen=True)
class Published:
    """One release as the public has it.

    Attributes:
        figures: indicator_id, area_key, period, breakdown, state (`hidden` where nothing is shown), numerator,
            denominator, is_quota, bodies_counted.
        versions: period and body → which of its reports the release rests on.
        members: period and area → its bodies.
        protected: indicators that are protected; of others there is nothing to find out.
        unchanged: indicator, side, breakdown, period and body of counts that a new report left as they were in the
            release before.
        corrections: indicator_id, area_key, period, breakdown, before, after: values of sums in the release before.
        between: indicator, side, breakdown, period and body → the least and the most that other figures, which nobody
            protects, let its count be.
    """

    figures: pl.DataFrame
    versions: Mapping[tuple[str, str], int]
    members: Mapping[tuple[str, str], Sequence[str]]
    protected: frozenset[str]
    unchanged: frozenset[tuple[str, str, str, str, str]] = frozenset()
    corrections: Sequence[tuple[str, str, str, str, float, float]] = ()
    between: Mapping[tuple[str, str, str, str, str], tuple[float, float]] = field(default_factory=dict)

    @cached_property
    def counting(self) -> Mapping[Known, None]:
        """Which bodies' figures count in areas: those with a value, shown or not."""
        return dict.fromkeys(
            (indicator, breakdown, period, area)
            for indicator, _, breakdown, period, area, *_ in _rows(self)
            if (period, area) in self.versions
        )

    @cached_property
    def breakdowns(self) -> Mapping[tuple[str, str, str], Sequence[str]]:
        """Indicator, period and body → the breakdowns that the body has."""
        found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for indicator, breakdown, period, body in self.counting:
            if breakdown != "gesamt":
                found[indicator, period, body].append(breakdown)
        return found


def attack(
    releases: Sequence[Published], definitions: Definitions, enough: Mapping[str, float] | None = None
) -> Iterator[Interval]:
    """The interval of every hidden count that no release shows, in all releases together.

    Args:
        releases: in their order.
        definitions: what everybody knows.
        enough: indicator → width from which on nobody asks how much wider an interval is: then its ends are those that
            were seen, and lie within the true ones.
    """
    system, hidden = _everything(releases, definitions)
    shown = {tuple(sorted(terms.items())) for terms, _ in system.equations}
    asked = {question: terms for question, terms in hidden.items() if tuple(sorted(terms.items())) not in shown}
    yield from _intervals(system, asked, enough or {})


def _everything(
    releases: Sequence[Published], definitions: Definitions
) -> tuple[System, dict[Question, dict[int, float]]]:
    system = System()
    hidden: dict[Question, dict[int, float]] = {}
    for number, release in enumerate(releases):
        _read(system, hidden, number, release, definitions)
        _define(system, release, definitions)
        _bound(system, release)
        if number:
            _compare(system, releases[number - 1], release)
    return system, hidden


def _bound(system: System, release: Published) -> None:
    """What figures that nobody protects say of protected counts."""
    for (indicator, side, breakdown, period, body), (least, most) in release.between.items():
        if (indicator, breakdown, period, body) in release.counting and indicator in release.protected:
            place = system.unknown(indicator, side, breakdown, period, body, release.versions[period, body])
            system.bounds.append(({place: -1.0}, -least))
            if most < inf:
                system.bounds.append(({place: 1.0}, most))


def _compare(system: System, before: Published, after: Published) -> None:
    """What the log of corrections adds to two releases: which counts stayed, and the sums before and after."""
    for indicator, side, breakdown, period, body in sorted(after.unchanged):
        old, new = (
            system.unknown(indicator, side, breakdown, period, body, release.versions[period, body])
            for release in (before, after)
        )
        if old != new:
            system.equations.append(({old: 1.0, new: -1.0}, 0.0))
    for indicator, area, period, breakdown, *values in after.corrections:
        for release, value in zip((before, after), values, strict=True):
            terms = _expression(system, release, Question(0, indicator, "numerator", breakdown, period, area))
            system.equations.append((terms, value))


def telling_medians(release: Published, medians: frozenset[str]) -> list[tuple[str, str, str, str]]:
    """Shown medians that rest on more bodies than the release shows: a median is one of their values.

    Args:
        release: with the figures of the indicators asked for, protected or not, and on how many bodies each rests.
        medians: indicators of which an area's figure is the median of its bodies'.

    Returns:
        Indicator, breakdown, period and area.
    """
    of_medians = release.figures.filter(pl.col("indicator_id").is_in(medians), state="ok")
    counted = {tuple(key): bodies for *key, bodies in of_medians.select(*_PLACE, "bodies_counted").iter_rows()}
    return sorted(
        (indicator, breakdown, period, area)
        for (indicator, breakdown, period, area), bodies in counted.items()
        if bodies
        != sum(
            (indicator, breakdown, period, body) in counted for body in release.members[period, area] if body != LAND
        )
    )


def rest(
    releases: Sequence[Published], definitions: Definitions, whole: Question, part: Question
) -> tuple[float, float]:
    """The interval of what a whole has beyond a part."""
    system, _ = _everything(releases, definitions)
    aim = _expression(system, releases[whole.release], whole)
    for place, factor in _expression(system, releases[part.release], part).items():
        aim[place] = aim.get(place, 0.0) - factor
    return _extremes(system, aim)


def _rows(release: Published) -> Iterator[tuple[str, str, str, str, str, str, float | None, bool]]:
    """indicator, side, breakdown, period, area, state, value, whether the release has that side at all."""
    columns = ("indicator_id", "breakdown", "period", "area_key", "state", "numerator", "denominator", "is_quota")
    for indicator, breakdown, period, area, state, numerator, denominator, is_quota in release.figures.select(
        columns
    ).iter_rows():
        if indicator in release.protected and state in ("ok", "hidden"):
            yield indicator, "numerator", breakdown, period, area, state, _number(numerator), True
            if is_quota:
                yield indicator, "denominator", breakdown, period, area, state, _number(denominator), True


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


def _expression(system: System, release: Published, asked: Question) -> dict[int, float]:
    """A count as a sum of its bodies' unknown counts."""
    _, indicator, side, breakdown, period, area = asked
    return {
        system.unknown(indicator, side, breakdown, period, body, release.versions[period, body]): 1.0
        for body in release.members[period, area]
        if (indicator, breakdown, period, body) in release.counting
    }


def _read(
    system: System,
    hidden: dict[Question, dict[int, float]],
    number: int,
    release: Published,
    definitions: Definitions,
) -> None:
    for indicator, side, breakdown, period, area, _, value, _ in _rows(release):
        asked = Question(number, indicator, side, breakdown, period, area)
        terms = _expression(system, release, asked)
        if indicator in definitions.differences:
            terms = _difference(system, release, definitions.differences[indicator], asked)
        if indicator in definitions.not_added and len(terms) > 1:
            _read_bounded(system, hidden, asked, terms, value)
        elif value is not None:
            system.equations.append((terms, value))
        else:
            hidden[asked] = terms
            least = 0.0 if indicator in definitions.fractions else 1.0
            system.bounds.append(({place: -factor for place, factor in terms.items()}, -least))


def _difference(system: System, release: Published, quota: str, asked: Question) -> dict[int, float]:
    """What the quota's denominators have beyond its numerators."""
    return {
        system.unknown(quota, side, asked.breakdown, asked.period, body, release.versions[asked.period, body]): factor
        for body in release.members[asked.period, asked.area_key]
        if (quota, asked.breakdown, asked.period, body) in release.counting
        for side, factor in (("denominator", 1.0), ("numerator", -1.0))
    }


def _read_bounded(
    system: System,
    hidden: dict[Question, dict[int, float]],
    asked: Question,
    terms: dict[int, float],
    value: float | None,
) -> None:
    """A total that counts once what bodies have in common."""
    total = system.unknown("total", *asked)
    system.bounds += [({place: 1.0, total: -1.0}, 0.0) for place in terms]
    system.bounds.append(({total: 1.0, **dict.fromkeys(terms, -1.0)}, 0.0))
    if value is None:
        hidden[asked] = {total: 1.0}
        system.bounds.append(({total: -1.0}, -1.0))
    else:
        system.equations.append(({total: 1.0}, value))


def _define(system: System, release: Published, definitions: Definitions) -> None:
    def unknown(indicator: str, side: str, breakdown: str, period: str, body: str) -> int:
        return system.unknown(indicator, side, breakdown, period, body, release.versions[period, body])

    for indicator, breakdown, period, body in release.counting:
        if breakdown == "gesamt":
            _define_breakdowns(system, definitions, release, unknown, (indicator, period, body))
        if indicator in definitions.shares:
            both = {
                unknown(indicator, "numerator", breakdown, period, body): 1.0,
                unknown(indicator, "denominator", breakdown, period, body): -1.0,
            }
            system.bounds.append((both, 0.0))
        year = period.removesuffix("-H1")
        if year != period and indicator in definitions.flows and (indicator, breakdown, year, body) in release.counting:
            earlier = unknown(indicator, "numerator", breakdown, period, body)
            later = unknown(indicator, "numerator", breakdown, year, body)
            system.bounds.append(({earlier: 1.0, later: -1.0}, 0.0))
    _define_counts(system, release, definitions, unknown)


def _define_counts(system: System, release: Published, definitions: Definitions, unknown: Unknown) -> None:
    """Counts of different tables that have to do with each other."""
    for one, other in _pairs(release, definitions):
        for period, body in _bodies_of(release, one):
            if (other[0], other[2], period, body) in release.counting:
                both = {unknown(*one, period, body): 1.0, unknown(*other, period, body): -1.0}
                system.equations.append((both, 0.0))
    for one, other in definitions.below:
        for period, body in _bodies_of(release, one) | _bodies_of(release, other):
            both = {unknown(*one, period, body): 1.0, unknown(*other, period, body): -1.0}
            system.bounds.append((both, 0.0))
    for whole, weights in definitions.weighted:
        for period, body in _bodies_of(release, whole):
            terms = {unknown(*part, period, body): weight for part, weight in weights}
            system.equations.append(({**terms, unknown(*whole, period, body): -1.0}, 0.0))


def _pairs(release: Published, definitions: Definitions) -> Iterator[tuple[Side, Side]]:
    """Counts of two tables that are one and the same."""
    yield from definitions.same
    for (one, one_side, dimension), (other, other_side, _) in definitions.within:
        breakdowns = {breakdown for indicator, breakdown, *_ in release.counting if indicator == one}
        for breakdown in sorted(breakdowns):
            if breakdown.startswith(f"{dimension}="):
                yield (one, one_side, breakdown), (other, other_side, breakdown)


def _bodies_of(release: Published, side: Side) -> set[tuple[str, str]]:
    """Periods and bodies with a figure of an indicator and breakdown."""
    return {(period, body) for *about, period, body in release.counting if about == [side[0], side[2]]}


def _define_breakdowns(
    system: System,
    definitions: Definitions,
    release: Published,
    unknown: Unknown,
    whole: tuple[str, str, str],
) -> None:
    indicator, period, body = whole
    parts: dict[str, list[str]] = {}
    for breakdown in release.breakdowns[whole]:
        parts.setdefault(breakdown.split("=")[0], []).append(breakdown)
    for dimension, breakdowns in parts.items():
        for side in ("numerator", "denominator"):
            total = unknown(indicator, side, "gesamt", period, body)
            places = [unknown(indicator, side, breakdown, period, body) for breakdown in breakdowns]
            if (indicator, side, dimension) in definitions.wholes:
                system.equations.append(({**dict.fromkeys(places, 1.0), total: -1.0}, 0.0))
            if (indicator, side, dimension) in definitions.parts:
                system.bounds += [({place: 1.0, total: -1.0}, 0.0) for place in places]


def _intervals(
    system: System, hidden: Mapping[Question, dict[int, float]], enough: Mapping[str, float]
) -> Iterator[Interval]:
    """Every answer to one question is a possible world: it answers others too, as far as it goes."""
    columns = len(system.places)
    questions = list(hidden)
    aims, _ = matrix([(hidden[question], 0.0) for question in questions], columns)
    if aims is None:
        return
    solver = Worlds(system)
    least, most = np.full(len(questions), np.inf), np.full(len(questions), -np.inf)
    wanted = np.array([enough.get(question.indicator, np.inf) for question in questions])
    for number, question in enumerate(questions):
        for sign in (-1.0, 1.0):
            if most[number] - least[number] >= wanted[number]:
                break
            world, is_endless = solver.farthest(hidden[question], sign)
            seen = aims @ world
            least, most = np.minimum(least, seen), np.maximum(most, seen)
            if is_endless:
                (most if sign > 0 else least)[number] = sign * np.inf
        yield Interval(question, float(least[number]), float(most[number]))


def _extremes(system: System, terms: Mapping[int, float]) -> tuple[float, float]:
    """The least and the greatest value of an expression."""
    solver, ends = Worlds(system), []
    for sign in (-1.0, 1.0):
        world, is_endless = solver.farthest(terms, sign)
        ends.append(sign * np.inf if is_endless else float(sum(world[place] * by for place, by in terms.items())))
    return ends[0], ends[1]
