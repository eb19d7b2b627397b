"""What every choice that protects must hide, as far as single rows tell: inequalities that need no solver.

A number can only move if something else in each of its rows moves with it. Its interval is the way up plus the way
down; down it goes as far as its room at most, so that the rest of its width must be found upwards, in every row.
"""

from collections.abc import Iterator, Mapping

from flows.disclosure.part import FAR, TOLERANCE, Part

Cover = tuple[Mapping[int, float], float]
"""Coefficients of numbers that can be hidden, and what their sum is at least."""


def covers(part: Part) -> Iterator[Cover]:
    """The inequalities of all rows, for each number in them that needs an interval."""
    for row, slack, is_equation in zip(part.rows, part.slack, part.is_equation, strict=True):
        for place, factor in row.items():
            if part.width[place] > 0 and (part.is_forced[place] or part.is_free[place]):
                if is_equation:
                    yield from _bounded(part, row, place, dict.fromkeys(row, FAR), float(part.width[place]))
                if is_equation or factor > 0:
                    yield from _upwards(part, row, place, 0.0 if is_equation else float(slack))


def _upwards(part: Part, row: Mapping[int, float], place: int, slack: float) -> Iterator[Cover]:
    """On the way up what counts alike must give way by its room; what counts against it can rise without end."""
    own = row[place]
    needed = float(part.width[place] - part.room[place]) - slack / abs(own)
    reach = {
        other: FAR if factor * own < 0 else float(part.room[other] * factor / own) for other, factor in row.items()
    }
    yield from _bounded(part, row, place, reach, needed)


def _bounded(
    part: Part, row: Mapping[int, float], place: int, reach: Mapping[int, float], needed: float
) -> Iterator[Cover]:
    """What is hidden beside a number must reach as far as is needed."""
    others = [other for other in row if other != place]
    needed -= sum(min(max(needed, 0.0), reach[other]) for other in others if part.is_forced[other])
    if needed <= TOLERANCE:
        return
    coefficients = {other: min(needed, reach[other]) / needed for other in others if part.is_free[other]}
    if part.is_free[place]:
        coefficients[place] = -1.0
    yield {other: by for other, by in coefficients.items() if by}, 0.0 if part.is_free[place] else 1.0
