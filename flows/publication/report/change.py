"""How a figure changed since the period before of the same kind, for the bodies that have it in both."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from expectations.german import number_text
from expectations.period import Period
from flows.publication.report.edition import Edition, Figure, Indicator
from flows.publication.report.wording import NBSP, period_name, with_unit

_SCALES = {"%": 100, "EUR per 1,000": 1000}
"""By what a quota is multiplied, where its unit says so."""


@dataclass(frozen=True)
class Change:
    """Two periods of one kind, compared for the same bodies.

    Attributes:
        before, after: the value of those bodies together.
        bodies: how many they are.
        since: the earlier period.
    """

    before: Decimal
    after: Decimal
    bodies: int
    since: Period


def change_of(edition: Edition, indicator: Indicator, period: Period) -> Change | None:
    """The change up to a period; None where there is no earlier one, or nothing that could be compared.

    Only bodies whose figure is published for both periods count, so that neither a missing report nor a hidden value
    looks like a change; fewer than half of those on which the figure rests would tell nothing about it. A number of
    distinct things cannot be had from its parts and is never compared.
    """
    since = _period_before(edition, period)
    figure = edition.figure(indicator.id, period)
    if since is None or not figure.is_ok:
        return None
    pairs = [
        (before, after)
        for body in edition.bodies
        if (before := edition.figure(indicator.id, since, body.ags)).is_ok
        and (after := edition.figure(indicator.id, period, body.ags)).is_ok
    ]
    if not pairs or 2 * len(pairs) < figure.counted:
        return None
    earlier, later = (_together(indicator, each) for each in zip(*pairs, strict=True))
    if earlier is None or later is None:
        return None
    return Change(earlier, later, len(pairs), since)


def change_text(indicator: Indicator, change: Change) -> str:
    """`+3,2 % gegenüber Jahr 2026 (dieselben 24 Kommunen)`; rates in percentage points."""
    whom = "dieselbe Kommune" if change.bodies == 1 else f"dieselben {change.bodies} Kommunen"
    return f"{_difference(indicator, change)} gegenüber {period_name(change.since)} ({whom})"


def _period_before(edition: Edition, period: Period) -> Period | None:
    return next((each for each in edition.of_kind(period.kind) if each.year == period.year - 1), None)


def _together(indicator: Indicator, figures: Sequence[Figure]) -> Decimal | None:
    """The value of several bodies as the indicator forms it."""
    if indicator.aggregation == "sum":
        return sum((figure.value or Decimal(0) for figure in figures), Decimal(0))
    if indicator.aggregation == "median":
        return Decimal(median(figure.value or Decimal(0) for figure in figures))
    if indicator.aggregation != "ratio":
        return None
    above = [figure.numerator for figure in figures if figure.numerator is not None]
    below = [figure.denominator for figure in figures if figure.denominator is not None]
    if len(above) < len(figures) or len(below) < len(figures) or not sum(below):
        return None
    return _SCALES.get(indicator.unit, 1) * sum(above, Decimal(0)) / sum(below, Decimal(0))


def _difference(indicator: Indicator, change: Change) -> str:
    difference = change.after - change.before
    if indicator.unit == "%":
        return f"{_signed(difference, 1)}{NBSP}Prozentpunkte"
    if not change.before:
        return with_unit(_signed(difference, indicator.decimals), indicator.unit)
    return f"{_signed(100 * difference / change.before, 1)}{NBSP}%"


def _signed(number: Decimal, decimals: int) -> str:
    text = number_text(abs(number), decimals)
    if not text.strip("0,"):
        return f"±{text}"
    return f"{'+' if number > 0 else '−'}{text}"
