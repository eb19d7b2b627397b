"""The cheapest choice of what to hide, and how much cheaper another could be at most."""

import multiprocessing
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np

from flows.disclosure.bounding import Master, least_loss
from flows.disclosure.knowledge import Knowledge, Node, Number
from flows.disclosure.part import Flags, Part, Places
from flows.disclosure.patience import Brake, Patience
from flows.disclosure.protecting import completed, pruned, settled

_WORTH_A_PROCESS = 300
"""A part of more numbers takes longer than a process takes to start."""
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


def suppress(known: Knowledge, *, questions: int, brake: Brake) -> Suppression:
    """Hide what must be, and the cheapest further numbers that protect everything hidden.

    A choice always exists for a first release: all relations are homogeneous, so with everything above zero hidden
    the true values times any factor above 1 are as possible as they are, and nothing hidden has an upper bound. For a
    later one hiding everything new leaves an attacker where he was: what is new adds unknowns to every equation and
    bound that it brings. Where a bound between the new and the published remains (a late half-year under a year that
    is out), a number that nothing protects any more is shown if it may be, and else keeps what width is left to it.

    Args:
        known: all numbers.
        questions: so many are asked for a better choice of each set of numbers that hang together.
        brake: ends the search if it takes far too long.

    Raises:
        UndecidedError: it does.
    """
    nodes = list(known.numbers)
    forced = {node for node, number in known.numbers.items() if _is_forced(number)}
    parts = _parts(known)
    choices = _side_by_side([part for _, part in parts], questions, brake)
    solved = [(places, choice) for (places, _), choice in zip(parts, choices, strict=True)]
    return Suppression(
        hidden=frozenset(forced | {nodes[place] for places, one in solved for place in places[one.hidden]}),
        widths={nodes[place]: width for places, one in solved for place, width in _widths(known, places, one.part)},
        loss=sum(one.part.loss_of(one.hidden) for _, one in solved),
        least_loss=sum(one.least_loss for _, one in solved),
    )


@dataclass(frozen=True)
class _Choice:
    """What is hidden of numbers that hang together.

    Attributes:
        part: the numbers, without what cannot be protected.
        hidden: whether each is hidden.
        least_loss: no choice that protects costs less.
    """

    part: Part
    hidden: Flags
    least_loss: float


def _side_by_side(parts: Sequence[Part], questions: int, brake: Brake) -> list[_Choice]:
    """What is hidden of each part, which no other part changes: large ones on as many processors as there are."""
    processes = min(os.cpu_count() or 1, sum(part.size > _WORTH_A_PROCESS for part in parts))
    if processes < 2:
        return [_solved(part, questions, brake) for part in parts]
    # A process of its own from the beginning: a copy of one that has threads may never wake up.
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        longest_first = sorted(range(len(parts)), key=lambda number: -parts[number].size)
        asked = {number: pool.submit(_solved, parts[number], questions, brake) for number in longest_first}
        return [asked[number].result() for number in range(len(parts))]


def _solved(part: Part, questions: int, brake: Brake) -> _Choice:
    unlimited, patience = Patience(0, brake), Patience(questions, brake)
    part = settled(part, unlimited)
    master = Master(part, patience)
    bound = least_loss(part, master, patience)
    whole = bound.hidden if bound.is_safe else completed(part, master, bound.hidden, unlimited)
    hidden = pruned(part, master, whole, Patience(questions // 2, brake))
    return _Choice(part, hidden, min(bound.loss, part.loss_of(hidden)))


def _is_forced(number: Number) -> bool:
    return number.must_hide or not (number.is_public or number.is_free)


def _scale(numbers: list[Number]) -> float:
    return 1.0 if max(number.value for number in numbers) < _LARGE else _LARGE / 100


def _widths(known: Knowledge, places: Places, part: Part) -> list[tuple[int, float]]:
    numbers = list(known.numbers.values())
    scale = _scale([numbers[place] for place in places])
    return [(int(place), float(width) * scale) for place, width in zip(places, part.width, strict=True) if width]


def _parts(known: Knowledge) -> list[tuple[Places, Part]]:
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
