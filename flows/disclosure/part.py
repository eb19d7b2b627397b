"""Numbers that hang together, as arrays: what the search for a choice works on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]
FAR = float("inf")
TOLERANCE = 1e-6
_REACH = 2.0
"""A number that is hidden in part reaches so many times the greatest width at most."""


@dataclass(frozen=True)
class Entries:
    """The rows' coefficients, one beside the other, in the order of the rows."""

    row: Places
    place: Places
    factor: Floats

    def weigh(self, weights: Floats, size: int) -> Floats:
        """How the rows, each taken so many times, add up at each place."""
        total: Floats = np.bincount(self.place, self.factor * weights[self.row], minlength=size).astype(float)
        return total

    def at(self, places: Places, size: int) -> "Entries":
        """Those of some places only, which are numbered anew."""
        number = np.full(size, -1)
        number[places] = np.arange(len(places))
        kept = number[self.place] >= 0
        return Entries(self.row[kept], number[self.place[kept]], self.factor[kept])


@dataclass(frozen=True)
class Part:
    """Numbers that hang together.

    Attributes:
        room: how far each can fall at most while hidden.
        width: interval that each needs while hidden; 0 where none is needed.
        loss: what hiding each costs.
        is_forced: hidden in any case.
        is_free: can be hidden. What is neither is shown.
        rows: coefficients by place.
        slack: what the rows leave over for the true values: 0 for an equation.
        is_equation: for each row.
    """

    room: Floats
    width: Floats
    loss: Floats
    is_forced: Flags
    is_free: Flags
    rows: Sequence[Mapping[int, float]]
    slack: Floats
    is_equation: Flags

    @property
    def size(self) -> int:
        """How many numbers."""
        return len(self.room)

    @cached_property
    def entries(self) -> Entries:
        """The rows as arrays."""
        return Entries(
            np.repeat(np.arange(len(self.rows)), [len(row) for row in self.rows]),
            np.array([place for row in self.rows for place in row], dtype=np.intp),
            np.array([factor for row in self.rows for factor in row.values()]),
        )

    @cached_property
    def leeway(self) -> Floats:
        """What each row leaves over; an equation leaves nothing."""
        return np.where(self.is_equation, 0.0, self.slack)

    @cached_property
    def reach(self) -> Floats:
        """How far up each can go that is hidden in part."""
        return _REACH * float(self.width.max()) * self.units

    def loss_of(self, hidden: Flags) -> float:
        """What hiding these costs."""
        return float(self.loss[hidden & self.is_free].sum())

    def beside(self, places: Places) -> Places:
        """What stands in one row with any of these."""
        is_meant = np.zeros(self.size, dtype=bool)
        is_meant[places] = True
        rows = np.unique(self.entries.row[is_meant[self.entries.place]])
        return np.unique(self.entries.place[np.isin(self.entries.row, rows)])

    @cached_property
    def units(self) -> Floats:
        """How far each number moves where others move by 1: a count times a weight moves by the weight."""
        units = np.ones(self.size)
        for row in [row for row in self.rows if len(set(map(abs, row.values()))) > 1] * 2 + [*self.rows]:
            most = max(abs(factor) * units[place] for place, factor in row.items())
            for place, factor in row.items():
                units[place] = max(units[place], most / abs(factor))
        return units

    def restricted(self, kept: Places) -> "Part":
        """Only some of the numbers, all others being shown."""
        place = {int(old): new for new, old in enumerate(kept)}
        cut = [{place[old]: factor for old, factor in row.items() if old in place} for row in self.rows]
        used = np.array([number for number, row in enumerate(cut) if row], dtype=np.intp)
        return Part(
            room=self.room[kept],
            width=self.width[kept],
            loss=self.loss[kept],
            is_forced=self.is_forced[kept],
            is_free=self.is_free[kept],
            rows=[cut[number] for number in used],
            slack=self.slack[used],
            is_equation=self.is_equation[used],
        )

    def in_units_of(self, unit: float) -> "Part":
        """The same, counted in other units."""
        return replace(self, room=self.room / unit, width=self.width / unit, slack=self.slack / unit)

    def split(self) -> list[Places]:
        """Places that hang together through rows."""
        leader = list(range(self.size))

        def find(place: int) -> int:
            while leader[place] != place:
                leader[place] = leader[leader[place]]
                place = leader[place]
            return place

        for row in self.rows:
            first, *others = row
            for other in others:
                leader[find(other)] = find(first)
        members: dict[int, list[int]] = {}
        for place in range(self.size):
            members.setdefault(find(place), []).append(place)
        return [np.array(places, dtype=np.intp) for places in members.values()]
