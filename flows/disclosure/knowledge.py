"""What an attacker knows once several releases are out, as one set of numbers with equations and bounds between them.

A body's count is one number, in whatever tables and releases it stands. An area's total is the sum of the counts of
certain bodies: two totals over the same counts are the same number, and the totals of two releases between which a
report was corrected are different equations over almost the same counts. So the difference of two releases needs no
rule of its own.

What was known of the counts of an earlier release is taken as it was known then: a relation that first shows later is
added only where it concerns a count that is new.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, log1p
from typing import NamedTuple

from flows.disclosure.reading import BODY, LAND, Cell, Column, Count, Protection, Release
from flows.disclosure.structure import Relation, Structure, find_structure, weighted_columns

AREA_LOSS: Mapping[str, float] = {BODY: 1.0, "regierungsbezirk": 2.0, "type": 2.0, LAND: 4.0}
"""How much more it costs to hide an area's total than a body's count: more readers need it."""
EMPLOYEES_SHARE = 0.1
"""How wide, as a share of it, the interval must stay that an attacker can give for what a body's employees cost."""
_TOLERANCE = 1e-6

Node = Hashable
"""Identity of a number: the sorted counts of bodies whose sum it is (`tuple[int, ...]`), or a name of its own."""


@dataclass
class Number:
    """A number in the tables, or one that follows from them.

    Attributes:
        value: true value.
        width: the interval that an attacker must be left with if it is hidden.
        is_small: whether it must be hidden because it lies below the threshold.
        is_barred: whether it must be hidden because such figures are never published.
        is_public: an earlier release published it; that cannot be undone.
        is_guarded: nothing publishes it, and yet its interval must stay wide.
        is_whole: whether it counts something, so that hidden means at least 1: zero is always shown.
        loss: what hiding it costs; 0 if the release at hand does not show it.
    """

    value: float
    width: float = 0.0
    is_small: bool = False
    is_barred: bool = False
    is_public: bool = False
    is_guarded: bool = False
    is_whole: bool = False
    loss: float = 0.0

    @property
    def must_hide(self) -> bool:
        """Whether it may not be published."""
        return (self.is_small or self.is_barred) and not self.is_public

    @property
    def is_free(self) -> bool:
        """Whether it can be published or hidden."""
        return self.loss > 0 and not self.is_public and not self.must_hide


class Row(NamedTuple):
    """Numbers with coefficients whose sum is 0 or at most 0."""

    terms: tuple[tuple[Node, float], ...]
    is_equation: bool


@dataclass
class Knowledge:
    """All releases together.

    Attributes:
        numbers: every number above zero; zeros are shown and known.
        rows: what is known of them.
        places: column and area of each cell of the newest release → its number; None stands for zero.
        weighted: columns of the newest release that are a count times a weight, with the indicator of the count.
    """

    numbers: dict[Node, Number] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    places: dict[tuple[Column, str], Node | None] = field(default_factory=dict)
    weighted: set[tuple[Column, str]] = field(default_factory=set)


class _Instance(NamedTuple):
    """A relation as it holds for one body; `guard` is the threshold of what it leaves over, where that is guarded."""

    terms: tuple[tuple[Count, float], ...]
    is_equation: bool
    guard: float | None


@dataclass(frozen=True)
class _Earlier:
    release: Release
    public: set[tuple[Column, str]]


class _Counts:
    """Counts of bodies with a number for each, and which of them are one and the same."""

    def __init__(self) -> None:
        self._numbers: dict[Count, int] = {}
        self._leader: list[int] = []
        self.values: list[float] = []
        self._is_old: list[bool] = []

    def add(self, counts: Iterable[Count]) -> None:
        for count in counts:
            if count.value > 0 and count not in self._numbers:
                self._numbers[count] = len(self._leader)
                self._leader.append(len(self._leader))
                self.values.append(count.value)
                self._is_old.append(False)

    def find(self, count: Count) -> int:
        place = self._numbers[count]
        while self._leader[place] != place:
            place = self._leader[place]
        return place

    def is_old(self, count: Count) -> bool:
        return count.value <= 0 or self._is_old[self._numbers[count]]

    def unite(self, one: Count, other: Count) -> None:
        """Take two counts for one, unless an earlier release took them for two."""
        left, right = sorted((self.find(one), self.find(other)))
        if left != right and not (self._is_old[left] and self._is_old[right]):
            self._leader[right] = left

    def grow_old(self) -> None:
        self._is_old = [True] * len(self._is_old)


