"""What protecting costs at least: Benders' decomposition of the cell suppression problem (Fischetti and Salazar, 2001).

A master problem hides at the least loss, in parts if need be; the attacker says which numbers that leaves exposed, and
his dual solution is an inequality that every choice which protects them meets. The master's loss never exceeds that of
the best choice. Whatever it hides in part is a hint for a cheaper choice.
"""

from collections.abc import Iterator
from time import monotonic

import highspy
import numpy as np

from flows.disclosure.attacking import FAR, TOLERANCE, Attacker, Floats, Part, quiet_solver

_HIDDEN = 0.05
"""A number that is hidden for less than this part is not asked to be protected for it."""


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


def least_loss(part: Part, *, patience: int, deadline: float) -> tuple[float, Floats]:
    """A loss that no choice which protects can be below, and how far each number is hidden there.

    Args:
        part: the numbers.
        patience: after so many questions to the attacker the bound reached so far is taken …
        deadline: … and at the latest then, by the monotonic clock.
    """
    master, attacker = _Master(part), Attacker(part)
    hidden, loss = part.is_forced.astype(float), 0.0
    while monotonic() < deadline:
        found = list(_lonely(part, hidden))
        if not found and attacker.questions < patience:
            found = list(_inequalities(part, attacker, hidden, deadline))
        if not found:
            break
        for coefficients, least in found:
            master.demand(coefficients, least)
        hidden, loss = master.solve()
    return loss, hidden


def _lonely(part: Part, hidden: Floats) -> Iterator[tuple[Floats, float]]:
    """For each equation with one number hidden more than all others together: that alone would follow from them.

    The attacker would say the same, but asking him takes longer.
    """
    for row, is_equation in zip(part.rows, part.is_equation, strict=True):
        places = np.fromiter(row, dtype=np.intp)
        shares = hidden[places]
        most = int(places[int(np.argmax(shares))])
        if is_equation and shares.size and 2 * shares.max() > shares.sum() + TOLERANCE:
            coefficients = np.zeros(part.size)
            coefficients[places] = 1.0
            coefficients[most] = -1.0
            forced = places[part.is_forced[places] & (places != most)]
            coefficients[forced] = 0.0
            if not forced.size:
                own = part.is_forced[most]
                coefficients[most] = 0.0 if own else -1.0
                yield coefficients, 1.0 if own else 0.0


def _inequalities(part: Part, attacker: Attacker, hidden: Floats, deadline: float) -> Iterator[tuple[Floats, float]]:
    """For each number that a choice in parts exposes, what every choice that protects it meets."""
    reach = np.where(part.is_forced, FAR, 2 * part.width.max() * part.units())
    attacker.show_all_but(hidden, reach=reach)
    for place in np.flatnonzero((part.width > 0) & (hidden > _HIDDEN)):
        if monotonic() > deadline:
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
