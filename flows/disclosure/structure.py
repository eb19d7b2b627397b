"""How counts hang together, found from the data themselves, so that a new indicator needs no code here.

Whoever publishes tables publishes their structure too: parts that add up to a whole, a part that is never more than
the whole, a half-year that is never more than its year, two tables that show the same count. A relation that holds
for every body is taken as known to an attacker. Where it holds by chance only, he is believed to know more than he
does, which costs a hidden cell too many and never one too few.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from flows.disclosure.reading import WHOLE, Column, Count, Release

_TOLERANCE = 1e-6
_LEAST_EVIDENCE = 3
"""So many counts above zero must agree before a half-year's table is taken for the year's, or a weight for one."""
_BAND = 2.0
_WEIGHT = 10.0
_HALF = "-H1"


class Relation(NamedTuple):
    """Columns with coefficients whose sum is zero, or at most zero, for every body.

    Attributes:
        is_equation: whether it is zero.
        allows_missing: whether it also holds for bodies that lack figures of some columns, those left out.
        guards_rest: whether what is missing to zero is a count of its own, never published and yet protected (men,
            where women and all are published; the second half of a year).
    """

    terms: tuple[tuple[Column, float], ...]
    is_equation: bool
    guards_rest: bool = False
    allows_missing: bool = False


@dataclass(frozen=True)
class Structure:
    """What is known of the counts of one release.

    Attributes:
        same: pairs of columns that show the same count.
        relations: columns that add up, or that bound each other.
    """

    same: tuple[tuple[Column, Column], ...]
    relations: tuple[Relation, ...]


class _Grid:
    """The counts of a release as vectors over its bodies; `nan` where a body has no figure."""

    def __init__(self, counts: Mapping[Column, Mapping[str, Count]]) -> None:
        bodies = sorted({ags for by_body in counts.values() for ags in by_body})
        self.columns = list(counts)
        self.values = {
            column: np.array([by_body[ags].value if ags in by_body else np.nan for ags in bodies])
            for column, by_body in counts.items()
        }

    def families(self) -> dict[tuple[str, str, str, str], list[Column]]:
        found: dict[tuple[str, str, str, str], list[Column]] = defaultdict(list)
        for column in self.columns:
            found[column.family].append(column)
        return found

    def present(self, whole: Column, parts: Sequence[Column]) -> NDArray[np.float64]:
        """The parts that a body has, less the whole, for the bodies that have the whole and any part."""
        values = np.array([self.values[part] for part in parts])
        missing = np.nansum(values, axis=0) - self.values[whole]
        kept: NDArray[np.float64] = missing[~np.isnan(missing) & ~np.all(np.isnan(values), axis=0)]
        return kept

    def total(self, terms: Iterable[tuple[Column, float]]) -> NDArray[np.float64]:
        """The terms' sum for the bodies that have them all."""
        summed = np.sum([self.values[column] * factor for column, factor in terms], axis=0)
        kept: NDArray[np.float64] = summed[~np.isnan(summed)]
        return kept


def find_structure(release: Release) -> Structure:
    """Everything that holds between the counts of a release."""
    grid = _Grid(release.counts)
    same = [*_same_in_period(grid, release), *_same_as_half_year(grid, release)]
    relations = [
        *_breakdowns(grid),
        *_quotas(grid),
        *_differences(grid, release),
        *_half_years(grid, release, same),
        *_programme_totals(grid, release),
        *_weighted(grid, release),
    ]
    return Structure(tuple(same), tuple(relations))


def weighted_columns(structure: Structure) -> set[tuple[Column, str]]:
    """Columns that are a count times a weight, with the indicator that shows the count."""
    return {
        (column, other.indicator)
        for relation in structure.relations
        if len(relation.terms) == 2
        for (column, factor), (other, weight) in (relation.terms, relation.terms[::-1])
        if abs(factor) == 1.0 and abs(weight) != 1.0
    }


def _is_zero(values: NDArray[np.float64]) -> bool:
    return bool(values.size) and bool(np.all(np.abs(values) <= _TOLERANCE))


def _is_never_above_zero(values: NDArray[np.float64]) -> bool:
    return bool(values.size) and bool(np.all(values <= _TOLERANCE))


def _breakdowns(grid: _Grid) -> Iterator[Relation]:
    """Parts that make the whole, or not quite, or more than it."""
    for (indicator, side, dimension, period), parts in grid.families().items():
        whole = Column(indicator, side, WHOLE, period)
        if dimension != WHOLE and whole in grid.values:
            yield from _breakdown(grid, whole, parts)