def gather(release: Release, earlier: Sequence[tuple[Release, set[tuple[Column, str]]]]) -> Knowledge:
    """What everybody knows once a release is out beside the earlier ones.

    Args:
        release: the new one.
        earlier: each earlier release with the columns and areas whose counts it published, in their order.
    """
    known, counts = Knowledge(), _Counts()
    releases = [*((_Earlier(one, public)) for one, public in earlier), _Earlier(release, set())]
    relations: list[_Instance] = []
    for one in releases:
        counts.add(count for by_body in one.release.counts.values() for count in by_body.values())
        structure = find_structure(one.release)
        _unite(counts, one.release, structure)
        relations += _instances(counts, one.release, structure)
        known.weighted = weighted_columns(structure)
        counts.grow_old()
    for one in releases:
        _place(known, counts, one, is_new=one is releases[-1])
    _add_rows(known, counts, relations)
    for one in releases:
        _add_told_besides(known, counts, one.release)
    return known


def _unite(counts: _Counts, release: Release, structure: Structure) -> None:
    for one, other in structure.same:
        left, right = release.counts[one], release.counts[other]
        for ags in left.keys() & right.keys():
            if left[ags].value > 0:
                counts.unite(left[ags], right[ags])


def _instances(counts: _Counts, release: Release, structure: Structure) -> Iterator[_Instance]:
    """Each relation for each body, unless it only concerns counts of earlier releases."""
    for relation in structure.relations:
        guard = max(_protection(release, column).threshold for column, _ in relation.terms)
        for terms in _of_bodies(release, relation):
            if not all(counts.is_old(count) for count, _ in terms):
                above_zero = tuple((count, factor) for count, factor in terms if count.value > 0)
                yield _Instance(above_zero, relation.is_equation, guard if relation.guards_rest else None)


def _of_bodies(release: Release, relation: Relation) -> Iterator[list[tuple[Count, float]]]:
    columns = [(release.counts[column], factor) for column, factor in relation.terms]
    for ags in sorted({ags for by_body, _ in columns for ags in by_body}):
        terms = [(by_body[ags], factor) for by_body, factor in columns if ags in by_body]
        has_whole = ags in columns[-1][0] and len(terms) > 1
        if len(terms) == len(columns) or (relation.allows_missing and has_whole):
            yield terms


def _protection(release: Release, column: Column) -> Protection:
    return release.protection[column.indicator, column.period]


def _place(known: Knowledge, counts: _Counts, one: _Earlier, *, is_new: bool) -> None:
    """Give every cell of a release its number, and the numbers what the release makes of them."""
    for cell in one.release.cells:
        protection = _protection(one.release, cell.column)
        node = _node(known, counts, one.release, cell, protection)
        if node is not None:
            number = known.numbers[node]
            _judge(number, cell, protection)
            number.is_public |= (cell.column, cell.area_key) in one.public
            number.is_guarded |= not is_new and not number.is_public
        if is_new:
            known.places[cell.column, cell.area_key] = node
            if node is not None:
                known.numbers[node].loss += AREA_LOSS[cell.area_kind] * (1 + log1p(cell.value))
    _guard_what_no_cell_shows(known, counts, one.release)


def _guard_what_no_cell_shows(known: Knowledge, counts: _Counts, release: Release) -> None:
    """Small counts of bodies behind figures that exist for the Land only."""
    shown = {(cell.column, cell.area_key) for cell in release.cells}
    for column, by_body in release.counts.items():
        protection = _protection(release, column)
        for ags, count in by_body.items():
            if (column, ags) not in shown and 0 < count.value < protection.threshold:
                number = known.numbers[_one(known, counts, counts.find(count))]
                number.is_guarded = not number.is_public
                number.width = max(number.width, protection.threshold)


