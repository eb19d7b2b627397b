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
from typing import NamedTuple

import numpy as np
import polars as pl
from scipy.optimize import OptimizeResult, linprog
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

TOLERANCE = 1e-5
_LARGE = 1e4
"""A solver calculates to an absolute precision: larger numbers are taken in larger units."""


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
            denominator.
        versions: period and body → which of its reports the release rests on.
        members: period and area → its bodies.
        protected: indicators that are protected; of others there is nothing to find out.
        unchanged: indicator, side, breakdown, period and body of counts that a new report left as they were in the
            release before.
        corrections: indicator_id, area_key, period, breakdown, before, after: values of sums in the release before.
    """

    figures: pl.DataFrame
    versions: Mapping[tuple[str, str], int]
    members: Mapping[tuple[str, str], Sequence[str]]
    protected: frozenset[str]
    unchanged: frozenset[tuple[str, str, str, str, str]] = frozenset()
    corrections: Sequence[tuple[str, str, str, str, float, float]] = ()

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


@dataclass
class _System:
    """Linear equations and bounds over unknown counts."""

    places: dict[tuple[object, ...], int] = field(default_factory=dict)
    equations: list[tuple[dict[int, float], float]] = field(default_factory=list)
    bounds: list[tuple[dict[int, float], float]] = field(default_factory=list)

    def unknown(self, *name: object) -> int:
        return self.places.setdefault(name, len(self.places))


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
) -> tuple[_System, dict[Question, dict[int, float]]]:
    system = _System()
    hidden: dict[Question, dict[int, float]] = {}
    for number, release in enumerate(releases):
        _read(system, hidden, number, release, definitions)
        _define(system, release, definitions)
        if number:
            _compare(system, releases[number - 1], release)
    return system, hidden


def _compare(system: _System, before: Published, after: Published) -> None:
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


def _expression(system: _System, release: Published, asked: Question) -> dict[int, float]:
    """A count as a sum of its bodies' unknown counts."""
    _, indicator, side, breakdown, period, area = asked
    return {
        system.unknown(indicator, side, breakdown, period, body, release.versions[period, body]): 1.0
        for body in release.members[period, area]
        if (indicator, breakdown, period, body) in release.counting
    }


