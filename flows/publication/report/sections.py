"""Key figures and indicators as the page shows them."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from expectations.german import number_text
from expectations.period import Period, ReportKind
from flows.publication.report.change import change_of, change_text
from flows.publication.report.charts import Drawing, drawings, single_parts
from flows.publication.report.edition import Edition, Figure, Indicator
from flows.publication.report.grids import Grid, value_grids
from flows.publication.report.wording import (
    NBSP,
    STATES_DE,
    bodies_text,
    brief_text,
    explained,
    period_name,
    value_text,
)

KEY_FIGURES = (
    "MIT-01", "MIT-02", "MIT-03", "PER-01", "ANL-01", "OEF-01", "LOT-01", "LOT-03", "DOL-02", "BER-01",
)  # fmt: skip
"""Funds granted, drawn, used; posts; enquiries, opening measures, guides and their hours, assignments; reports."""


@dataclass(frozen=True)
class Headline:
    """The newest figure of an indicator for the Land.

    Attributes:
        text: the value with its unit, or the state it is in.
        is_ok: whether it is a value.
        rests_on: on how many bodies it rests; `""` where that says nothing.
        change: since the period before; `""` where it cannot be told.
        also: a newer half-year beside it.
        note: on its denominator, which says why there is no value.
    """

    text: str
    is_ok: bool
    period: str = ""
    rests_on: str = ""
    change: str = ""
    also: str = ""
    note: str = ""


@dataclass(frozen=True)
class KeyFigure:
    """An indicator's headline among the key figures."""

    name: str
    anchor: str
    headline: Headline


@dataclass(frozen=True)
class IndicatorView:
    """An indicator with everything that is shown of it."""

    id: str
    anchor: str
    name: str
    question: str
    explained: str
    headline: Headline
    parts: tuple[str, ...]
    drawings: tuple[Drawing, ...]
    grids: tuple[Grid, ...]


@dataclass(frozen=True)
class GroupView:
    """A group of indicators."""

    name: str
    anchor: str
    indicators: tuple[IndicatorView, ...]


def anchor_of(indicator_id: str) -> str:
    """The address of an indicator on the page."""
    return "k-" + "".join(sign if sign.isalnum() else "-" for sign in indicator_id.lower())


def key_figures(edition: Edition) -> list[KeyFigure]:
    """The few figures that a reader in a hurry sees."""
    by_id = {indicator.id: indicator for indicator in edition.indicators}
    chosen = (by_id[each] for each in KEY_FIGURES if each in by_id)
    return [KeyFigure(each.name, anchor_of(each.id), headline_of(edition, each)) for each in chosen]


def group_views(edition: Edition) -> list[GroupView]:
    """All indicators, group by group."""
    return [
        GroupView(name, f"g-{number}", tuple(_indicator_view(edition, each) for each in indicators))
        for number, (name, indicators) in enumerate(edition.groups.items(), start=1)
    ]


def _indicator_view(edition: Edition, indicator: Indicator) -> IndicatorView:
    return IndicatorView(
        id=indicator.id,
        anchor=anchor_of(indicator.id),
        name=indicator.name,
        question=indicator.question,
        explained=explained(indicator),
        headline=headline_of(edition, indicator),
        parts=tuple(_part_texts(edition, indicator)),
        drawings=tuple(drawings(edition, indicator)),
        grids=tuple(value_grids(edition, indicator)),
    )


# --- headline --------------------------------------------------------------------------------------------------------


def headline_of(edition: Edition, indicator: Indicator) -> Headline:
    """The newest figure of the Land: a value only where there is one."""
    period = edition.newest(indicator)
    if period is None:
        return Headline(STATES_DE["not_applicable"], is_ok=False)
    figure = edition.figure(indicator.id, period)
    change = change_of(edition, indicator, period)
    return Headline(
        text=_headline_text(indicator, figure),
        is_ok=figure.is_ok,
        period=period_name(period),
        rests_on=f"{bodies_text(figure)} Kommunen" if figure.is_ok and figure.due > 1 else "",
        change=change_text(indicator, change) if change else "",
        also=_newer_half_year(edition, indicator, period),
        note=figure.note or indicator.denominator_note,
    )


def _headline_text(indicator: Indicator, figure: Figure) -> str:
    if figure.value is None or not figure.is_ok:
        return "geheim gehalten" if figure.state == "hidden" else STATES_DE[figure.state]
    return brief_text(indicator, figure.value)


def _newer_half_year(edition: Edition, indicator: Indicator, period: Period) -> str:
    """`1. Halbjahr 2027: 9.385`, where that is newer than the year told."""
    asked = edition.periods_asked(indicator, ReportKind.HALF_YEAR)
    if not asked or asked[-1].closing_day <= period.closing_day:
        return ""
    return f"{period_name(asked[-1])}: {_headline_text(indicator, edition.figure(indicator.id, asked[-1]))}"


# --- parts -----------------------------------------------------------------------------------------------------------


def _part_texts(edition: Edition, indicator: Indicator) -> Iterator[str]:
    """`Frauen: 120 (57,7 %)` for dimensions with one value only."""
    period = edition.newest(indicator)
    if period is None:
        return
    whole = edition.figure(indicator.id, period)
    for dimension, name, figure in single_parts(edition, indicator, period):
        if figure.value is None or not figure.is_ok:
            yield f"{name}: {STATES_DE[figure.state]}"
        else:
            share = _share(figure.value, whole) if dimension == "gender" else ""
            yield f"{name}: {value_text(indicator, figure.value)}{share}"


def _share(part: Decimal, whole: Figure) -> str:
    return f" ({number_text(100 * part / whole.value, 1)}{NBSP}%)" if whole.value else ""
