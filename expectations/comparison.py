"""Pairs of columns that must agree: what the suite compares, as plain values."""

from dataclasses import dataclass
from typing import Literal

Relation = Literal["equal", "at_least"]

ROW = "row"
"""The column that numbers a compared frame's rows."""


@dataclass(frozen=True)
class Pair:
    """Two columns of one frame; a row in which either is missing is not compared.

    Attributes:
        name: by which its answer is known; unique within a frame.
        relation: whether left must equal right, or be at least as great.
    """

    name: str
    relation: Relation
    left: str
    right: str


@dataclass(frozen=True)
class Answer:
    """What comparing one pair gave.

    Attributes:
        failing: numbers of the rows that do not agree.
        broken: why it could not be compared, `""` where it was. A broken pair has not passed.
    """

    failing: tuple[int, ...] = ()
    broken: str = ""
