"""Every figure computed once more from what `audit.trace` lists, for all figures at once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

from expectations.period import parse_period
from flows.records import Entry
from flows.resources import sql_files
from flows.settings import berlin_date
from tests.demo.journal_readings import Figures, Sides, completeness, days_to_approval
from tests.demo.readings import FROM_THE_JOURNAL, READINGS, ZERO, Row, asked_of

_CATALOGUE = "SELECT id, aggregation, scale, decimals FROM indicators.catalogue"
_FIGURES = "SELECT indicator_id, area_key, period, breakdown, value FROM indicators.figures"
_FIGURE = "indicator_id, area_key, period, breakdown"
_PLACE = "body_values.indicator_id, areas.area_key, areas.period, body_values.breakdown"
_KEY = "indicator_id, asked_area, period, breakdown"
_TRACED = "traced.indicator_id, traced.asked_area, traced.period, traced.breakdown"
Key = tuple[str, str, str, str]
"""Indicator, area, period and breakdown."""
Traced = Mapping[str, Any]
"""A row of the trace."""


def bulk_trace(condition: str) -> str:
    """The trace's own SELECT, asked about all figures of a condition at once instead of one."""
    text = "\n".join(line for line in sql_files("audit")["trace"].splitlines() if not line.startswith("-- "))
    begin, end = text.index("areas.area_key = area_key"), text.index("AND (body_values.state")
    everything = f"({_PLACE}) IN (SELECT {_FIGURE} FROM indicators.figures WHERE {condition})\n        "
    text = text[:begin] + everything + text[end:]
    known = "SELECT\n    concat_ws(': ', traced.section"
    if text.count(known) != 1:
        raise ValueError("audit.trace reads otherwise than it did: ask it about all figures in another way")
    text = text.replace(known, f"SELECT {_TRACED},\n    concat_ws(': ', traced.section")
    return f"SELECT * FROM ({text}) ORDER BY {_KEY}, ags, section, submission_id, row_key, field"


def differences(database: Path, among: str = "TRUE") -> tuple[int, list[str]]:
    """How many figures were computed again, and those of which something else came out.

    Args:
        database: a built database.
        among: an SQL condition on `indicators.figures`; of these all that have a value.
    """
    condition = f"state = 'ok' AND {among}"
    with duckdb.connect(str(database), read_only=True) as connection:
        catalogue = {row[0]: row[1:] for row in connection.execute(_CATALOGUE).fetchall()}
        figures = {tuple(row[:4]): row[4] for row in connection.execute(f"{_FIGURES} WHERE {condition}").fetchall()}
        traced = dict(_by_figure(connection.sql(bulk_trace(condition)).pl().iter_rows(named=True)))
    wrong = []
    for key, value in figures.items():
        rows = traced.get(key, [])
        computed = {"terms": _from_terms(key, rows, catalogue[key[0]])}
        if key[0] not in FROM_THE_JOURNAL:
            computed["cells"] = _from_cells(key, rows, catalogue[key[0]])
        wrong += [f"{key} is {value}, from its {what} {found}" for what, found in computed.items() if found != value]
    return len(figures), wrong


def journal_differences(database: Path, entries: Sequence[Entry]) -> tuple[int, list[str]]:
    """How many figures of BER-02 and BER-04 were read again from the ledger, and those that it does not say so."""
    with duckdb.connect(str(database), read_only=True) as connection:
        duties = connection.execute("SELECT period, ags FROM intake.obligations").fetchall()
        asked = frozenset((period, ags) for period, ags in duties if _is_over(period, entries))
        catalogue = {row[0]: row[1:] for row in connection.execute(_CATALOGUE).fetchall()}
        areas = connection.execute("SELECT period, area_key, ags FROM reference.areas").fetchall()
        by_hand = {"BER-02": completeness(entries, asked, connection), "BER-04": days_to_approval(entries, asked)}
        computed = {
            (indicator, *place): _figure(sides, catalogue[indicator])
            for indicator, bodies in by_hand.items()
            for place, sides in _of_areas(bodies, areas).items()
        }
        query = f"{_FIGURES} WHERE state = 'ok' AND indicator_id IN ('BER-02', 'BER-04')"
        figures = {tuple(row[:4]): row[4] for row in connection.execute(query).fetchall()}
    keys = figures.keys() | computed.keys()
    wrong = [key for key in sorted(keys) if figures.get(key) != computed.get(key)]
    return len(figures), [f"{key} is {figures.get(key)}, from the ledger {computed.get(key)}" for key in wrong]


