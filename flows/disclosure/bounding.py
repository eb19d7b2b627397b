"""What protecting costs at least: Benders' decomposition of the cell suppression problem (Fischetti and Salazar, 2001).

A master problem hides at the least loss, in parts if need be; the attacker says which numbers that leaves exposed, and
his dual solution is an inequality that every choice which protects them meets. The master's loss never exceeds that of
the best choice. Single rows give inequalities without asking the attacker (`flows.disclosure.covers`), and once hiding
in parts tells little more, nothing is hidden in part.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import highspy
import numpy as np

from flows.disclosure.attacking import Attacker, Exposure, quiet_solver, solve
from flows.disclosure.covers import covers
from flows.disclosure.part import FAR, TOLERANCE, Flags, Floats, Part, Places
from flows.disclosure.patience import Patience

_LIKE_ONE_QUESTION = 12
"""Finding a choice that hides nothing in part takes as long as a question for each so many inequalities."""
_BRANCHES = 20
"""So many branches are searched for the best choice that hides nothing in part …"""
_CLOSE = 0.01
"""… or until it is known to cost at most this share more than the least loss."""
_PROGRESS = 0.001
"""Less than this share of the bound is not worth another round."""
_WHOLE = 0.5
_INTEGER = highspy.HighsVarType.kInteger


class Inequality(NamedTuple):
    """Some numbers, with coefficients, of which the weighted sum is at least so much."""

    places: Places
    factors: Floats
    least: float


class Master:
    """Hides at the least loss so that all inequalities known so far are met."""

    def __init__(self, part: Part, patience: Patience) -> None:
        self._part, self._patience = part, patience
        self._free = np.flatnonzero(part.is_free)
        self._column = np.cumsum(part.is_free) - 1
        self._every = np.arange(len(self._free), dtype=np.int32)
        self.known = list(_of_single_rows(part))
        self._solver = quiet_solver()
        for name, value in (("mip_max_nodes", _BRANCHES), ("mip_rel_gap", _CLOSE), ("mip_detect_symmetry", False)):
            self._solver.setOptionValue(name, value)
        model = highspy.HighsLp()
        model.num_col_ = len(self._free)
        model.col_cost_ = part.loss[self._free]
        model.col_lower_ = np.zeros(len(self._free))
        model.col_upper_ = np.ones(len(self._free))
        self._solver.passModel(model)
        for one in self.known:
            self._add(one)

    def demand(self, found: Sequence[Inequality]) -> None:
        """Add inequalities."""
        self.known += found
        for one in found:
            self._add(one)

    def _add(self, one: Inequality) -> None:
        columns = self._column[one.places].astype(np.int32)
        self._solver.addRow(one.least, FAR, len(columns), columns, one.factors)

    def solve(self) -> tuple[Floats, float]:
        """How far each number is hidden, and the loss."""
        solve(self._solver, self._patience, 1)
        hidden = self._part.is_forced.astype(float)
        hidden[self._free] = np.clip(np.array(self._solver.getSolution().col_value), 0.0, 1.0)
        return hidden, float(self._solver.getInfo().objective_function_value)

    def hide_nothing_in_part(self) -> None:
        """From now on numbers are hidden or not."""
        self._solver.changeColsIntegrality(len(self._free), self._every, np.full(len(self._free), _INTEGER))

    def keep(self, hidden: Flags) -> None:
        """From now on these are hidden."""
        lower = hidden[self._free].astype(float)
        self._solver.changeColsBounds(len(self._free), self._every, lower, np.ones(len(self._free)))

    def solve_whole(self) -> tuple[Flags, float]:
        """What is hidden at about the least loss, and one that no choice is below."""
        self._solver.setSolution(self._everything())
        hidden, _ = self.solve()
        self._patience.count(len(self.known) // _LIKE_ONE_QUESTION)
        return hidden > _WHOLE, float(self._solver.getInfo().mip_dual_bound)

    def _everything(self) -> highspy.HighsSolution:
        solution = highspy.HighsSolution()
        solution.col_value = [1.0] * len(self._free)
        return solution

    def needed(self, hidden: Flags) -> Flags:
        """Numbers of a choice that an inequality forbids to show."""
        size = self._part.size
        row = np.repeat(np.arange(len(self.known)), [len(one.places) for one in self.known])
        place = np.concatenate([one.places for one in self.known])
        factor = np.concatenate([one.factors for one in self.known])
        ease = np.bincount(row, factor * hidden[place], minlength=len(self.known))
        ease = ease - np.array([one.least for one in self.known])
        return np.bincount(place, factor > ease[row] + TOLERANCE, minlength=size) > 0


def _of_single_rows(part: Part) -> list[Inequality]:
    return [
        Inequality(np.array(list(factors), dtype=np.intp), np.array(list(factors.values())), least)
        for factors, least in covers(part)
    ]


@dataclass(frozen=True)
class Bound:
    """What is known of the best choice.

    Attributes:
        loss: no choice that protects costs less.
        hidden: what is hidden at about the least loss that meets all inequalities known.
        is_safe: whether it protects.
    """

    loss: float
    hidden: Flags
    is_safe: bool


def least_loss(part: Part, master: Master, patience: Patience) -> Bound:
    """What protecting the numbers costs at least.

    Args:
        part: the numbers; with everything hidden each is protected.
        master: comes back knowing all inequalities that were found.
        patience: how long is searched; a round that has begun is brought to its end.
    """
    loss = _loss_in_parts(part, master, patience)
    master.hide_nothing_in_part()
    while True:
        hidden, least = master.solve_whole()
        loss = max(loss, least)
        found = teach(part, master, hidden, patience)
        if not found or patience.is_over:
            return Bound(loss, hidden, is_safe=not found)


def _loss_in_parts(part: Part, master: Master, patience: Patience) -> float:
    """What the cheapest choice costs that hides in parts, or one that another round makes little dearer."""
    parts, loss = master.solve()
    while teach(part, master, parts, patience) and not patience.is_over:
        before, (parts, loss) = loss, master.solve()
        if loss < before * (1 + _PROGRESS):
            break
    return loss


def teach(part: Part, master: Master, hidden: Floats | Flags, patience: Patience) -> list[Exposure]:
    """Demand what a choice does not meet; says what it exposes."""
    found = list(Attacker(part, hidden.astype(float), patience).exposed())
    master.demand([one for exposure in found if (one := inequality(part, exposure)) is not None])
    return found


def inequality(part: Part, exposure: Exposure) -> Inequality | None:
    """What every choice that protects a number meets: what hides ways out, weighed, is enough for its width."""
    can_hide = part.is_free.copy()
    can_hide[exposure.place] = False
    own = part.is_forced.copy()
    own[exposure.place] = True
    needed = float(part.width[exposure.place] - exposure.leeway - exposure.price[own].sum())
    places = np.flatnonzero(can_hide & (exposure.price > TOLERANCE))
    if needed <= TOLERANCE:
        return None
    factors = np.minimum(exposure.price[places] / needed, 1.0)
    if part.is_forced[exposure.place]:
        return Inequality(places, factors, 1.0)
    return Inequality(np.append(places, exposure.place), np.append(factors, -1.0), 0.0)
