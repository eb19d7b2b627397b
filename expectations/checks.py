"""Cross-field rules: one SELECT a rule over typed rows yields what it compares, for all reports at once.

A check returns every pair that it evaluated, also the satisfied ones: `submission_id, row_key, given, expected`, where
wanted `field` (the place of the finding), `given_text` and `expected_text` (how both are quoted), `about` (what its row
is, where the key is only a number), and any further columns that its texts mention. A missing side means: not
applicable.
"""

import math
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import duckdb
import polars as pl

from expectations.comparison import COMPARISON_SCHEMA
from expectations.form import form_of
from expectations.german import date_text, number_text
from expectations.rules import Rule

_Table = TypeVar("_Table")
_NEEDED = ("submission_id", "row_key", "given", "expected")
_QUOTED = frozenset({*_NEEDED, "field", "given_text", "expected_text", "about"})


class CheckError(ValueError):
    """A check yields something else than pairs."""


@dataclass(frozen=True)
class Pairs:
    """The rows of one check, also the satisfied ones.

    Attributes:
        columns: names of the columns.
        rows: the values, a tuple a row.
        comparisons: the same as `COMPARISON_SCHEMA` has them, in the same order.
    """

    columns: Sequence[str]
    rows: Sequence[tuple[Any, ...]]
    comparisons: Sequence[tuple[Any, ...]]

    def row(self, place: int) -> dict[str, Any]:
        """One row by the names of its columns."""
        return dict(zip(self.columns, self.rows[place], strict=True))


@dataclass(frozen=True)
class Evidence:
    """What the checks yielded.

    Attributes:
        pairs: the rows of each check by code.
        not_run: code → why its check could not be run, in German.
    """

    pairs: Mapping[str, Pairs]
    not_run: Mapping[str, str]


def gather(tables: Mapping[str, pl.DataFrame], rules: Sequence[Rule], checks: Mapping[str, str]) -> Evidence:
    """Run the check of every comparing rule.

    Args:
        tables: what checks may read, by name, with a schema where it has one (`reference.grants`).
        rules: rules that compare.
        checks: the SQL texts under `sql/checks/` by name: a check bears its rule's code, every other is a step that
            checks share, made into a table of that name first.
    """
    queries = {rule.code: _same_row_check(rule) if rule.given else checks.get(rule.code) for rule in rules}
    pairs: dict[str, Pairs] = {}
    not_run: dict[str, str] = {}
    with duckdb.connect(config={"threads": 1, "python_enable_replacements": False}) as connection:
        connection.execute("PRAGMA disable_optimizer")  # small tables: optimizing would take as long as the queries
        wanted = [query for query in queries.values() if query]
        steps = _mentioned({name: query for name, query in checks.items() if not name.startswith("R-")}, wanted)
        _create(connection, _mentioned(tables, [*wanted, *steps.values()]))
        _prepare(connection, steps)
        for rule in rules:
            query = queries[rule.code]
            if query is None:
                not_run[rule.code] = f"Die Prüfung sql/checks/{rule.code}.sql fehlt."
                continue
            try:
                pairs[rule.code] = _pairs(connection, query, rule)
            except (duckdb.Error, CheckError) as error:
                not_run[rule.code] = f"Die Prüfung sql/checks/{rule.code}.sql ist fehlerhaft: {_named(error)}"
    return Evidence(pairs, not_run)


def _mentioned(tables: Mapping[str, _Table], queries: Sequence[str]) -> dict[str, _Table]:
    """The tables that a query mentions: creating the rest would cost more than all queries."""
    words = {word for query in queries for word in re.findall(r"[a-z_.]+", query)}
    return {name: table for name, table in tables.items() if name in words}


def _create(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, pl.DataFrame]) -> None:
    for schema in sorted({name.partition(".")[0] for name in tables if "." in name}):
        connection.execute(f"CREATE SCHEMA {schema}")
    for name, frame in tables.items():
        connection.register("incoming", frame)
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM incoming")
        connection.unregister("incoming")


def _prepare(connection: duckdb.DuckDBPyConnection, steps: Mapping[str, str]) -> None:
    """Make the steps that checks share; one that is broken is missing, and so no check that reads it is run."""
    for name, query in steps.items():
        with suppress(duckdb.Error):
            connection.execute(f"CREATE TABLE {name} AS {query}")


def _pairs(connection: duckdb.DuckDBPyConnection, query: str, rule: Rule) -> Pairs:
    found = connection.execute(query)
    columns = [column[0] for column in found.description or ()]
    if missing := [name for name in _NEEDED if name not in columns]:
        raise CheckError(f"column {missing[0]} is missing")
    rows = found.fetchall()
    number, key, given, expected = (columns.index(name) for name in _NEEDED)
    place = columns.index("field") if "field" in columns else None
    comparisons = [
        (
            row[number],
            rule.code,
            rule.field if place is None else row[place],
            row[key],
            _float(row[given]),
            _float(row[expected]),
            at,
        )
        for at, row in enumerate(rows)
    ]
    return Pairs(columns, rows, comparisons)


def _float(value: object) -> float | None:
    if value is None:
        return None
    if not isinstance(value, int | float | Decimal) or not math.isfinite(value):
        raise CheckError(f"a {type(value).__name__} that is no number")
    return float(value)


def _same_row_check(rule: Rule) -> str:
    """The SELECT of a rule that names two fields of the same row."""
    section, _, given = rule.given.partition(".")
    expected = rule.expected.partition(".")[2]
    if rule.format == "date":
        given, expected = (f"datediff('day', DATE '1970-01-01', {name})" for name in (given, expected))
    return f"SELECT submission_id, row_key, {given} AS given, {expected} AS expected FROM {section}"


def _named(error: Exception) -> str:
    """What went wrong; only messages that cannot quote a value are repeated."""
    kind = type(error).__name__
    stated = duckdb.BinderException | duckdb.CatalogException | duckdb.ParserException | CheckError
    names_no_value = isinstance(error, stated)
    return f"{kind}: {str(error).splitlines()[0]}" if names_no_value else kind


def comparisons(evidence: Evidence, asked: pl.DataFrame) -> pl.DataFrame:
    """All pairs of all checks in one frame (`COMPARISON_SCHEMA`).

    Args:
        evidence: what the checks yielded.
        asked: rule × report (`submission_id`, `code`) that is to be judged; pairs of others are left out, and a rule
            without any pair for a report is there with both sides missing.
    """
    rows = [row for pairs in evidence.pairs.values() for row in pairs.comparisons]
    evaluated = pl.DataFrame(rows, schema=COMPARISON_SCHEMA, orient="row")
    return asked.join(evaluated, on=["submission_id", "code"], how="left").select(COMPARISON_SCHEMA.keys())


def facts_of(row: Mapping[str, Any]) -> dict[str, str]:
    """A check's further columns as a message quotes them: money and other decimals, dates and counts in German."""
    return {name: _fact(value) for name, value in row.items() if name not in _QUOTED}


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
        history: section → typed rows with `ags` and `period`; sections may be missing, and fields of later years.
        empty: section → typed rows of all years, none of them.
        year: the form whose running totals `history.numbers` lists.

    Returns:
        `history.<section>`, and `history.numbers`: every running total of values and fixed sections, a row each.
    """
    keys = {"ags": pl.String(), "period": pl.String()}
    unknown = [pl.lit(None, dtype).alias(name) for name, dtype in keys.items()]
    sections = {
        name: pl.concat(
            [frame.with_columns(unknown), *([history[name]] if name in history else [])], how="diagonal_relaxed"
        )
        for name, frame in empty.items()
    }
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
