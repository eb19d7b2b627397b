"""The cheapest choice of what to hide, and how much cheaper another could be at most."""

from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from flows.disclosure.attacking import Part
from flows.disclosure.bounding import Patience, least_loss
from flows.disclosure.knowledge import Knowledge, Node, Number
from flows.disclosure.protecting import Choice, protected, pruned

ENOUGH = 0.01
"""A choice that costs at most this share more than the least loss is not searched for a better one."""
_WORK = 2_000_000
"""So many numbers are looked at for the bound of a part: each question to the attacker looks at all of them."""
_QUICK = 300
"""So many hidden numbers can be chosen a second time in a moment."""
_LARGE = 1e6
"""Numbers above (what employees cost) are taken in larger units: solvers calculate to an absolute precision."""


@dataclass(frozen=True)
class Suppression:
    """What a release hides.

    Attributes:
        hidden: the numbers that are not shown.
        widths: hidden number → width of the interval that it keeps at least.
        loss: what hiding beyond what must be hidden costs.
        least_loss: no choice that protects costs less.
    """

    hidden: frozenset[Node]
    widths: Mapping[Node, float]
    loss: float
    least_loss: float

    @property
    def gap(self) -> float:
        """Which share of the loss might have been avoidable at most."""
        return max(0.0, (self.loss - self.least_loss) / self.loss) if self.loss > 0 else 0.0


def suppress(known: Knowledge, *, seconds: float, questions: int) -> Suppression:
    """Hide what must be, and the cheapest further numbers that protect everything hidden.

    A choice always exists for a first release: all relations are homogeneous, so with everything above zero hidden
    the true values times any factor above 1 are as possible as they are, and nothing hidden has an upper bound. For a
    later one hiding everything new leaves an attacker where he was: what is new adds unknowns to every equation and
    bound that it brings. Where a bound between the new and the published remains (a late half-year under a year that
    is out), a number that nothing protects any more is shown if it may be, and else keeps what width is left to it.

    Args:
        known: all numbers.
        seconds: time for finding out how good the choice is, and where a better one begins; the choice does not
            depend on it where the search ends before.
        questions: so many are asked about all large sets of hidden numbers together.
    """
    nodes = list(known.numbers)
    forced = {node for node, number in known.numbers.items() if _is_forced(number)}
    choices = [(places, protected(part, part.loss / part.units())) for places, part in _parts(known)]
    choices.sort(key=lambda one: (int(one[1].hidden.sum()), int(one[0][0])))
    large = max(1, sum(_is_large(choice) for _, choice in choices))
    deadline = monotonic() + seconds
    solved = [(places, *_improved(choice, questions // large, deadline)) for places, choice in choices]
    return Suppression(
        hidden=frozenset(forced | {nodes[place] for places, choice, _ in solved for place in places[choice.hidden]}),
        widths={nodes[place]: width for places, choice, _ in solved for place, width in _widths(known, places, choice)},
        loss=sum(choice.loss for _, choice, _ in solved),
        least_loss=sum(least for *_, least in solved),
    )


def _is_large(choice: Choice) -> bool:
    return bool(choice.hidden.sum() > _QUICK)


def _improved(choice: Choice, patience: int, deadline: float) -> tuple[Choice, float]:
    """A choice without what it does not need, and what every choice costs at least.

    What the best choice known not to protect hides is a good beginning of one that does; and what the best choice in
    parts hides is taken to be cheap when ways are compared again.
    """
    now = monotonic()
    questions = min(patience, _WORK // choice.part.size)
    bound = least_loss(choice.part, Patience(questions, now + (deadline - now) / 2))
    price = choice.part.loss / choice.part.units() * (1 - 0.9 * bound.parts)
    choices = [choice, protected(choice.part, price, bound.whole)]
    if _is_large(choice):
        choices = [min(choices, key=lambda one: one.loss)]
    elif bound.loss < choice.loss * (1 - ENOUGH):
        choices.append(protected(choice.part, price))
    best = min((pruned(one, patience=patience) for one in choices), key=lambda one: one.loss)
    return best, min(bound.loss, best.loss)


def _is_forced(number: Number) -> bool:
    return number.must_hide or not (number.is_public or number.is_free)


def _scale(numbers: list[Number]) -> float:
    return 1.0 if max(number.value for number in numbers) < _LARGE else _LARGE / 100


def _widths(known: Knowledge, places: NDArray[np.intp], choice: Choice) -> list[tuple[int, float]]:
    numbers = list(known.numbers.values())
    scale = _scale([numbers[place] for place in places])
    return [(int(place), float(width) * scale) for place, width in zip(places, choice.part.width, strict=True) if width]


def _parts(known: Knowledge) -> list[tuple[NDArray[np.intp], Part]]:
    """What hangs together and has something to protect, with the places of its numbers."""
    whole = _whole(known)
    moving = np.flatnonzero(whole.is_forced | whole.is_free)
    inner = whole.restricted(moving)
    numbers = list(known.numbers.values())
    return [
        (moving[group], inner.restricted(group).in_units_of(_scale([numbers[place] for place in moving[group]])))
        for group in inner.split()
        if np.any(inner.is_forced[group] & (inner.width[group] > 0))
    ]


def _whole(known: Knowledge) -> Part:
    place = {node: index for index, node in enumerate(known.numbers)}
    numbers = list(known.numbers.values())
    needs_width = [number.must_hide or number.is_guarded or number.is_free for number in numbers]
    return Part(
        room=np.array([number.value - (1.0 if number.is_whole else 0.0) for number in numbers]),
        width=np.where(needs_width, [number.width for number in numbers], 0.0),
        loss=np.array([number.loss for number in numbers]),
        is_forced=np.array([_is_forced(number) for number in numbers]),
        is_free=np.array([number.is_free for number in numbers]),
        rows=[{place[node]: factor for node, factor in row.terms} for row in known.rows],
        slack=np.array([-sum(known.numbers[node].value * factor for node, factor in row.terms) for row in known.rows]),
        is_equation=np.array([row.is_equation for row in known.rows]),
    )
