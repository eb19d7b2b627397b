"""The attacker's problem: how far a hidden number can lie from its true value, given all that is shown.

One linear program for what is hidden; from one question to the next only the aim and few bounds change, so that the
simplex method goes on from where it stood. Everything is measured from the true values: 0 is always a possible answer,
and the interval of a number is how far it can go up plus how far it can go down.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import highspy
import numpy as np

from flows.disclosure.part import FAR, TOLERANCE, Floats, Part, Places
from flows.disclosure.patience import Patience, UndecidedError

HIDDEN = 0.05
"""A number that is hidden for less than this part is not asked to be protected for it."""
_AT_ONCE = 20
"""A question about many numbers takes as long as so many about one."""
_PRIMAL = 4


@dataclass(frozen=True)
class Exposure:
    """A hidden number whose interval is too narrow, and why.

    Attributes:
        place: the number.
        reached: how wide its interval is.
        price: how much wider it were at most for each number, were that hidden wholly.
        leeway: what it owes to bounds that leave room.
    """

    place: int
    reached: float
    price: Floats
    leeway: float


def quiet_solver() -> highspy.Highs:
    """A solver that is silent and gives the same answer every time."""
    solver: highspy.Highs = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in (("output_flag", False), ("threads", 1), ("random_seed", 0), ("parallel", "off")):
        solver.setOptionValue(name, value)
    return solver


class Attacker:
    """Somebody who knows all rows and all that is shown, and asks how far what is hidden can go.

    Every way he finds moves many numbers; how far each went is kept, so that most need not be asked about.
    """

    def __init__(self, part: Part, hidden: Floats, patience: Patience) -> None:
        """Know what a choice shows.

        Args:
            part: the numbers.
            hidden: 1 for a hidden number, 0 for a shown one; what is hidden in part moves less far.
            patience: counts the questions.
        """
        self._part, self._patience = part, patience
        self._places = np.flatnonzero((part.is_forced | part.is_free) & (hidden > TOLERANCE))
        self._size = len(self._places)
        share = hidden[self._places]
        is_whole = part.is_forced[self._places] | (share > 1 - TOLERANCE)
        self._lower = -part.room[self._places] * share
        self._upper = np.where(is_whole, FAR, part.reach[self._places] * share)
        self._width = np.where(share > HIDDEN, part.width[self._places] * share, 0.0)
        self._farthest = np.zeros((2, self._size))
        self._all = np.arange(2 * self._size, dtype=np.int32)
        self._aim = 0
        self._rows = np.unique(part.entries.at(self._places, part.size).row)
        self._solver = quiet_solver()
        # From where the last answer ended the next question begins with a possible answer: the primal method goes on.
        for name, value in (("presolve", "off"), ("simplex_strategy", _PRIMAL)):
            self._solver.setOptionValue(name, value)
        self._solver.passModel(_model(part, self._places, self._rows))
        self._solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
        self._clear()

    def exposed(self, first: Iterable[int] = ()) -> Iterator[Exposure]:
        """Hidden numbers whose interval is too narrow; some, if wanted, are looked at before all others."""
        yield from self._one_by_one(np.flatnonzero(np.isin(self._places, list(first))))
        self._many_at_once()
        yield from self._one_by_one(self._doubtful())

    def _doubtful(self) -> Places:
        return np.flatnonzero(self._farthest.sum(axis=0) < self._width - TOLERANCE)

    def _one_by_one(self, numbers: Places) -> Iterator[Exposure]:
        for number in numbers.tolist():
            exposure = self._ask(number)
            if exposure is not None:
                yield exposure

    def _ask(self, number: int) -> Exposure | None:
        """Move one number up and, if that is not enough, down."""
        price, leeway = np.zeros(self._part.size), 0.0
        for sign in (1.0, -1.0) if self._lower[number] < -TOLERANCE else (1.0,):
            if self._farthest[:, number].sum() >= self._width[number] - TOLERANCE:
                return None
            self._go(number, sign)
            paid, left = self._price(number, sign)
            price += paid
            leeway += left
        reached = float(self._farthest[:, number].sum())
        if reached >= self._width[number] - TOLERANCE:
            return None
        return Exposure(int(self._places[number]), reached, price, leeway)

    def _go(self, number: int, sign: float) -> None:
        """Move one number as far as it goes, but no farther than it would need to if it were hidden wholly."""
        enough = float(self._part.width[self._places[number]])
        lower, upper = float(self._lower[number]), float(self._upper[number])
        self._solver.changeColBounds(number, max(lower, -enough), min(upper, enough))
        self._solver.changeColCost(self._aim, 0.0)
        self._solver.changeColCost(number, sign)
        self._aim = number
        self._answer(1)
        self._solver.changeColBounds(number, lower, upper)

    def _price(self, number: int, sign: float) -> tuple[Floats, float]:
        """What the last answer owes to each number's being hidden, and to bounds that leave room."""
        weights = np.zeros(len(self._part.rows))
        weights[self._rows] = self._solver.getSolution().row_dual
        owed = -self._part.entries.weigh(weights, self._part.size)
        owed[self._places[number]] += sign
        down = np.where(owed < -TOLERANCE, -owed * self._part.room, 0.0)
        return np.where(owed > TOLERANCE, FAR, down), float(weights @ self._part.leeway)

    def _many_at_once(self) -> None:
        """Look for ways that take many numbers as far as they need, while that spares more than it costs."""
        doubtful = self._doubtful()
        spared = 2 * _AT_ONCE
        while len(doubtful) and spared >= 2 * _AT_ONCE:
            self._push(doubtful, 1.0)
            self._push(self._doubtful(), -1.0)
            spared = len(doubtful) - len(doubtful := self._doubtful())
        self._clear()

    def _push(self, numbers: Places, sign: float) -> None:
        """Move numbers up or down, all at once, each being worth it until it is as far as it needs to be.

        Each has two columns, one for the way that is worth something and one for any way beyond it.
        """
        lower, upper, worth = self._lower.copy(), self._upper.copy(), np.zeros(2 * self._size)
        beyond = np.zeros(self._size)
        width = self._width[numbers]
        worth[numbers] = sign / width
        if sign > 0:
            upper[numbers] = np.minimum(upper[numbers], width)
            beyond[numbers] = np.where(np.isinf(self._upper[numbers]), FAR, self._upper[numbers] - upper[numbers])
            self._set(lower, upper, np.zeros(self._size), beyond, worth)
        else:
            lower[numbers] = np.maximum(lower[numbers], -width)
            beyond[numbers] = self._lower[numbers] - lower[numbers]
            self._set(lower, upper, beyond, np.zeros(self._size), worth)
        self._answer(_AT_ONCE)

    def _clear(self) -> None:
        nothing = np.zeros(self._size)
        self._set(self._lower, self._upper, nothing, nothing, np.zeros(2 * self._size))

    def _set(self, lower: Floats, upper: Floats, lower_beyond: Floats, upper_beyond: Floats, worth: Floats) -> None:
        bounds = np.concatenate([lower, lower_beyond]), np.concatenate([upper, upper_beyond])
        self._solver.changeColsBounds(2 * self._size, self._all, *bounds)
        self._solver.changeColsCost(2 * self._size, self._all, worth)

    def _answer(self, questions: int) -> None:
        """Ask, and keep how far everything moved.

        Raises:
            UndecidedError: the solver has no answer.
        """
        solve(self._solver, self._patience, questions)
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            # Rounding in what the last answer left behind can mislead it: once more from the beginning.
            self._solver.clearSolver()
            solve(self._solver, self._patience, questions)
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise UndecidedError(
                "Was geheim bleiben muss, war nicht zu entscheiden: Der Löser gab keine Antwort; veröffentlicht ist "
                "nichts. Bitte melden Sie es der Entwicklung."
            )
        moved = np.array(self._solver.getSolution().col_value).reshape(2, self._size).sum(axis=0)
        np.maximum(self._farthest, [moved, -moved], out=self._farthest)


def solve(solver: highspy.Highs, patience: Patience, questions: int) -> None:
    """Run a solver, and count that."""
    solver.setOptionValue("time_limit", solver.getRunTime() + patience.brake.seconds_left)
    solver.run()
    patience.count(questions)


def _model(part: Part, places: Places, rows: Places) -> highspy.HighsLp:
    """The rows over two columns for each number."""
    entries = part.entries.at(places, part.size)
    order = np.argsort(entries.place, kind="stable")
    index, factor = np.searchsorted(rows, entries.row[order]), entries.factor[order]
    ends = np.cumsum(np.bincount(entries.place, minlength=len(places)))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = 2 * len(places), len(rows)
    model.col_cost_ = model.col_lower_ = model.col_upper_ = np.zeros(2 * len(places))
    model.row_lower_ = np.where(part.is_equation[rows], 0.0, -FAR)
    model.row_upper_ = part.leeway[rows]
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.concatenate([[0], ends, ends + len(index)]).astype(np.int32)
    model.a_matrix_.index_ = np.tile(index, 2).astype(np.int32)
    model.a_matrix_.value_ = np.tile(factor, 2)
    return model
