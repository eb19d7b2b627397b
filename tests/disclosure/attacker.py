"""Somebody who wants to know a hidden count: all that was ever published, what the words mean, and linear programming.

He shares no code with the publication. He reads what is public: figures of all releases with their states, which report
stood behind which release, the areas, and the definitions. He assumes nothing that the publication found out by itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import polars as pl
from scipy.optimize import linprog
from scipy.sparse import csr_array

TOLERANCE = 1e-5


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
    """

    wholes: Sequence[tuple[str, str, str]] = ()
    parts: Sequence[tuple[str, str, str]] = ()
    shares: Sequence[str] = ()
    same: Sequence[tuple[tuple[str, str, str], tuple[str, str, str]]] = ()
    flows: Sequence[str] = ()
    fractions: Sequence[str] = ()
    not_added: Sequence[str] = ()
    differences: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Published:
    """One release as the public has it.

    Attributes:
        figures: indicator_id, area_key, period, breakdown, state (`hidden` where nothing is shown), numerator,
            denominator.
        versions: period and body → which of its reports the release rests on.
        members: period and area → its bodies.
        protected: indicators that are protected; of others there is nothing to find out.
    """

    figures: pl.DataFrame
    versions: Mapping[tuple[str, str], int]
    members: Mapping[tuple[str, str], Sequence[str]]
    protected: frozenset[str]


@dataclass
class _System:
    """Linear equations and bounds over unknown counts."""

    places: dict[tuple[object, ...], int] = field(default_factory=dict)
    equations: list[tuple[dict[int, float], float]] = field(default_factory=list)
    bounds: list[tuple[dict[int, float], float]] = field(default_factory=list)

    def unknown(self, *name: object) -> int:
        return self.places.setdefault(name, len(self.places))


def attack(releases: Sequence[Published], definitions: Definitions) -> Iterator[Interval]:
    """The interval of every hidden count that no release shows, in all releases together."""
    system = _System()
    hidden: dict[Question, dict[int, float]] = {}
    for number, release in enumerate(releases):
        _read(system, hidden, number, release, definitions)
        _define(system, release, definitions)
    shown = {tuple(sorted(terms.items())) for terms, _ in system.equations}
    yield from _intervals(
        system, {asked: terms for asked, terms in hidden.items() if tuple(sorted(terms.items())) not in shown}
    )


def rest(
    releases: Sequence[Published], definitions: Definitions, whole: Question, part: Question
) -> tuple[float, float]:
    """The interval of what a whole has beyond a part."""
    system = _System()
    for number, release in enumerate(releases):
        _read(system, {}, number, release, definitions)
        _define(system, release, definitions)
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


def _counting(release: Published) -> set[tuple[str, str, str, str]]:
    """Which bodies' figures count in areas: those with a value, shown or not."""
    return {
        (indicator, breakdown, period, area)
        for indicator, _, breakdown, period, area, *_ in _rows(release)
        if (period, area) in release.versions
    }


def _expression(system: _System, release: Published, asked: Question) -> dict[int, float]:
    """A count as a sum of its bodies' unknown counts."""
    _, indicator, side, breakdown, period, area = asked
    counting = _counting(release)
    bodies = [body for body in release.members[period, area] if (indicator, breakdown, period, body) in counting]
    return {
        system.unknown(indicator, side, breakdown, period, body, release.versions[period, body]): 1.0 for body in bodies
    }


def _read(
    system: _System,
    hidden: dict[Question, dict[int, float]],
    number: int,
    release: Published,
    definitions: Definitions,
) -> None:
    counting = _counting(release)
    for indicator, side, breakdown, period, area, _, value, _ in _rows(release):
        asked = Question(number, indicator, side, breakdown, period, area)
        bodies = [body for body in release.members[period, area] if (indicator, breakdown, period, body) in counting]
        terms = {
            system.unknown(indicator, side, breakdown, period, body, release.versions[period, body]): 1.0
            for body in bodies
        }
        if indicator in definitions.differences:
            terms = _difference(system, release, counting, definitions.differences[indicator], asked)
        if indicator in definitions.not_added and len(bodies) > 1:
            _read_bounded(system, hidden, asked, terms, value)
        elif value is not None:
            system.equations.append((terms, value))
        else:
            hidden[asked] = terms
            least = 0.0 if indicator in definitions.fractions else 1.0
            system.bounds.append(({place: -factor for place, factor in terms.items()}, -least))


