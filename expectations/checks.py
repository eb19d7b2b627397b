"""Cross-field rules: one SELECT a rule over typed rows yields what it compares, for all reports at once.

A check returns every pair that it evaluated, also the satisfied ones: `submission_id, row_key, given, expected`, where
wanted `field` (the place of the finding), `given_text` and `expected_text` (how both are quoted), and any further
columns that its texts mention. A missing side means: not applicable.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl

from expectations.comparison import ROW, Pair, Relation
from expectations.form import form_of
from expectations.german import date_text, number_text
from expectations.rules import Rule

_KEYS = ("submission_id", "field", "row_key", "given", "expected")
_COMPARISON_SCHEMA: dict[str, pl.DataType] = {
    "submission_id": pl.Int64(),
    "code": pl.String(),
    "field": pl.String(),
    "row_key": pl.String(),
    "given": pl.Float64(),
    "expected": pl.Float64(),
    "place": pl.UInt32(),
}
_RELATIONS: Mapping[str, Relation] = {"=": "equal", "<=": "at_least", ">=": "at_least"}


@dataclass(frozen=True)
class Evidence:
    """What the checks yielded.

    Attributes:
        frames: the rows of each check by code.
        not_run: code → why its check could not be run, in German.
    """

    frames: Mapping[str, pl.DataFrame]
    not_run: Mapping[str, str]


def gather(tables: Mapping[str, pl.DataFrame], rules: Sequence[Rule], checks: Mapping[str, str]) -> Evidence:
    """Run the check of every comparing rule.

    Args:
        tables: what checks may read, by name, with a schema where it has one (`reference.grants`).
        rules: rules that compare.
        checks: the SQL texts under `sql/checks/` by code.
    """
    queries = {rule.code: _same_row_check(rule) if rule.given else checks.get(rule.code) for rule in rules}
    frames: dict[str, pl.DataFrame] = {}
    not_run: dict[str, str] = {}
    with duckdb.connect(config={"threads": 1, "python_enable_replacements": False}) as connection:
        _create(connection, _mentioned(tables, [query for query in queries.values() if query]))
        for rule in rules:
            query = queries[rule.code]
            if query is None:
                not_run[rule.code] = f"Die Prüfung sql/checks/{rule.code}.sql fehlt."
                continue
            try:
                frames[rule.code] = _with_keys(_rows(connection, query), rule)
            except (duckdb.Error, pl.exceptions.PolarsError) as error:
                not_run[rule.code] = f"Die Prüfung sql/checks/{rule.code}.sql ist fehlerhaft: {_named(error)}"
    return Evidence(frames, not_run)


def _mentioned(tables: Mapping[str, pl.DataFrame], queries: Sequence[str]) -> dict[str, pl.DataFrame]:
    """The tables that a query mentions: creating the rest would cost more than all queries."""
    words = {word for query in queries for word in re.findall(r"[a-z_.]+", query)}
    return {name: frame for name, frame in tables.items() if name in words}


def _create(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, pl.DataFrame]) -> None:
    for schema in sorted({name.partition(".")[0] for name in tables if "." in name}):
        connection.execute(f"CREATE SCHEMA {schema}")
    for name, frame in tables.items():
        connection.register("incoming", frame)
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM incoming")
        connection.unregister("incoming")


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    rows = pl.from_arrow(connection.sql(query).to_arrow_table())
    return rows if isinstance(rows, pl.DataFrame) else rows.to_frame()


def _same_row_check(rule: Rule) -> str:
    """The SELECT of a rule that names two fields of the same row."""
    section, _, given = rule.given.partition(".")
    expected = rule.expected.partition(".")[2]
    if rule.format == "date":
        given, expected = (f"datediff('day', DATE '1970-01-01', {name})" for name in (given, expected))
    return f"SELECT submission_id, row_key, {given} AS given, {expected} AS expected FROM {section}"


def _with_keys(frame: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    if "field" not in frame.columns:
        frame = frame.with_columns(field=pl.lit(rule.field))
    typed = [pl.col("submission_id").cast(pl.Int64), pl.col("field", "row_key").cast(pl.String)]
    return frame.with_columns(*typed, pl.col("given", "expected").cast(pl.Float64))


def _named(error: Exception) -> str:
    """What went wrong; only messages that cannot quote a value are repeated."""
    kind = type(error).__name__
    names_no_value = isinstance(error, duckdb.BinderException | duckdb.CatalogException | duckdb.ParserException)
    return f"{kind}: {str(error).splitlines()[0]}" if names_no_value else kind


def comparisons(evidence: Evidence, asked: pl.DataFrame) -> pl.DataFrame:
    """All pairs of all checks in one frame, ready to be compared.

    Args:
        evidence: what the checks yielded.
        asked: rule × report (`submission_id`, `code`) that is to be judged; pairs of others are left out.

    Returns:
        `row`, the keys, `place` (the pair's row in its check's frame) and the columns that `pairs_of` names. A rule
        without any pair for a report is there with both sides missing.
    """
    parts = [
        frame.with_row_index("place").select(*_KEYS, "place", code=pl.lit(code)).select(_COMPARISON_SCHEMA.keys())
        for code, frame in evidence.frames.items()
    ]
    evaluated = pl.concat([pl.DataFrame(schema=_COMPARISON_SCHEMA), *parts])
    return asked.join(evaluated, on=["submission_id", "code"], how="left").with_row_index(ROW)


def pairs_of(rules: Sequence[Rule]) -> dict[Pair, tuple[str, ...]]:
    """One pair of columns for each rule group and relation, with the codes of its rules."""
    codes: dict[Pair, tuple[str, ...]] = {}
    for rule in rules:
        relation = _RELATIONS[rule.compare or "="]
        name = f"R-{rule.group} {relation}"
        pair = Pair(name, relation, f"{name}: left", f"{name}: right")
        codes[pair] = (*codes.get(pair, ()), rule.code)
    return codes


def spread(frame: pl.DataFrame, rules: Sequence[Rule]) -> pl.DataFrame:
    """Give every group and relation two columns of its own, so that no expectation needs a condition on rows."""
    at_most = [rule.code for rule in rules if rule.compare == "<="]
    swapped = pl.col("code").is_in(at_most)
    left = pl.when(swapped).then("expected").otherwise("given")
    right = pl.when(swapped).then("given").otherwise("expected")
    columns = []
    for pair, codes in pairs_of(rules).items():
        own = pl.col("code").is_in(list(codes))
        columns += [pl.when(own).then(left).alias(pair.left), pl.when(own).then(right).alias(pair.right)]
    return frame.with_columns(columns)


def facts_of(row: Mapping[str, Any]) -> dict[str, str]:
    """A check's further columns as a message quotes them: money and other decimals, dates and counts in German."""
    return {name: _fact(value) for name, value in row.items() if name not in {*_KEYS, "given_text", "expected_text"}}