def _breakdown(grid: _Grid, whole: Column, parts: Sequence[Column]) -> Iterator[Relation]:
    terms = (*((part, 1.0) for part in parts), (whole, -1.0))
    present = grid.present(whole, parts)
    if _is_zero(present):
        yield Relation(terms, is_equation=True, allows_missing=True)
        return
    if _is_zero(grid.total(terms)):
        yield Relation(terms, is_equation=True)
    if _is_never_above_zero(present):
        yield Relation(terms, is_equation=False, guards_rest=True, allows_missing=True)
        return
    if _is_never_above_zero(-grid.total(terms)):
        turned = tuple((column, -factor) for column, factor in terms)
        yield Relation(turned, is_equation=False, guards_rest=len(parts) == 1)
    for part in parts:
        one = ((part, 1.0), (whole, -1.0))
        if _is_never_above_zero(grid.total(one)):
            yield Relation(one, is_equation=False, guards_rest=True)


def _quotas(grid: _Grid) -> Iterator[Relation]:
    """A numerator that is part of its denominator, or the other way round."""
    for (_, side, _, _), numerators in grid.families().items():
        pairs = [(column, column._replace(side="denominator")) for column in numerators]
        pairs = [pair for pair in pairs if side == "numerator" and pair[1] in grid.values]
        if not pairs:
            continue
        terms = [((numerator, 1.0), (denominator, -1.0)) for numerator, denominator in pairs]
        missing = np.concatenate([grid.total(one) for one in terms])
        if _is_never_above_zero(missing):
            yield from (Relation(one, is_equation=False, guards_rest=True) for one in terms)
        elif _is_never_above_zero(-missing):
            turned = [((denominator, 1.0), (numerator, -1.0)) for numerator, denominator in pairs]
            yield from (Relation(one, is_equation=False) for one in turned)


def _differences(grid: _Grid, release: Release) -> Iterator[Relation]:
    """A table that shows what a quota's denominator has beyond its numerator (requests not met)."""
    families = grid.families()
    quotas = [family for family in families if family[1] == "denominator"]
    for indicator, _, dimension, period in quotas:
        for other, side, same_dimension, same_period in families:
            if (same_dimension, same_period) != (dimension, period) or side == "denominator" or other == indicator:
                continue
            if not _share_a_section(release, indicator, other):
                continue
            terms = [
                (
                    (column._replace(indicator=indicator, side="denominator"), 1.0),
                    (column._replace(indicator=indicator), -1.0),
                    (column, -1.0),
                )
                for column in families[other, side, dimension, period]
            ]
            terms = [one for one in terms if all(column in grid.values for column, _ in one)]
            if terms and _is_zero(np.concatenate([grid.total(one) for one in terms])):
                yield from (Relation(one, is_equation=True) for one in terms)


def _share_a_section(release: Release, indicator: str, other: str) -> bool:
    """Whether two indicators read the same section: only then can their counts be the same more than by chance."""
    return bool(release.sections.get(indicator, frozenset()) & release.sections.get(other, frozenset()))


def _same_in_period(grid: _Grid, release: Release) -> Iterator[tuple[Column, Column]]:
    """Columns that agree for every body: one dimension with all its values, or single columns."""
    by_period: dict[str, list[Column]] = defaultdict(list)
    for column in grid.columns:
        by_period[column.period].append(column)
    for columns in by_period.values():
        pairs = _agreeing(grid, columns)
        broken = _broken_families(grid, columns)
        for one, other in pairs:
            if not _share_a_section(release, one.indicator, other.indicator):
                continue
            is_of_one_dimension = one.dimension == other.dimension != WHOLE
            is_by_chance = one.breakdown != other.breakdown or frozenset((one.family, other.family)) in broken
            if not (is_of_one_dimension and is_by_chance):
                yield one, other


def _agreeing(grid: _Grid, columns: Sequence[Column]) -> Iterator[tuple[Column, Column]]:
    values = np.array([grid.values[column] for column in columns])
    filled, is_absent = np.nan_to_num(values), np.isnan(values)
    for place, column in enumerate(columns[:-1]):
        apart = np.abs(filled[place + 1 :] - filled[place]) > _TOLERANCE
        absent = is_absent[place + 1 :] | is_absent[place]
        shared = (filled[place + 1 :] > 0) & ~absent
        for index in np.flatnonzero(~np.any(apart & ~absent, axis=1) & np.any(shared, axis=1)):
            yield column, columns[place + 1 + int(index)]


