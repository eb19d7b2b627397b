"""What protecting costs at least: Benders' decomposition of the cell suppression problem (Fischetti and Salazar, 2001).

A master problem hides at the least loss, in parts if need be; the attacker says which numbers that leaves exposed, and
his dual solution is an inequality that every choice which protects them meets. The master's loss never exceeds that of
the best choice. Whatever it hides in part is a hint for a cheaper choice. Single rows give inequalities without asking
the attacker (`flows.disclosure.covers`), and at the end nothing is hidden in part: that brings the bound up.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from time import monotonic

import highspy
import numpy as np

from flows.disclosure.attacking import FAR, TOLERANCE, Attacker, Flags, Floats, Part, quiet_solver
from flows.disclosure.covers import covers

_HIDDEN = 0.05
"""A number that is hidden for less than this part is not asked to be protected for it."""
_BRANCHES, _SECONDS = 20, 4.0
"""So many branches are searched for the best choice that hides nothing in part: the same on every machine,
unless that takes longer."""


class _Master:
    """Hides at the least loss so that all inequalities known so far are met."""

    def __init__(self, part: Part) -> None:
        self._free = np.flatnonzero(part.is_free)
        self._hidden = part.is_forced.astype(float)
        self._solver = quiet_solver()
        model = highspy.HighsLp()
        model.num_col_ = len(self._free)
        model.col_cost_ = part.loss[self._free]
        model.col_lower_ = np.zeros(len(self._free))
        model.col_upper_ = np.ones(len(self._free))
        self._solver.passModel(model)
        place = {int(one): number for number, one in enumerate(self._free)}
        for coefficients, least in covers(part):
            columns = np.array([place[one] for one in coefficients], dtype=np.int32)
            self._solver.addRow(least, FAR, len(columns), columns, np.array(list(coefficients.values())))

    def demand(self, coefficients: Floats, least: float) -> None:
        """Add an inequality over all numbers; what is hidden in any case counts on the left."""
        chosen = coefficients[self._free]
        places = np.flatnonzero(np.abs(chosen) > TOLERANCE)
        self._solver.addRow(least, FAR, len(places), places.astype(np.int32), chosen[places])

    def solve(self) -> tuple[Floats, float]:
        """How far each number is hidden, and the loss."""
        self._solver.run()
        hidden = self._hidden.copy()
        hidden[self._free] = np.clip(np.array(self._solver.getSolution().col_value), 0.0, 1.0)
        return hidden, float(self._solver.getInfo().objective_function_value)

    def solve_whole(self, seconds: float) -> tuple[Floats, float]:
        """The same where no number is hidden in part; the loss is one that no such choice is below."""
        count = len(self._free)
        whole = np.full(count, highspy.HighsVarType.kInteger)
        self._solver.changeColsIntegrality(count, np.arange(count, dtype=np.int32), whole)
        self._solver.setOptionValue("mip_max_nodes", _BRANCHES)
        self._solver.setOptionValue("time_limit", self._solver.getRunTime() + seconds)
        hidden, _ = self.solve()
        return hidden, float(self._solver.getInfo().mip_dual_bound)


@dataclass(frozen=True)
class Patience:
    """How long is searched.

    Attributes:
        questions: after so many to the attacker the bound reached so far is taken …
        deadline: … and at the latest then, by the monotonic clock.
    """

    questions: int
    deadline: float

    def is_over(self, attacker: Attacker) -> bool:
        """Whether it is at its end."""
        return attacker.questions >= self.questions or monotonic() > self.deadline


@dataclass(frozen=True)
class Bound:
    """What is known of the best choice.

    Attributes:
        loss: no choice that protects costs less.
        parts: how far each number is hidden where numbers can be hidden in part.
        whole: what is hidden at the least loss that meets all inequalities known at the end; it may not protect yet.
    """

    loss: float
    parts: Floats
    whole: Flags


def least_loss(part: Part, patience: Patience) -> Bound:
    """What protecting the numbers costs at least."""
    master, attacker = _Master(part), Attacker(part)
    parts, loss = master.solve()
    while _teach(part, master, attacker, parts, replace(patience, questions=patience.questions // 2)):
        parts, loss = master.solve()
    whole = parts
    while (seconds := min(_SECONDS, patience.deadline - monotonic())) > 0:
        whole, least = master.solve_whole(seconds)
        loss = max(loss, least)
        if not _teach(part, master, attacker, whole, patience):
            break
    return Bound(loss, parts, whole > _HIDDEN)


def _teach(part: Part, master: _Master, attacker: Attacker, hidden: Floats, patience: Patience) -> bool:
    """Demand what a choice does not meet; says whether there was anything."""
    found = list(_inequalities(part, attacker, hidden, patience))
    for coefficients, least in found:
        master.demand(coefficients, least)
    return bool(found)


def _inequalities(part: Part, attacker: Attacker, hidden: Floats, patience: Patience) -> Iterator[tuple[Floats, float]]:
    """For each number that a choice exposes, what every choice that protects it meets."""
    reach = np.where(part.is_forced, FAR, 2 * part.width.max() * part.units())
    attacker.show_all_but(hidden, reach=reach)
    for place in np.flatnonzero((part.width > 0) & (hidden > _HIDDEN)):
        if patience.is_over(attacker):
            return
        found = _inequality(part, attacker, int(place), float(hidden[place]))
        if found is not None:
            yield found


def _inequality(part: Part, attacker: Attacker, place: int, share: float) -> tuple[Floats, float] | None:
    """The inequality of one exposed number: what hides ways out of its interval, weighed, is enough for its width."""
    width = float(part.width[place])
    reached, constant, prices = 0.0, 0.0, np.zeros(part.size)
    for sign in (1.0, -1.0):
        distance, _ = attacker.go(place, sign, width)
        reached += distance
        if reached >= width * share - TOLERANCE:
            return None
        price, slack = attacker.price()
        constant += slack
        prices += np.where(price > TOLERANCE, FAR, np.where(price < -TOLERANCE, -price * part.room, 0.0))
    prices[~(part.is_forced | part.is_free)] = 0.0
    own = part.is_forced.copy()
    own[place] = True
    needed = width - constant - float(prices[own].sum())
    if needed <= TOLERANCE:
        return None
    coefficients = np.where(own, 0.0, np.minimum(prices, needed))
    coefficients[place] = -needed if part.is_free[place] else 0.0
    return coefficients, 0.0 if part.is_free[place] else needed
