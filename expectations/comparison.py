"""What the suite compares, as plain values: given and expected, in one frame for all rules and all reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

Compare = Literal["=", "<=", ">="]
Relation = Literal["equal", "at_least"]

ROW = "row"
"""The column that numbers a compared frame's rows."""

COMPARISON_SCHEMA: dict[str, pl.DataType] = {
    "submission_id": pl.Int64(),
    "code": pl.String(),
    "field": pl.String(),
    "row_key": pl.String(),
    "given": pl.Float64(),
    "expected": pl.Float64(),
    "place": pl.UInt32(),  # where the rule that yielded it finds the rest of it
}
"""One row per pair that a rule compares."""


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


PAIRS = (Pair("equal", "equal", "this", "that"), Pair("at_least", "at_least", "greater", "lesser"))
"""All that is ever asked: an expectation costs as much as thousands of rows, so they are few and the frame is long."""


def pair_of(compare: Compare) -> Pair:
    """The pair of columns in which a rule's values are compared."""
    return PAIRS[0] if compare == "=" else PAIRS[1]


def side_by_side(comparisons: pl.DataFrame, compares: Mapping[str, Compare]) -> pl.DataFrame:
    """Put given and expected where the suite compares them.

    Args:
        comparisons: `COMPARISON_SCHEMA`.
        compares: how each rule's `given` must relate to its `expected`, by code.

    Returns:
        The same rows with `row` and the columns that `PAIRS` names; each row fills those of its rule's relation only.
    """
    signs = pl.DataFrame(list(compares.items()), schema={"code": pl.String(), "compare": pl.String()}, orient="row")
    compare = pl.col("compare")
    columns = {
        "this": pl.when(compare == "=").then("given"),
        "that": pl.when(compare == "=").then("expected"),
        "greater": pl.when(compare == ">=").then("given").when(compare == "<=").then("expected"),
        "lesser": pl.when(compare == ">=").then("expected").when(compare == "<=").then("given"),
    }
    return (
        comparisons.join(signs, on="code", how="left", maintain_order="left")
        .with_columns(**columns)
        .with_row_index(ROW)
    )
