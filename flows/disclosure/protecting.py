"""A choice that protects, and then one without what it does not need."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from flows.disclosure.attacking import Attacker, Exposure
from flows.disclosure.bounding import Master, inequality, teach
from flows.disclosure.part import TOLERANCE, Flags, Part
from flows.disclosure.patience import Patience
from flows.disclosure.ways import Ways

_FEW, _ROUNDS = 40, 6
"""So many exposed numbers, and all that are after so many rounds, are left to single ways."""


def settled(part: Part, patience: Patience) -> Part:
    """The part where everything is protected if everything is hidden.

    What is not even then is shown if it may be, and else must do with the width that is left to it.
    """
    while found := list(Attacker(part, _everything(part).astype(float), patience).exposed()):
        part = _resigned(part, found)
    return part


def _everything(part: Part) -> Flags:
    return part.is_forced | part.is_free


def _resigned(part: Part, found: Sequence[Exposure]) -> Part:
    to_show = [one.place for one in found if part.is_free[one.place]]
    if to_show:
        is_free = part.is_free.copy()
        is_free[to_show] = False
        return replace(part, is_free=is_free)
    width = part.width.copy()
    for one in found:
        width[one.place] = max(0.0, one.reached - 2 * TOLERANCE)
    return replace(part, width=width)


def completed(part: Part, master: Master, hidden: Flags, patience: Patience) -> Flags:
    """A choice that protects and hides what another hides.

    What is missing is at first the cheapest that all inequalities together ask for. Few exposed numbers would ask for
    one step of a long way after the other: for them it is the cheapest ways of moving them.

    Args:
        part: the numbers; with everything hidden each is protected.
        master: what is known of every choice that protects; comes back knowing more, and hiding this in any case.
        hidden: what is hidden so far.
        patience: counts the questions; it does not end this.
    """
    rounds = 0
    while found := teach(part, master, hidden, patience):
        more, rounds = hidden, rounds + 1
        if len(found) > _FEW and rounds <= _ROUNDS:
            master.keep(hidden)
            more = hidden | master.solve_whole()[0]
        if not np.any(more & ~hidden):
            more = _with_ways(part, hidden, found, patience)
        hidden = more if np.any(more & ~hidden) else _everything(part)
    return hidden


def _with_ways(part: Part, hidden: Flags, found: Sequence[Exposure], patience: Patience) -> Flags:
    """What is hidden, and what moves on the cheapest way of each exposed number, the widest first."""
    ways, more = Ways(part, hidden, patience), hidden.copy()
    for place in sorted((one.place for one in found), key=lambda one: (-part.width[one], -one)):
        moved = np.any(ways.widening(place, float(part.width[place])), axis=0)
        ways.hide(np.flatnonzero(moved & ~more))
        more |= moved
    return more


def pruned(part: Part, master: Master, hidden: Flags, patience: Patience) -> Flags:
    """A choice that protects, without what it does not need; the dearest is tried first.

    Args:
        part: the numbers.
        master: what is known of every choice that protects.
        hidden: what protects.
        patience: when it is over nothing further is tried.
    """
    free = np.flatnonzero(hidden & part.is_free)
    for place in free[np.argsort(-part.loss[free], kind="stable")].tolist():
        if patience.is_over:
            break
        if not master.needed(hidden)[place]:
            fewer = hidden.copy()
            fewer[place] = False
            beside = part.beside(np.array([place]))
            exposure = next(Attacker(part, fewer.astype(float), patience).exposed(beside), None)
            if exposure is None:
                hidden = fewer
            elif (one := inequality(part, exposure)) is not None:
                master.known.append(one)
    return hidden
