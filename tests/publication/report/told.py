"""A published page as somebody reads it who believes only the public figures: its tables and what it says in words."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import product
from statistics import median

import polars as pl
from lxml import html

from tests.publication.report.public import DOT, LAND, WHOLE, Public, german
from tests.publication.report.ruler import text_of

_NUMBER = re.compile(r"\d[\d.]*(?:,\d+)?")
_SCALES = {"%": 100, "EUR per 1,000": 1000}
_LONG_WORDS = {"not_recorded": "nicht erhoben", "missing_report": "Bericht fehlt", "not_applicable": "nicht anwendbar"}
_SIDES = ("value", "numerator", "denominator")
Row = dict[str, object]


def untold(page: html.HtmlElement, public: Public) -> list[str]:
    """Everything in the tables and heads of the indicators that no public figure says."""
    return [*_in_tables(page, public), *_in_heads(page, public)]


# --- tables ----------------------------------------------------------------------------------------------------------


def _in_tables(page: html.HtmlElement, public: Public) -> Iterator[str]:
    for article in page.iterfind('.//article[@class="indicator"]'):
        indicator = text_of(article.find('.//span[@class="code"]'))
        for table in article.iterfind(".//table"):
            heads = [text_of(head) for head in table.iterfind("thead/tr/th")][1:]
            for part in table.iterfind("tbody"):
                yield from _in_part(part, indicator, heads, public)


def _in_part(part: html.HtmlElement, indicator: str, heads: Sequence[str], public: Public) -> Iterator[str]:
    """Rows of areas, or of the values of a dimension, against the figures in the order that nobody's value changes."""
    over = part.find('tr[@class="part"]')
    rows = [row for row in part.iterfind("tr") if row is not over]
    periods = [_code(head) for head in heads if re.match(r"(1\. Hj\. )?\d{4}", head)]
    places = _areas(public, indicator) if over is None else _values(public, indicator, periods, text_of(over))
    if len(rows) != len(places) and not (over is None and len(rows) == 1):
        yield f"{indicator}, {text_of(over) if over is not None else 'Gebiete'}: {len(rows)} rows of {len(places)}"
        return
    for row, (name, area, breakdown) in zip(rows, places, strict=False):
        cells = [text_of(cell) for cell in row.iterfind("td")]
        if name and not text_of(row.find("th")).startswith(name):
            yield f"{indicator}: “{text_of(row.find('th'))}” stands where {name} belongs"
        figures = [_figure(public, indicator, period, area, breakdown) for period in periods]
        for said, expected in zip(cells, _cells(figures, _decimals(public, indicator), len(cells)), strict=True):
            if said != expected:
                yield f"{indicator}, {area}, {breakdown}: “{said}” is written where {expected} is public"


def _areas(public: Public, indicator: str) -> list[tuple[str, str, str]]:
    kinds = pl.Enum(["land", "regierungsbezirk", "type"])
    totals = public.figures.filter(pl.col("area_kind") != "body", indicator_id=indicator, breakdown=WHOLE)
    ordered = totals.select(pl.col("area_kind").cast(kinds), "area_key", "area").unique().sort("area_kind", "area_key")
    return [(name, key, WHOLE) for _, key, name in ordered.iter_rows()]


def _values(public: Public, indicator: str, periods: Sequence[str], head: str) -> list[tuple[str, str, str]]:
    declared = public.catalogue.filter(id=indicator)["breakdowns"].item()
    dimension = {name: key for key, name in re.findall(r"([a-z_]+) \(([^()]*)\)", declared)}[head.split(" – ", 1)[1]]
    is_of = pl.col("breakdown").str.starts_with(f"{dimension}=")
    of_land = public.figures.filter(is_of, pl.col("period").is_in(periods), indicator_id=indicator, area_key=LAND)
    values = [breakdown.partition("=")[2] for breakdown in of_land["breakdown"].unique()]
    ordered = sorted(values, key=lambda value: (value.startswith("Sonstige"), value.casefold()))
    names = ("" if dimension == "not_recorded" else value for value in ordered)
    return [(name, LAND, f"{dimension}={value}") for name, value in zip(names, ordered, strict=True)]


def _decimals(public: Public, indicator: str) -> int:
    return int(public.catalogue.filter(id=indicator)["decimals"].item())


def _cells(figures: Sequence[Row], decimals: int, count: int) -> Iterator[str]:
    """What a row may say: its values, of the newest period numerator and denominator, and on how many it rests."""
    yield from (_value(figure, decimals) for figure in figures)
    newest = figures[-1]
    if count == len(figures) + 3:
        yield from (_part(newest, name) for name in ("numerator", "denominator"))
    yield f"{newest['bodies_counted']} von {newest['bodies_due']}" if newest.get("bodies_due") else "–"