def _broken_families(grid: _Grid, columns: Sequence[Column]) -> set[frozenset[tuple[str, str, str, str]]]:
    """Pairs of families of one dimension that differ somewhere: their columns agree by chance only."""
    by_breakdown: dict[str, list[Column]] = defaultdict(list)
    for column in columns:
        if column.dimension != WHOLE:
            by_breakdown[column.breakdown].append(column)
    return {
        frozenset((one.family, other.family))
        for alike in by_breakdown.values()
        for place, one in enumerate(alike)
        for other in alike[place + 1 :]
        if not _is_zero(grid.total(((one, 1.0), (other, -1.0)))) and grid.total(((one, 1.0), (other, -1.0))).size
    }


def _pairs_of_half_years(grid: _Grid, release: Release) -> Iterator[tuple[Column, Column]]:
    years = set(release.periods)
    for column in grid.columns:
        year = column.period.removesuffix(_HALF)
        later = column._replace(period=year)
        if year != column.period and year in years and later in grid.values:
            yield column, later


def _same_as_half_year(grid: _Grid, release: Release) -> Iterator[tuple[Column, Column]]:
    """Tables of the half-year that the year's repeat (the first two quarters)."""
    by_family: dict[tuple[str, str, str, str], list[tuple[Column, Column]]] = defaultdict(list)
    for half, year in _pairs_of_half_years(grid, release):
        by_family[half.family].append((half, year))
    for pairs in by_family.values():
        agrees = all(_is_zero(grid.total(((half, 1.0), (year, -1.0)))) for half, year in pairs)
        evidence = sum(int(np.sum(grid.values[half] * grid.values[year] > 0)) for half, year in pairs)
        if agrees and evidence >= _LEAST_EVIDENCE:
            yield from pairs


def _half_years(grid: _Grid, release: Release, same: Sequence[tuple[Column, Column]]) -> Iterator[Relation]:
    """A half-year is never more than its year; the second half is a count that nobody publishes."""
    known = set(same)
    for half, year in _pairs_of_half_years(grid, release):
        terms = ((half, 1.0), (year, -1.0))
        if (half, year) not in known and _is_never_above_zero(grid.total(terms)):
            yield Relation(terms, is_equation=False, guards_rest=True)


def _programme_totals(grid: _Grid, release: Release) -> Iterator[Relation]:
    """The final report against the years: their sum, or at least as much as each."""
    finals = [period for period in release.periods if len(period) > len("2026-H1")]
    years = [period for period in release.periods if period.isdigit()]
    for column in grid.columns:
        if column.period not in finals:
            continue
        parts = [column._replace(period=year) for year in years if column._replace(period=year) in grid.values]
        terms = (*((part, 1.0) for part in parts), (column, -1.0))
        if parts and _is_zero(grid.total(terms)):
            yield Relation(terms, is_equation=True)
            continue
        for part in parts:
            if _is_never_above_zero(grid.total(((part, 1.0), (column, -1.0)))):
                yield Relation(((part, 1.0), (column, -1.0)), is_equation=False)


def _weighted(grid: _Grid, release: Release) -> Iterator[Relation]:
    """A quota's denominator that is a count times a weight (hours that so many guides may work) tells the count."""
    for column in grid.columns:
        if column.side != "denominator":
            continue
        for other in grid.columns:
            if other.period != column.period or other.indicator == column.indicator:
                continue
            if not _share_a_section(release, other.indicator, column.indicator):
                continue
            bounds = _weight(grid.values[column], grid.values[other])
            if bounds:
                yield Relation(((other, bounds[0]), (column, -1.0)), is_equation=False)
                yield Relation(((column, 1.0), (other, -bounds[1])), is_equation=False)


def _weight(weighted: NDArray[np.float64], plain: NDArray[np.float64]) -> tuple[float, float] | None:
    """Least and greatest weight, where all bodies' are alike and large."""
    both = ~np.isnan(weighted) & ~np.isnan(plain)
    if np.any((weighted[both] > 0) != (plain[both] > 0)) or np.sum(weighted[both] > 0) < _LEAST_EVIDENCE:
        return None
    weights = weighted[both & (plain > 0)] / plain[both & (plain > 0)]
    least, most = float(weights.min()), float(weights.max())
    return (least, most) if least >= _WEIGHT and most <= _BAND * least else None