def _is_over(period: str, entries: Sequence[Entry]) -> bool:
    """Whether a period had ended when the last night ran: figures of none that runs are told."""
    nights = [entry.at for entry in entries if entry.kind == "night"]
    return parse_period(period).closing_day < berlin_date(max(nights))


def _of_areas(bodies: Figures, areas: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str, str], list[Sides]]:
    """Area, period and breakdown → the sides of its bodies."""
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for period, area, ags in areas:
        places[period, ags].append(area)
    found: dict[tuple[str, str, str], list[Sides]] = defaultdict(list)
    for (period, ags, breakdown), sides in bodies.items():
        for area in places[period, ags]:
            found[area, period, breakdown].append(sides)
    return found


def _by_figure(rows: Iterable[Traced]) -> Iterator[tuple[Key, list[Traced]]]:
    for key, found in groupby(
        rows, lambda row: (row["indicator_id"], row["asked_area"], row["period"], row["breakdown"])
    ):
        yield key, list(found)


def _by_term(rows: Iterable[Traced]) -> Iterator[list[Traced]]:
    """The rows of one term after the other: it is listed once for every field that is read in its row."""
    for _, found in groupby(rows, lambda row: (row["ags"], row["section"], row["submission_id"], row["row_key"])):
        yield list(found)


def _from_terms(key: Key, rows: Sequence[Traced], how: tuple[str, int, int]) -> Decimal | None:
    """Numerators and denominators of the terms, added up."""
    bodies: dict[str, tuple[Decimal, Decimal]] = {}
    distinct = set()
    for term in _by_term(rows):
        first = term[0]
        above, below = bodies.get(first["ags"], (ZERO, ZERO))
        bodies[first["ags"]] = above + first["numerator"], below + (first["denominator"] or ZERO)
        if first["numerator"] > 0:
            distinct.add(first["row_key"])
    if how[0] == "distinct":
        return Decimal(len(distinct)).quantize(Decimal("0.01"))
    return _figure(list(bodies.values()), how)


def _from_cells(key: Key, rows: Sequence[Traced], how: tuple[str, int, int]) -> Decimal | None:
    """What the indicator's definition makes of the cells, read by hand."""
    asked, reading = asked_of(key[3], key[2]), READINGS[key[0]]
    by_body = {ags: list(found) for ags, found in groupby(rows, lambda row: row["ags"])}
    if how[0] == "distinct":
        return reading([row for found in by_body.values() for row in _rows(found)], asked)[0].quantize(Decimal("0.01"))
    return _figure([reading(_rows(found), asked) for found in by_body.values()], how)


def _rows(traced: Sequence[Traced]) -> list[Row]:
    """Rows with their cells; an empty table has none, and counts nothing."""
    found = []
    for term in _by_term(traced):
        first = term[0]
        if not (len(term) == 1 and first["field"] == first["section"]):
            cells = {row["field"].removeprefix(f"{first['section']}."): row["value"] for row in term}
            found.append(Row(first["section"], first["row_key"], cells))
    return found


def _figure(bodies: Sequence[tuple[Decimal, Decimal]], how: tuple[str, int, int]) -> Decimal | None:
    """A figure of bodies' numerators and denominators, rounded once."""
    aggregation, scale, decimals = how
    above, below = sum((one for one, _ in bodies), ZERO), sum((one for _, one in bodies), ZERO)
    if aggregation == "median":
        exact = median(scale * one / other for one, other in bodies)
    elif aggregation == "ratio":
        exact = scale * above / below
    else:
        exact = above
    # A quotient whose decimals go on for ever may end in a 5 only by being cut off.
    kept = exact.quantize(Decimal("1e-10"), ROUND_HALF_UP)
    return kept.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP).quantize(Decimal("0.01"))
