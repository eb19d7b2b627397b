"""Great Expectations: compares the columns of a whole night at once. The only module that imports it.

Its cost is per expectation and run, hardly per row, so a night is one frame of cells and one of comparisons. The
pandas engine is the only one that serves frames in memory; every run has a context of its own, because one that is
shared between threads gives silently wrong results.
"""

import os
from collections.abc import Sequence
from typing import Any

import polars as pl

from expectations.comparison import ROW, Answer, Pair, Relation

os.environ["GX_ANALYTICS_ENABLED"] = "False"  # it is read at import

import great_expectations as gx
from great_expectations.data_context.types.base import ProgressBarsConfig

_TYPES: dict[Relation, str] = {
    "equal": "expect_column_pair_values_to_be_equal",
    "at_least": "expect_column_pair_values_a_to_be_greater_than_b",
}
_RESULT_FORMAT = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": [ROW],
    "return_unexpected_index_query": False,
    "exclude_unexpected_values": True,
}


class SuiteError(RuntimeError):
    """The suite did not run as it was declared: a fault of ours that would otherwise pass silently."""


def run(frame: pl.DataFrame, pairs: Sequence[Pair]) -> dict[str, Answer]:
    """Compare every pair of columns.

    Args:
        frame: the compared columns and `row`, which numbers the rows.
        pairs: what to compare.

    Returns:
        Name of each pair → its failing rows, or why it could not be compared.

    Raises:
        SuiteError: not as many expectations came out as went in, or two bear the same name.
    """
    columns = list(dict.fromkeys([ROW, *(column for pair in pairs for column in (pair.left, pair.right))]))
    results = _validate(frame.select(columns), pairs)
    if len({pair.name for pair in pairs}) != len(pairs) or len(results) != len(pairs):
        raise SuiteError(f"{len(pairs)} expectations went in, {len(results)} came out, or two bear the same name")
    by_name = {pair.name: pair for pair in pairs}
    named = {str(result.expectation_config.meta["name"]): result for result in results}
    return {name: _answer(result, frame, by_name[name]) for name, result in named.items()}


def _validate(frame: pl.DataFrame, pairs: Sequence[Pair]) -> list[Any]:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    suite = gx.ExpectationSuite(name="night", expectations=[_expectation(pair) for pair in pairs])
    if len(suite.expectations) != len(pairs):  # a misspelled type is dropped without a word
        raise SuiteError(f"{len(pairs)} expectations were declared, {len(suite.expectations)} were understood")
    asset = context.data_sources.add_pandas("night").add_dataframe_asset("frame")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame.to_pandas()})
    results: list[Any] = batch.validate(suite, result_format=_RESULT_FORMAT).results
    return results


def _expectation(pair: Pair) -> dict[str, Any]:
    kwargs: dict[str, str | bool] = {
        "column_A": pair.left,
        "column_B": pair.right,
        "ignore_row_if": "either_value_is_missing",
    }
    if pair.relation == "at_least":
        kwargs["or_equal"] = True
    return {"type": _TYPES[pair.relation], "kwargs": kwargs, "meta": {"name": pair.name}}


def _answer(result: Any, frame: pl.DataFrame, pair: Pair) -> Answer:
    """What a result says; one that broke carries no figures, and one that left rows out has not judged them."""
    details = result.result
    if "unexpected_count" not in details:
        return Answer(broken="Der Vergleich ist abgebrochen.")
    complete = frame.select((pl.col(pair.left).is_not_null() & pl.col(pair.right).is_not_null()).sum()).item()
    compared = details["element_count"] - details["missing_count"]
    failing = tuple(int(row) for entry in details["unexpected_index_list"] for row in entry[ROW])
    if compared != complete or len(failing) != details["unexpected_count"]:
        return Answer(broken=f"Verglichen wurden {compared} von {complete} Angaben.")
    return Answer(failing=failing)
