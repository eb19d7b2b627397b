"""What must be hidden beside a number: the cheapest way of moving it, on which all that moves is hidden too."""

import highspy
import numpy as np

from flows.disclosure.attacking import quiet_solver, solve
from flows.disclosure.part import FAR, Flags, Floats, Part, Places
from flows.disclosure.patience import Patience

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

    def __init__(self, part: Part, hidden: Flags, patience: Patience) -> None:
        """Know what is hidden.

        Args:
            part: the numbers.
            hidden: whether each is hidden already, so that moving it costs nearly nothing.
            patience: counts the questions.
        """
        self._part, self._patience = part, patience
        self._price = np.tile(np.where(hidden, _CHEAP, part.loss / part.units), 2)
        self._can_move = part.is_forced | part.is_free
        self._solver = quiet_solver()
        for name, value in (("presolve", "off"), ("simplex_scale_strategy", 0)):
            self._solver.setOptionValue(name, value)
        self._solver.setOptionValue("dual_simplex_cost_perturbation_multiplier", 0.0)
        self._solver.passModel(_both_ways(part, self._price))

    def hide(self, places: Places) -> None:
        """From now on moving these costs nearly nothing."""
        both = np.concatenate([places, places + self._part.size]).astype(np.int32)
        self._price[both] = _CHEAP
        self._solver.changeColsCost(len(both), both, self._price[both])

    def _free(self, place: int) -> None:
        far = FAR if self._can_move[place] else 0.0
        self._solver.changeColBounds(place, 0.0, far)
        self._solver.changeColBounds(place + self._part.size, 0.0, min(far, float(self._part.room[place])))

    def _cheapest(self, place: int, width: float) -> Floats | None:
        """The way on which one number goes up by its width; None if it cannot."""
        self._solver.changeColBounds(place, width, width)
        self._solver.changeColBounds(place + self._part.size, 0.0, 0.0)
        way = self._answer()
        self._free(place)
        return way

    def widening(self, place: int, width: float) -> list[Floats]:
        """Ways up and, if need be, down whose ends lie as far apart as is wanted."""
        way = self._cheapest(place, width)
        if way is not None:
            return [way]
        up = self._farthest(place, is_up=True, enough=width)
        return [up, self._farthest(place, is_up=False, enough=width - float(up[place]))]

    def _farthest(self, place: int, *, is_up: bool, enough: float) -> Floats:
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
        self._solver.setBasis()
        solve(self._solver, self._patience, 1)
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
