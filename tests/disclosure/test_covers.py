"""What single rows tell of every choice that protects, by hand."""

import numpy as np

from flows.disclosure.bounding import Master, least_loss
from flows.disclosure.covers import covers
from flows.disclosure.part import Part
from flows.disclosure.patience import Brake, Patience


def _part(values: tuple[float, ...]) -> Part:
    """Counts that add up to the last one; the first is too small, and hiding another costs what it counts."""
    size = len(values)
    first = np.arange(size) == 0
    return Part(
        room=np.array(values) - 1.0,
        width=np.where(first, 3.0, 0.0),
        loss=np.where(first, 0.0, values),
        is_forced=first,
        is_free=~first,
        rows=[{**dict.fromkeys(range(size - 1), 1.0), size - 1: -1.0}],
        slack=np.zeros(1),
        is_equation=np.ones(1, dtype=bool),
    )


def _least_loss(part: Part) -> float:
    patience = Patience(1000, Brake(60.0))
    return least_loss(part, Master(part, patience), patience).loss


def test_something_else_in_the_row_moves_with_a_hidden_count() -> None:
    together, _ = covers(_part((2.0, 3.0, 9.0, 14.0)))
    assert together == ({1: 1.0, 2: 1.0, 3: 1.0}, 1.0)


def test_what_the_way_down_lacks_must_be_found_upwards() -> None:
    """Down the 2 goes by 1; up it must go by 2: the whole can rise with it, of two counts of 2 each gives way by 1."""
    _, upwards = covers(_part((2.0, 2.0, 2.0, 6.0)))
    assert upwards == ({1: 0.5, 2: 0.5, 3: 1.0}, 1.0)


def test_the_bound_is_the_loss_of_the_best_choice() -> None:
    """Two counts of 2 cost 4, the whole 6."""
    assert _least_loss(_part((2.0, 2.0, 2.0, 6.0))) == 4.0
    assert _least_loss(_part((2.0, 5.0, 9.0, 16.0))) == 5.0