def _difference(
    system: _System, release: Published, counting: set[tuple[str, str, str, str]], quota: str, asked: Question
) -> dict[int, float]:
    """What the quota's denominators have beyond its numerators."""
    return {
        system.unknown(quota, side, asked.breakdown, asked.period, body, release.versions[asked.period, body]): factor
        for body in release.members[asked.period, asked.area_key]
        if (quota, asked.breakdown, asked.period, body) in counting
        for side, factor in (("denominator", 1.0), ("numerator", -1.0))
    }


def _read_bounded(
    system: _System,
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


def _define(system: _System, release: Published, definitions: Definitions) -> None:
    counting = sorted(_counting(release))
    known = set(counting)

    def unknown(indicator: str, side: str, breakdown: str, period: str, body: str) -> int:
        return system.unknown(indicator, side, breakdown, period, body, release.versions[period, body])

    for indicator, breakdown, period, body in counting:
        if breakdown == "gesamt":
            _define_breakdowns(system, definitions, counting, unknown, (indicator, period, body))
        if indicator in definitions.shares:
            both = {
                unknown(indicator, "numerator", breakdown, period, body): 1.0,
                unknown(indicator, "denominator", breakdown, period, body): -1.0,
            }
            system.bounds.append((both, 0.0))
        year = period.removesuffix("-H1")
        if year != period and indicator in definitions.flows and (indicator, breakdown, year, body) in known:
            earlier = unknown(indicator, "numerator", breakdown, period, body)
            later = unknown(indicator, "numerator", breakdown, year, body)
            system.bounds.append(({earlier: 1.0, later: -1.0}, 0.0))
    for (one, one_side, one_breakdown), (other, other_side, other_breakdown) in definitions.same:
        for indicator, breakdown, period, body in counting:
            if (indicator, breakdown) == (one, one_breakdown) and (other, other_breakdown, period, body) in known:
                left = unknown(one, one_side, one_breakdown, period, body)
                right = unknown(other, other_side, other_breakdown, period, body)
                system.equations.append(({left: 1.0, right: -1.0}, 0.0))


def _define_breakdowns(
    system: _System,
    definitions: Definitions,
    counting: Sequence[tuple[str, str, str, str]],
    unknown: object,
    whole: tuple[str, str, str],
) -> None:
    assert callable(unknown)
    indicator, period, body = whole
    parts: dict[str, list[str]] = {}
    for other, breakdown, same_period, same_body in counting:
        if (other, same_period, same_body) == whole and breakdown != "gesamt":
            parts.setdefault(breakdown.split("=")[0], []).append(breakdown)
    for dimension, breakdowns in parts.items():
        for side in ("numerator", "denominator"):
            total = unknown(indicator, side, "gesamt", period, body)
            places = [unknown(indicator, side, breakdown, period, body) for breakdown in breakdowns]
            if (indicator, side, dimension) in definitions.wholes:
                system.equations.append(({**dict.fromkeys(places, 1.0), total: -1.0}, 0.0))
            if (indicator, side, dimension) in definitions.parts:
                system.bounds += [({place: 1.0, total: -1.0}, 0.0) for place in places]


def _intervals(system: _System, hidden: Mapping[Question, dict[int, float]]) -> Iterator[Interval]:
    found: dict[tuple[tuple[int, float], ...], tuple[float, float]] = {}
    for question, terms in hidden.items():
        key = tuple(sorted(terms.items()))
        if key not in found:
            found[key] = _extremes(system, terms)
        yield Interval(question, *found[key])


def _extremes(system: _System, terms: Mapping[int, float]) -> tuple[float, float]:
    """The least and the greatest value of an expression."""
    columns = len(system.places)
    aim = np.zeros(columns)
    for place, factor in terms.items():
        aim[place] = factor
    left, right = _matrix(system.equations, columns)
    upper, most = _matrix(system.bounds, columns)
    ends = []
    for sign in (1.0, -1.0):
        found = linprog(sign * aim, A_ub=upper, b_ub=most, A_eq=left, b_eq=right, bounds=(0, None), method="highs")
        assert found.status in (0, 3), f"what was published contradicts itself: {found.message}"
        ends.append(float("inf") if found.status == 3 else sign * float(found.fun))
    return ends[0], ends[1]


def _matrix(
    rows: Sequence[tuple[Mapping[int, float], float]], columns: int
) -> tuple[csr_array | None, np.ndarray | None]:
    if not rows:
        return None, None
    entries = [(number, place, factor) for number, (row, _) in enumerate(rows) for place, factor in row.items()]
    numbers, places, factors = zip(*entries, strict=True)
    return csr_array((factors, (numbers, places)), shape=(len(rows), columns)), np.array([value for _, value in rows])