def _judge(number: Number, cell: Cell, protection: Protection) -> None:
    width = protection.threshold
    if protection.is_of_employees:
        width = max(width, EMPLOYEES_SHARE * cell.value)
    else:
        number.is_whole |= cell.value.is_integer()
    number.is_barred |= protection.bars(cell)
    number.is_small |= protection.is_too_small(cell)
    number.width = max(number.width, width)


def _node(known: Knowledge, counts: _Counts, release: Release, cell: Cell, protection: Protection) -> Node | None:
    """The number of a cell; a total over one count above zero is that count."""
    if cell.value <= 0:
        return None
    by_body = release.counts.get(cell.column, {})
    members = [by_body[ags] for ags in release.members[cell.column.period, cell.area_key] if ags in by_body]
    parts = tuple(sorted(counts.find(count) for count in members if count.value > 0))
    if len(parts) == 1:
        return _one(known, counts, parts[0])
    if protection.is_sum:
        _total(known, counts, parts, cell.value)
        return parts
    return _bounded(known, counts, parts, cell)


def _one(known: Knowledge, counts: _Counts, part: int) -> Node:
    known.numbers.setdefault((part,), Number(counts.values[part]))
    return (part,)


def _total(known: Knowledge, counts: _Counts, parts: tuple[int, ...], value: float) -> None:
    if parts not in known.numbers:
        known.numbers[parts] = Number(value)
        terms = tuple((_one(known, counts, part), 1.0) for part in parts)
        known.rows.append(Row((*terms, (parts, -1.0)), is_equation=True))


def _bounded(known: Knowledge, counts: _Counts, parts: tuple[int, ...], cell: Cell) -> Node:
    """A total that counts what bodies have in common once: no less than each of them, no more than all together."""
    node = ("distinct", cell.column, cell.area_key, parts, cell.value)
    if node not in known.numbers:
        known.numbers[node] = Number(cell.value)
        ones = [_one(known, counts, part) for part in parts]
        known.rows += (Row(((one, 1.0), (node, -1.0)), is_equation=False) for one in ones)
        known.rows.append(Row(((node, 1.0), *((one, -1.0) for one in ones)), is_equation=False))
    return node


def _add_rows(known: Knowledge, counts: _Counts, relations: Iterable[_Instance]) -> None:
    seen: set[Row] = set()
    for instance in relations:
        summed: dict[int, float] = {}
        for count, factor in instance.terms:
            part = counts.find(count)
            summed[part] = summed.get(part, 0.0) + factor
        terms = tuple((_one(known, counts, part), factor) for part, factor in sorted(summed.items()) if factor)
        once = Row(terms, instance.is_equation)
        if len(terms) > 1 and once not in seen:
            seen.add(once)
            known.rows.append(_with_rest(known, once, instance.guard))


def _add_told_besides(known: Knowledge, counts: _Counts, release: Release) -> None:
    """Between what a count lies by other figures, unless its report contradicts that."""
    for (column, ags), between in release.between.items():
        count = release.counts.get(column, {}).get(ags)
        if count is None or count.value <= 0 or not between.least <= count.value <= between.most:
            continue
        node = _one(known, counts, counts.find(count))
        for limit, sign in ((between.least, -1.0), (between.most, 1.0)):
            if 0 < limit < inf:
                public = ("told besides", node, sign, limit)
                known.numbers.setdefault(public, Number(limit, is_public=True))
                known.rows.append(Row(((node, sign), (public, -sign)), is_equation=False))


def _with_rest(known: Knowledge, row: Row, guard: float | None) -> Row:
    """A bound, or where what it leaves over is small and guarded, an equation with that as a number of its own."""
    rest = -sum(known.numbers[node].value * factor for node, factor in row.terms)
    if row.is_equation or guard is None or not _TOLERANCE < rest < guard:
        return row
    node = ("rest", row.terms)
    known.numbers[node] = Number(rest, width=guard, is_guarded=True)
    return Row((*row.terms, (node, 1.0)), is_equation=True)
