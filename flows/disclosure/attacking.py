"""The attacker's problem: how far a hidden number can lie from its true value, given all that is shown.

One linear program for each set of numbers that hang together; from one question to the next only the objective and
the bounds of what is hidden change, so that the simplex method goes on from where it stood. Everything is measured
from the true values: 0 is always a possible answer, and the interval of a number is how far it can go up plus how far
it can go down.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import highspy
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
FAR = highspy.kHighsInf
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Part:
    """Numbers that hang together, as arrays.

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

    def units(self) -> Floats:
        """How far each number moves where others move by 1: a count times a weight moves by the weight."""
        units = np.ones(self.size)
        for row in [row for row in self.rows if len(set(map(abs, row.values()))) > 1] * 2 + [*self.rows]:
            most = max(abs(factor) * units[place] for place, factor in row.items())
            for place, factor in row.items():
                units[place] = max(units[place], most / abs(factor))
        return units

    def restricted(self, kept: NDArray[np.intp]) -> "Part":
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

    def split(self) -> list[NDArray[np.intp]]:
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


def quiet_solver() -> highspy.Highs:
    """A solver that is silent and gives the same answer every time."""
    solver: highspy.Highs = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in (("output_flag", False), ("threads", 1), ("random_seed", 0), ("parallel", "off")):
        solver.setOptionValue(name, value)
    return solver


class Attacker:
    """Somebody who knows all rows and all that is shown, and asks how far a hidden number can go."""

    def __init__(self, part: Part) -> None:
        self._all = np.arange(part.size, dtype=np.int32)
        self._room = part.room
        self._slack = np.where(part.is_equation, 0.0, part.slack)
        self._lower = self._upper = np.zeros(part.size)
        self._aim = 0
        self.questions = 0
        self._solver = quiet_solver()
        self._solver.setOptionValue("presolve", "off")
        self._solver.passModel(_model(part))
        self._solver.changeObjectiveSense(highspy.ObjSense.kMaximize)

    def show_all_but(self, hidden: Floats, *, reach: float | Floats = FAR) -> None:
        """Fix what is shown.

        Args:
            hidden: 1 for a hidden number, 0 for a shown one; in between it is hidden in part.
            reach: how far up a hidden number can go.
        """
        self._upper = np.where(hidden > 0, reach * np.maximum(hidden, TOLERANCE), 0.0)
        self._lower = -self._room * hidden
        self._solver.changeColsBounds(len(self._all), self._all, self._lower, self._upper)

    def show(self, place: int, *, again: bool = False) -> None:
        """Show one number more, or hide it again."""
        self._lower[place], self._upper[place] = (-self._room[place], FAR) if again else (0.0, 0.0)
        self._solver.changeColBounds(place, self._lower[place], self._upper[place])

    def go(self, place: int, sign: float, enough: float) -> tuple[float, Floats]:
        """Move a number as far as it goes.

        Args:
            place: the number.
            sign: 1 for up, -1 for down.
            enough: so far and no farther.

        Returns:
            How far, and how far all numbers move with it.
        """
        self.questions += 1
        lower, upper = float(self._lower[place]), float(self._upper[place])
        self._solver.changeColBounds(place, max(lower, -enough), min(upper, enough))
        self._solver.changeColCost(self._aim, 0.0)
        self._solver.changeColCost(place, sign)
        self._aim = place
        self._solver.run()
        moved = np.array(self._solver.getSolution().col_value)
        self._solver.changeColBounds(place, lower, upper)
        return float(sign * moved[place]), moved

    def price(self) -> tuple[Floats, float]:
        """What the last answer owes to each number's being hidden, and what it owes to bounds that leave room."""
        solution = self._solver.getSolution()
        return np.array(solution.col_dual), float(np.dot(np.array(solution.row_dual), self._slack))


def _model(part: Part) -> highspy.HighsLp:
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = part.size, len(part.rows)
    model.col_cost_ = np.zeros(part.size)
    model.col_lower_ = np.zeros(part.size)
    model.col_upper_ = np.zeros(part.size)
    model.row_lower_ = np.where(part.is_equation, 0.0, -FAR)
    model.row_upper_ = np.where(part.is_equation, 0.0, part.slack)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.cumsum([0, *(len(row) for row in part.rows)]).astype(np.int32)
    model.a_matrix_.index_ = np.array([place for row in part.rows for place in row], dtype=np.int32)
    model.a_matrix_.value_ = np.array([factor for row in part.rows for factor in row.values()])
    return model
