"""Which numbers to hide beside those that must be: a choice that protects, and then one without what it does not need.

The first choice takes for each exposed number the cheapest way of moving it by its width: whatever moves with it is
hidden too. Then everything that can be shown again without exposing anything is shown, the dearest first.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import highspy
import numpy as np
from numpy.typing import NDArray

from flows.disclosure.attacking import FAR, TOLERANCE, Flags, Floats, Part, quiet_solver

_CHEAP = 1e-4
"""What moving a hidden number costs: nearly nothing, but a short way is better than a long one."""
_NOTHING = 1e-7
_DEAR = -1e6
"""What moving the number asked for is worth."""


class Ways:
    """Cheapest ways of moving one number by what can be moved: a linear program that is asked again and again.

    A way is how far each number moves from its true value. Up and down are variables of their own, so that a number
    that need not move does not.
    """

    def __init__(self, part: Part, price: Floats) -> None:
        self._part = part
        self._price = np.tile(price, 2)
        self._can_move = part.is_forced | part.is_free
        self._solver = quiet_solver()
        for name, value in (("presolve", "off"), ("simplex_scale_strategy", 0)):
            self._solver.setOptionValue(name, value)
        self._solver.setOptionValue("dual_simplex_cost_perturbation_multiplier", 0.0)
        self._solver.passModel(_both_ways(part, self._price))

    def hide(self, places: NDArray[np.intp]) -> None:
        """From now on moving these costs nearly nothing."""
        both = np.concatenate([places, places + self._part.size]).astype(np.int32)
        self._price[both] = _CHEAP
        self._solver.changeColsCost(len(both), both, self._price[both])

    def show(self, place: int) -> None:
        """From now on this one does not move."""
        self._can_move[place] = False
        self._free(place)

    def hide_again(self, place: int) -> None:
        """From now on it moves again."""
        self._can_move[place] = True
        self._free(place)

    def _free(self, place: int) -> None:
        far = FAR if self._can_move[place] else 0.0
        self._solver.changeColBounds(place, 0.0, far)
        self._solver.changeColBounds(place + self._part.size, 0.0, min(far, float(self._part.room[place])))

    def cheapest(self, place: int, width: float) -> Floats | None:
        """The way on which one number goes up by its width; None if it cannot."""
        self._solver.changeColBounds(place, width, width)
        self._solver.changeColBounds(place + self._part.size, 0.0, 0.0)
        way = self._answer()
        self._free(place)
        return way

    def widening(self, place: int, width: float) -> tuple[list[Floats], float]:
        """Ways up and, if need be, down whose ends lie as far apart as is wanted; and how far they do."""
        way = self.cheapest(place, width)
        if way is not None:
            return [way], width
        up = self.farthest(place, is_up=True, enough=width)
        down = self.farthest(place, is_up=False, enough=width - float(up[place]))
        return [up, down], float(up[place] - down[place])

    def farthest(self, place: int, *, is_up: bool, enough: float) -> Floats:
        """The way on which one number goes as far as it can, or as is enough."""
        column = place if is_up else place + self._part.size
        reach = enough if is_up else min(enough, float(self._part.room[place]))
        self._solver.changeColBounds(place, 0.0, 0.0)
        self._solver.changeColBounds(place + self._part.size, 0.0, 0.0)
        self._solver.changeColBounds(column, 0.0, reach)
        self._solver.changeColCost(column, _DEAR)
        way = self._answer()
        self._solver.changeColCost(column, self._price[column])
        self._free(place)
        return np.zeros(self._part.size) if way is None else way

    def _answer(self) -> Floats | None:
        # From nothing moved at all the way is short; from where the last answer ended it takes twice as long.
        self._solver.clearSolver()
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        moved = np.array(self._solver.getSolution().col_value)
        way: Floats = moved[: self._part.size] - moved[self._part.size :]
        way[np.abs(way) < _NOTHING] = 0.0
        return way


def _both_ways(part: Part, price: Floats) -> highspy.HighsLp:
    model = highspy.HighsLp()
    size = part.size
    can_move = part.is_forced | part.is_free
    model.num_col_, model.num_row_ = 2 * size, len(part.rows)
    model.col_cost_ = price
    model.col_lower_ = np.zeros(2 * size)
    model.col_upper_ = np.concatenate([np.where(can_move, FAR, 0.0), np.where(can_move, part.room, 0.0)])
    model.row_lower_ = np.where(part.is_equation, 0.0, -FAR)
    model.row_upper_ = np.where(part.is_equation, 0.0, part.slack)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.cumsum([0, *(2 * len(row) for row in part.rows)]).astype(np.int32)
    model.a_matrix_.index_ = np.array(
        [place + shift for row in part.rows for shift in (0, size) for place in row], dtype=np.int32
    )
    model.a_matrix_.value_ = np.array(
        [factor * sign for row in part.rows for sign in (1.0, -1.0) for factor in row.values()]
    )
    return model


class Refuge:
    """Hidden numbers that hang together, and ways to move them that an attacker cannot rule out.

    The way that takes a number farthest up, and the one that takes it farthest down, are kept, so that most questions
    need not be asked again when something else is shown.
    """

    def __init__(self, part: Part, places: NDArray[np.intp], choice: "Choice") -> None:
        here = {int(place): index for index, place in enumerate(places)}
        self.places = places
        self.part = part.restricted(places)
        self.hidden = np.ones(len(places), dtype=bool)
        self._suspects = {
            here[place]: here[reason] for place, reason in choice.reasons.items() if {place, reason} <= here.keys()
        }
        self.questions = 0
        self._solver: Ways | None = None
        self._farthest = np.zeros((2, len(places)))
        self._ways = np.zeros((2, len(places), len(places)))
        for way in choice.ways:
            moved = np.flatnonzero(way)
            if moved.size and int(moved[0]) in here:
                self._keep(way[places])

    def exposed(self, first: int = 0) -> Iterator[tuple[int, float]]:
        """Hidden numbers whose interval is too narrow, with its width; one of them is looked at first."""
        enough = self.part.width - TOLERANCE
        doubtful = np.flatnonzero(self.hidden & (self._farthest.sum(axis=0) < enough))
        for place in sorted(doubtful, key=lambda one: one != first):
            for is_up in (True, False):
                if self._farthest[:, place].sum() < enough[place]:
                    self._keep(self._asked().farthest(int(place), is_up=is_up, enough=float(self.part.width[place])))
            if self._farthest[:, place].sum() < enough[place]:
                yield int(place), float(self._farthest[:, place].sum())

    def _asked(self) -> Ways:
        self.questions += 1
        if self._solver is None:
            everything = replace(self.part, is_forced=np.ones(self.part.size, dtype=bool))
            self._solver = Ways(everything, np.full(self.part.size, _CHEAP))
            for place in np.flatnonzero(~self.hidden):
                self._solver.show(int(place))
        return self._solver

    def _keep(self, way: Floats) -> None:
        for here, moved in enumerate((way, -way)):
            farther = moved > self._farthest[here] + TOLERANCE
            self._farthest[here, farther] = moved[farther]
            self._ways[here, farther] = way

    def can_show(self, place: int) -> bool:
        """Show a number if that exposes none; says whether it did."""
        lost = np.abs(self._ways[:, :, place]) > TOLERANCE
        kept_distances, kept_ways = self._farthest[lost], self._ways[lost]
        self._farthest[lost] = 0.0
        self._ways[lost] = 0.0
        self._asked().show(place)
        self.hidden[place] = False
        if next(self.exposed(self._suspects.get(place, place)), None) is None:
            return True
        self.hidden[place] = True
        self._asked().hide_again(place)
        better = kept_distances >= self._farthest[lost]
        self._farthest[lost] = np.where(better, kept_distances, self._farthest[lost])
        self._ways[lost] = np.where(better[:, None], kept_ways, self._ways[lost])
        return False


@dataclass(frozen=True)
class Choice:
    """What to hide.

    Attributes:
        part: the numbers, changed where something cannot be protected even if everything is hidden: a number that
            need not be hidden is shown then, and one that must be keeps the width that is left to it.
        hidden: whether each is hidden.
        reasons: hidden number → one that it protects.
        ways: some ways to move hidden numbers.
    """

    part: Part
    hidden: Flags
    reasons: Mapping[int, int]
    ways: Sequence[Floats]

    @property
    def loss(self) -> float:
        """What it costs."""
        return float(self.part.loss[self.hidden & self.part.is_free].sum())


def refuges(choice: Choice) -> list[Refuge]:
    """The hidden numbers, apart as far as nothing connects them but what is shown."""
    places = np.flatnonzero(choice.hidden)
    groups = (places[group] for group in choice.part.restricted(places).split())
    return [Refuge(choice.part, group, choice) for group in groups if np.any(choice.part.width[group])]


def exposed(choice: Choice) -> list[tuple[float, int]]:
    """Hidden numbers that are not protected, with the width that they need, the widest first."""
    found = [
        (float(refuge.part.width[place]), int(refuge.places[place]))
        for refuge in refuges(choice)
        for place, _ in refuge.exposed()
    ]
    return sorted(found, reverse=True)


def protected(part: Part, price: Floats, start: Flags | None = None) -> Choice:
    """A choice that protects every hidden number.

    Args:
        part: the numbers.
        price: what hiding each is taken to cost when ways are compared.
        start: what is hidden in any case; what must be, if nothing else is said.
    """
    hidden = part.is_forced.copy() if start is None else start.copy()
    choice = Choice(part, hidden, {}, ())
    solver = Ways(part, np.where(hidden, _CHEAP, price))
    while open_numbers := exposed(choice):
        reasons, ways = dict(choice.reasons), list(choice.ways)
        for width, place in open_numbers:
            found, reached = solver.widening(place, width)
            if reached < width - TOLERANCE:
                return protected(_resigned(part, place, reached), price)
            ways += found
            fresh = np.flatnonzero(np.any(found, axis=0) & ~hidden)
            hidden[fresh] = True
            reasons.update(dict.fromkeys(fresh.tolist(), place))
            solver.hide(fresh)
        choice = Choice(part, hidden, reasons, ways)
    return choice


def _resigned(part: Part, place: int, width: float) -> Part:
    """The part where a number that nothing protects is shown, or must do with the width that is left."""
    if part.is_free[place]:
        is_free = part.is_free.copy()
        is_free[place] = False
        return replace(part, is_free=is_free)
    widths = part.width.copy()
    widths[place] = max(0.0, width - 2 * TOLERANCE)
    return replace(part, width=widths)


def pruned(choice: Choice, *, patience: int) -> Choice:
    """A choice that protects, without what it does not need.

    Args:
        choice: what protects.
        patience: after so many questions to the attacker nothing further is tried: a measure that, unlike time, is the
            same on every machine.
    """
    kept = choice.hidden.copy()
    for refuge in refuges(choice):
        free = np.flatnonzero(refuge.part.is_free)
        for place in sorted(free.tolist(), key=lambda one: (-refuge.part.loss[one], one)):
            if refuge.questions < patience and refuge.can_show(place):
                kept[refuge.places[place]] = False
        patience -= refuge.questions
    return replace(choice, hidden=kept)