def _fact(value: object) -> str:
    if isinstance(value, Decimal):
        return number_text(value, max(0, -int(value.as_tuple().exponent)))
    if isinstance(value, date):
        return date_text(value)
    return "" if value is None else str(value)


def history_tables(
    history: Mapping[str, pl.DataFrame], empty: Mapping[str, pl.DataFrame], year: int
) -> dict[str, pl.DataFrame]:
    """Earlier accepted reports as checks read them.

    Args:
        history: section → typed rows with `ags` and `period`; sections may be missing.
        empty: section → typed rows, none of them.
        year: the form whose running totals `history.numbers` lists.

    Returns:
        `history.<section>`, and `history.numbers`: every running total of values and fixed sections, a row each.
    """
    keys = {"ags": pl.String(), "period": pl.String()}
    unknown = [pl.lit(None, dtype).alias(name) for name, dtype in keys.items()]
    sections = {name: history.get(name, frame.with_columns(unknown)) for name, frame in empty.items()}
    schema = {**keys, "field": pl.String(), "row_key": pl.String(), "number": pl.Decimal(16, 2)}
    totals = [
        sections[section.name].select(
            *keys, pl.lit(field.path).alias("field"), "row_key", number=pl.col(field.name).cast(pl.Decimal(16, 2))
        )
        for section in form_of(year).sections()
        for field in section.fields
        if field.measure == "flow" and section.kind != "table"
    ]
    numbers = pl.concat([pl.DataFrame(schema=schema), *totals])
    return {f"history.{name}": frame for name, frame in sections.items()} | {"history.numbers": numbers}
