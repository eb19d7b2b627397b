"""Worlds that are possible after all that was said: linear equations and bounds over unknown counts, and their ends."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import OptimizeResult, linprog
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

TOLERANCE = 1e-5
_LARGE = 1e4
"""A solver calculates to an absolute precision: larger numbers are taken in larger units."""


@dataclass
class System:
    """Linear equations and bounds over unknown counts."""

    places: dict[tuple[object, ...], int] = field(default_factory=dict)
    equations: list[tuple[dict[int, float], float]] = field(default_factory=list)
    bounds: list[tuple[dict[int, float], float]] = field(default_factory=list)

    def unknown(self, *name: object) -> int:
        return self.places.setdefault(name, len(self.places))


class Worlds:
    """Worlds that are possible after all that was said, apart as far as nothing connects what is not known of them."""

    def __init__(self, system: System) -> None:
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
        return _Part(places, unit, matrix(equations, len(places)), matrix(bounds, len(places)))

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


def matrix(
    rows: Sequence[tuple[Mapping[int, float], float]], columns: int
) -> tuple[csr_array | None, np.ndarray | None]:
    if not rows:
        return None, None
    entries = [(number, place, factor) for number, (row, _) in enumerate(rows) for place, factor in row.items()]
    numbers, places, factors = zip(*entries, strict=True)
    return csr_array((factors, (numbers, places)), shape=(len(rows), columns)), np.array([value for _, value in rows])