def _read(
    system: _System,
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


def _difference(system: _System, release: Published, quota: str, asked: Question) -> dict[int, float]:
    """What the quota's denominators have beyond its numerators."""
    return {
        system.unknown(quota, side, asked.breakdown, asked.period, body, release.versions[asked.period, body]): factor
        for body in release.members[asked.period, asked.area_key]
        if (quota, asked.breakdown, asked.period, body) in release.counting
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


def _define_counts(system: _System, release: Published, definitions: Definitions, unknown: Unknown) -> None:
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
    system: _System,
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
    system: _System, hidden: Mapping[Question, dict[int, float]], enough: Mapping[str, float]
) -> Iterator[Interval]:
    """Every answer to one question is a possible world: it answers others too, as far as it goes."""
    columns = len(system.places)
    questions = list(hidden)
    aims, _ = _matrix([(hidden[question], 0.0) for question in questions], columns)
    if aims is None:
        return
    solver = _Worlds(system)
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


def _extremes(system: _System, terms: Mapping[int, float]) -> tuple[float, float]:
    """The least and the greatest value of an expression."""
    solver, ends = _Worlds(system), []
    for sign in (-1.0, 1.0):
        world, is_endless = solver.farthest(terms, sign)
        ends.append(sign * np.inf if is_endless else float(sum(world[place] * by for place, by in terms.items())))
    return ends[0], ends[1]


class _Worlds:
    """Worlds that are possible after all that was said, apart as far as nothing connects what is not known of them."""

    def __init__(self, system: _System) -> None:
        columns = len(system.places)
        rows = [(terms, value, True) for terms, value in system.equations]
        rows += [(terms, value, False) for terms, value in system.bounds]
        self._given = _given(rows)
        self._world = np.zeros(columns)
        self._world[list(self._given)] = list(self._given.values())
        self._rows = [_less_given(terms, value, is_equal, self._given) for terms, value, is_equal in rows]
        links = [(min(terms), place) for terms, *_ in self._rows if terms for place in terms]
        left, right = zip(*links, strict=True) if links else ((), ())
        graph = coo_array((np.ones(len(links)), (left, right)), shape=(columns, columns))
        _, self._part_of = connected_components(graph, directed=False)
        self._parts: dict[int, _Part] = {}
        self._by_part: dict[int, list[tuple[dict[int, float], float, bool]]] = defaultdict(list)
        for row in self._rows:
            if row[0]:
                self._by_part[int(self._part_of[min(row[0])])].append(row)
        for part in self._by_part:
            self._farthest(part, {}, 1.0)

    def farthest(self, terms: Mapping[int, float], sign: float) -> tuple[np.ndarray, bool]:
        """A world in which an expression is as great (or small) as it can be, and whether there is no end to it."""
        world, is_endless = self._world.copy(), False
        for part in {int(self._part_of[place]) for place in terms if place not in self._given}:
            aim = {place: by for place, by in terms.items() if int(self._part_of[place]) == part}
            places, found, endless = self._farthest(part, aim, sign)
            world[places] = found
            is_endless |= endless
        return world, is_endless

    def _farthest(self, part: int, terms: Mapping[int, float], sign: float) -> tuple[np.ndarray, np.ndarray, bool]:
        if part not in self._parts:
            self._parts[part] = _Part.of(np.flatnonzero(self._part_of == part), self._by_part[part])
        lines = self._parts[part]
        aim = np.zeros(len(lines.places))
        for place, by in terms.items():
            aim[np.searchsorted(lines.places, place)] = -sign * by
        found = lines.solve(aim)
        is_endless = found.status == 3
        if is_endless:
            return lines.places, self._world[lines.places], True
        assert found.status == 0, f"what was published contradicts itself: {found.message}"
        self._world[lines.places] = found.x * lines.unit
        return lines.places, found.x * lines.unit, False


@dataclass(frozen=True)
class _Part:
    """Unknown counts that hang together, as matrices, in units in which none is very large."""

    places: np.ndarray
    unit: float
    equations: tuple[csr_array | None, np.ndarray | None]
    bounds: tuple[csr_array | None, np.ndarray | None]

    @staticmethod
    def of(places: np.ndarray, rows: Sequence[tuple[Mapping[int, float], float, bool]]) -> "_Part":
        here = {int(place): number for number, place in enumerate(places)}
        unit = max(1.0, *(abs(value) / _LARGE for _, value, _ in rows))
        mine = [({here[place]: by for place, by in terms.items()}, value / unit, equal) for terms, value, equal in rows]
        equations = [(terms, value) for terms, value, equal in mine if equal]
        bounds = [(terms, value) for terms, value, equal in mine if not equal]
        return _Part(places, unit, _matrix(equations, len(places)), _matrix(bounds, len(places)))

    def solve(self, aim: np.ndarray) -> OptimizeResult:
        (left, right), (upper, most) = self.equations, self.bounds
        return linprog(aim, A_ub=upper, b_ub=most, A_eq=left, b_eq=right, bounds=(0, None), method="highs")


def _given(rows: Sequence[tuple[Mapping[int, float], float, bool]]) -> dict[int, float]:
    """Counts that are told, or follow from one equation after the other; none is below zero."""
    given: dict[int, float] = {}
    open_rows = [(dict(terms), value) for terms, value, is_equal in rows if is_equal]
    while True:
        before, still = len(given), []
        for terms, value in open_rows:
            rest, left, _ = _less_given(terms, value, True, given)
            if len(rest) == 1:
                place, by = next(iter(rest.items()))
                given[place] = left / by
            elif rest and abs(left) < TOLERANCE and all(by > 0 for by in rest.values()):
                given.update(dict.fromkeys(rest, 0.0))
            elif rest:
                still.append((rest, left))
        if len(given) == before:
            return given
        open_rows = still


def _less_given(
    terms: Mapping[int, float], value: float, is_equal: bool, given: Mapping[int, float]
) -> tuple[dict[int, float], float, bool]:
    rest = {place: by for place, by in terms.items() if place not in given}
    return rest, value - sum(by * given[place] for place, by in terms.items() if place in given), is_equal


def _matrix(
    rows: Sequence[tuple[Mapping[int, float], float]], columns: int
) -> tuple[csr_array | None, np.ndarray | None]:
    if not rows:
        return None, None
    entries = [(number, place, factor) for number, (row, _) in enumerate(rows) for place, factor in row.items()]
    numbers, places, factors = zip(*entries, strict=True)
    return csr_array((factors, (numbers, places)), shape=(len(rows), columns)), np.array([value for _, value in rows])
