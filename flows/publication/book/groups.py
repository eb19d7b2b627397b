"""One sheet a group of indicators: a block each, areas below each other and periods side by side."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from expectations.period import Period
from flows.publication.book.page import Page, Value, freeze_above
from flows.publication.book.styles import number_look
from flows.publication.report.edition import LAND, TOTAL, Edition, Figure, Indicator
from flows.publication.report.wording import (
    HIDDEN_SIGN,
    NO_SIGN,
    SHORT_STATES_DE,
    breakdown_name,
    explained,
    period_head,
    unit_name,
)

AREA_WIDTH, PERIOD_WIDTH, GAP_WIDTH = 42.0, 14.0, 3.0
_MOST_BESIDE = 3
"""With more periods than these, breakdowns stand below the areas: beside them a printed page would be too narrow."""
_RATIO = "ratio"


def group_widths(edition: Edition) -> list[float]:
    """Widths of a group's columns: areas and periods, and beside them breakdowns and periods while there is room."""
    widths = [AREA_WIDTH, *(PERIOD_WIDTH for _ in edition.periods)]
    if _is_beside(edition):
        return [*widths, GAP_WIDTH, *widths]
    return widths


def _is_beside(edition: Edition) -> bool:
    return len(edition.periods) <= _MOST_BESIDE


def draw_group(page: Page, edition: Edition, group: str, head: Sequence[tuple[str, str]]) -> None:
    """Draw a group's sheet.

    Args:
        page: an empty sheet with `group_widths`.
        edition: what is published.
        group: the group.
        head: texts and looks that stand above.
    """
    page.put_across(group, "heading", lines_may_break=False)
    for text, look in head:
        page.put_across(text, look, lines_may_break=False)
    periods = [(period_head(period), "head.right") for period in edition.periods]
    beside = [(None, "text"), ("Land, gegliedert", "head"), *periods] if _is_beside(edition) else []
    page.put([("Gebiet", "head"), *periods, *beside])
    freeze_above(page)
    for place, indicator in enumerate(edition.groups[group]):
        if place:
            page.skip()
            page.break_page()
        _draw_indicator(page, edition, indicator)


def _draw_indicator(page: Page, edition: Edition, indicator: Indicator) -> None:
    page.put_across(f"{indicator.id}  {indicator.name} ({unit_name(indicator.unit)})", "band", lines_may_break=False)
    page.put_across(indicator.question, "text")
    asked, top = _asked(edition, indicator), page.row
    for area in edition.totals:
        look = "label.bold" if area.kind == "land" else "label"
        _put_values(page, edition, indicator, asked, (area.name, look, area.key, TOTAL))
    has_bodies = any(key != LAND for key, _, _ in edition.figures.get(indicator.id, {}))
    for body in edition.bodies if has_bodies else ():
        _put_values(page, edition, indicator, asked, (body.name, "label.inner", body.ags, TOTAL))
    _put_parts(page, edition, indicator, asked)
    if _is_beside(edition):
        side = replace(page, row=top, first_column=len(edition.periods) + 3)
        _put_breakdowns(side, edition, indicator, asked)
        side.skip()
        for text in notes_of(indicator):
            side.put_block(text, "note")
        page.row = max(page.row, side.row)
    else:
        for text in notes_of(indicator):
            page.put_across(text, "note")
        _put_breakdowns(page, edition, indicator, asked)


def _asked(edition: Edition, indicator: Indicator) -> tuple[Period, ...]:
    """The periods for which the indicator is formed at all, for the Land."""
    return tuple(period for period in edition.periods if edition.figure(indicator.id, period).state != "not_applicable")


def _put_values(
    page: Page,
    edition: Edition,
    indicator: Indicator,
    asked: Sequence[Period],
    row: tuple[str, str, str, str],
) -> None:
    """Write one area's or breakdown's values: label, its look, key of the area, breakdown."""
    label, look, key, breakdown = row
    values = [
        value_of(indicator, edition.figure(indicator.id, period, key, breakdown), bold=look == "label.bold")
        if period in asked
        else (NO_SIGN, "state")
        for period in edition.periods
    ]
    page.put([(label, look), *values])


def value_of(indicator: Indicator, figure: Figure, *, bold: bool = False) -> tuple[Value, str]:
    """A figure as a number, or the sign of its state."""
    if figure.is_ok and figure.value is not None:
        return _number(figure.value, indicator.decimals), number_look(indicator.decimals, bold=bold)
    return SHORT_STATES_DE.get(figure.state, NO_SIGN), "state"


def _number(value: Decimal, decimals: int) -> Value:
    """A number without decimals is a whole one for Excel, too."""
    return int(value) if decimals == 0 and value == value.to_integral_value() else value


def _put_parts(page: Page, edition: Edition, indicator: Indicator, asked: Sequence[Period]) -> None:
    """On what the Land's figures rest: numerator and denominator of a quota, and how many bodies."""
    figures = [edition.figure(indicator.id, period) if period in asked else None for period in edition.periods]
    if indicator.aggregation == _RATIO:
        parts = (("Land: Zähler", "numerator"), ("Land: Nenner", "denominator"))
        for label, name in parts:
            page.put([(label, "label.quiet"), *(_part(figure, name) for figure in figures)])
    counted = ((f"{one.counted} von {one.due}" if one else NO_SIGN, "state.quiet") for one in figures)
    page.put([("Land: gezählte von berichtspflichtigen Kommunen", "label.quiet"), *counted])


def _part(figure: Figure | None, name: str) -> tuple[Value, str]:
    if figure is None or figure.state not in ("ok", "hidden"):
        return NO_SIGN, "state.quiet"
    part: Decimal | None = getattr(figure, name)
    if part is None:
        return HIDDEN_SIGN, "state.quiet"
    decimals = 0 if part == part.to_integral_value() else 2
    return _number(part, decimals), number_look(decimals, quiet=True)


def notes_of(indicator: Indicator) -> Iterable[str]:
    """What must be known to read an indicator: definition, formula, denominator, notes."""
    told = (
        ("Definition", indicator.definition),
        ("Formel", indicator.formula),
        ("Nenner", indicator.denominator_note),
        ("Hinweis", explained(indicator)),
    )
    return [f"{label}: {text}" for label, text in told if text]


def _put_breakdowns(page: Page, edition: Edition, indicator: Indicator, asked: Sequence[Period]) -> None:
    """The Land's figures by each dimension; those of bodies stand in the files."""
    for dimension, label in indicator.dimensions:
        found = edition.breakdowns(indicator, dimension, asked)
        if found:
            width = len(edition.periods) + 1
            page.put([(f"Land nach: {label}", "part"), *((None, "part") for _ in range(width - 1))])
        for value in found:
            name = breakdown_name(dimension, value)
            _put_values(page, edition, indicator, asked, (name, "label.inner", LAND, f"{dimension}={value}"))