def _figure(public: Public, indicator: str, period: str, area: str, breakdown: str) -> Row:
    found = public.figures.filter(indicator_id=indicator, period=period, area_key=area, breakdown=breakdown).to_dicts()
    return found[0] if found else {"state": "not_applicable", "value": None, "numerator": None, "denominator": None}


def _value(row: Row, decimals: int) -> str:
    value = row["value"]
    return german(value, decimals) if isinstance(value, Decimal) else _LONG_WORDS.get(str(row["state"]), DOT)


def _part(row: Row, name: str) -> str:
    part = row[name]
    if not isinstance(part, Decimal):
        return DOT if row["state"] in ("ok", "hidden") else "–"
    return german(part, 0 if part == part.to_integral_value() else 2)


def _code(head: str) -> str:
    year = head.rsplit(maxsplit=1)[-1]
    return f"{year}-H1" if "Hj." in head else year.replace("–", "-")


# --- heads -----------------------------------------------------------------------------------------------------------


def _in_heads(page: html.HtmlElement, public: Public) -> Iterator[str]:
    """Numbers in the head of an indicator that neither are public nor follow from what is by the rules it states."""
    for article in page.iterfind('.//article[@class="indicator"]'):
        indicator = text_of(article.find('.//span[@class="code"]'))
        figures = public.figures.filter(indicator_id=indicator)
        known = _known(figures, public.catalogue.filter(id=indicator)) | _changes(figures, public, indicator)
        for line in article.iterfind('.//div[@class="head"]/p'):
            if line.get("class") != "question":
                yield from (
                    f"{indicator}: nothing public says {number} in “{text_of(line)}”"
                    for number in _NUMBER.findall(text_of(line))
                    if number.rstrip(".") not in known
                )


def _known(figures: pl.DataFrame, about: pl.DataFrame) -> set[str]:
    """Numbers of the Land in every rounding, shares of its whole, counts of bodies, years, and what notes say."""
    of_land = figures.filter(area_key=LAND)
    decimals = {0, about["decimals"].item()}
    found = set(_NUMBER.findall(" ".join([*of_land["denominator_note"], *about["denominator_note"]])))
    wholes = {row["period"]: row["value"] for row in of_land.filter(breakdown=WHOLE).to_dicts()}
    for row in of_land.to_dicts():
        found |= {str(row["bodies_counted"]), str(row["bodies_due"]), row["period"][:4], "1", "1.000"}
        if row["value"] is not None:
            found |= {german(row["value"], places) for places in decimals} | {german(row["value"] / 1_000_000, 2)}
            whole = wholes.get(row["period"])
            found |= {german(100 * row["value"] / whole, 1)} if whole else set()
    return {number.rstrip(".") for number in found} | _names(of_land)


def _names(figures: pl.DataFrame) -> set[str]:
    return {number for name in figures["breakdown"] for number in _NUMBER.findall(name)}


def _changes(figures: pl.DataFrame, public: Public, indicator: str) -> set[str]:
    """Changes between two periods of the bodies that both show, and how many they are."""
    bodies = figures.filter(area_kind="body", breakdown=WHOLE, state="ok")
    by_period = {str(name): frame for (name,), frame in bodies.group_by("period")}
    found: set[str] = set()
    for before, after in product(by_period, by_period):
        if int(after[:4]) == int(before[:4]) + 1 and before[4:] == after[4:]:
            both = by_period[before].join(by_period[after], on="area_key", suffix="_after")
            found |= {str(both.height), *_change(both, public.catalogue.filter(id=indicator).to_dicts()[0])}
    return found


def _change(both: pl.DataFrame, about: Row) -> Iterator[str]:
    old, new = (_together(both, suffix, about) for suffix in ("", "_after"))
    if old is None or new is None:
        return
    if about["unit"] == "%":
        yield german(abs(new - old), 1)
    yield german(abs(100 * (new - old) / old), 1) if old else german(abs(new), 0)


def _together(both: pl.DataFrame, suffix: str, about: Row) -> Decimal | None:
    values, above, below = ([Decimal(one) for one in both[f"{name}{suffix}"] if one is not None] for name in _SIDES)
    if about["aggregation"] == "median":
        return median(values)
    if about["aggregation"] == "ratio":
        return _SCALES.get(str(about["unit"]), 1) * sum(above, Decimal(0)) / sum(below) if sum(below) else None
    return sum(values, Decimal(0))
