"""German for what the tables say in codes: values with their units, states, periods, kinds of duty."""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache

from expectations.form import Field, Section, form_of
from expectations.german import number_text
from expectations.period import FIRST_YEAR, LAST_YEAR, Period, ReportKind
from flows.publication.report.edition import Figure, Indicator

WATERMARK = "Demonstrationsdaten: Alle Berichte, Bescheide und Zahlen sind erfunden."
NBSP = "\u00a0"
HIDDEN_SIGN = "."
NO_SIGN = "–"
"""Where a column does not apply to a row."""

STATES_DE: Mapping[str, str] = {
    "not_recorded": "nicht erhoben",
    "missing_report": "Bericht fehlt",
    "not_applicable": "nicht anwendbar",
    "hidden": HIDDEN_SIGN,
}
SHORT_STATES_DE: Mapping[str, str] = {
    "not_recorded": "n. e.",
    "missing_report": "fehlt",
    "not_applicable": "n. a.",
    "hidden": HIDDEN_SIGN,
}
"""For charts and tiles, where there is no room."""
LEGEND: Mapping[str, str] = {
    "0": "Eine Null ist eine Angabe: Es wurde gezählt, und es war nichts.",
    "nicht erhoben": (
        "Die Kommune hat berichtet, diese Angabe aber nicht erhoben (kurz: n. e.). Das ist keine Null; die Kommune "
        "zählt in Summen und Quoten nicht mit."
    ),
    "Bericht fehlt": "Für den Zeitraum ist kein Bericht der Kommune in Kraft (kurz: fehlt).",
    "nicht anwendbar": (
        "Die Kennzahl wird hier nicht gebildet: weil nicht danach gefragt wird, weil es nichts zu zählen gab oder weil "
        "der Nenner nicht vergleichbar ist (kurz: n. a.)."
    ),
    HIDDEN_SIGN: (
        "Der Wert ist aus Gründen der Geheimhaltung nicht veröffentlicht. Ein Punkt ist weder null noch fehlend."
    ),
    NO_SIGN: "Für diese Zeile gibt es keine Angabe dieser Art.",
}
"""What stands in tables where there is no number, or a zero."""

_UNITS: Mapping[str, tuple[str, str]] = {
    "EUR": ("€", "Euro"),
    "%": ("%", "Prozent"),
    "count": ("", "Anzahl"),
    "persons": ("", "Personen"),
    "participations": ("", "Teilnahmen"),
    "hours": ("Std.", "Stunden"),
    "FTE": ("VZÄ", "Vollzeitäquivalente"),
    "days": ("Tage", "Tage"),
    "EUR per FTE": ("€ je VZÄ", "Euro je Vollzeitäquivalent"),
    "EUR per 1,000": ("€ je 1.000 Einw.", "Euro je 1.000 Einwohnerinnen und Einwohner"),
}
_FUNDING_LINES: Mapping[str, str] = {
    "2.1": "Vielfaltszentren",
    "2.2": "Innovative Projekte",
    "2.3": "Lotsinnen und Lotsen",
    "2.4": "Laiendolmetschende",
    "2.5": "Migrantenorganisationen",
    "2.6": "Strategien der Kommunen",
}
_AGGREGATIONS: Mapping[str, tuple[str, str]] = {
    "median": ("Median", "Der Wert eines Gebiets ist der Median seiner Kommunen, keine Summe."),
    "distinct": ("nicht addiert", "Im Gebiet zählt jeder Eintrag nur einmal; Werte der Kommunen werden nicht addiert."),
}
"""How areas are formed where they are no sum: the word by which notes tell it, and our sentence where they do not."""
_KIND_NAMES: Mapping[ReportKind, tuple[str, str]] = {
    ReportKind.YEAR: ("Jahr", "Jahre"),
    ReportKind.HALF_YEAR: ("1. Halbjahr", "1. Halbjahre"),
    ReportKind.FINAL: ("Förderzeitraum", "Förderzeitraum"),
}
_CODED = re.compile("„[a-z_]+=([^“]*)“")
_UNSEEN = re.compile("[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_SPACING = "\u00a0\u00ad\u202f"
"""Spaces that hold together, and the place where a long word may break: ours, and harmless."""


def plain(text: str) -> str:
    """Text from data without control characters and without signs that turn the direction of reading."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() or sign in _SPACING else " " for sign in _UNSEEN.sub("", text))


# --- values ----------------------------------------------------------------------------------------------------------


def unit_sign(unit: str) -> str:
    """The unit as it follows a number: `€`, `%`, `VZÄ`; `""` for a count."""
    return _UNITS.get(unit, (unit, unit))[0]


def unit_name(unit: str) -> str:
    """The unit written out."""
    return _UNITS.get(unit, (unit, unit))[1]


def with_unit(number: str, unit: str) -> str:
    """A number and its unit on one line: `93,5 %`."""
    sign = unit_sign(unit)
    return f"{number}{NBSP}{sign.replace(' ', NBSP)}" if sign else number


def value_text(indicator: Indicator, value: Decimal) -> str:
    """A value with all its decimals and its unit: `4.484.000,00 €`."""
    return with_unit(number_text(value, indicator.decimals), indicator.unit)


def brief_text(indicator: Indicator, value: Decimal) -> str:
    """A value as charts and key figures show it: money in whole euros, from a million in millions."""
    if indicator.unit == "EUR" and abs(value) >= 1_000_000:
        return f"{number_text(value / 1_000_000, 2)}{NBSP}Mio.{NBSP}€"
    decimals = indicator.decimals if indicator.unit in ("%", "FTE", "days") else 0
    return with_unit(number_text(value, decimals), indicator.unit)


def figure_text(indicator: Indicator, figure: Figure) -> str:
    """A figure's value without its unit, or the state it is in."""
    if figure.value is None or not figure.is_ok:
        return STATES_DE.get(figure.state, NO_SIGN)
    return number_text(figure.value, indicator.decimals)


def part_text(figure: Figure, part: Decimal | None) -> str:
    """A numerator or denominator with as many decimals as it needs; a dot where only it is hidden."""
    if part is None:
        return NO_SIGN if figure.state not in ("ok", "hidden") else HIDDEN_SIGN
    return number_text(part, 0 if part == part.to_integral_value() else 2)


def bodies_text(figure: Figure) -> str:
    """On how many bodies a figure rests: `26 von 33`."""
    return f"{figure.counted} von {figure.due}"


# --- names -----------------------------------------------------------------------------------------------------------


def period_name(period: Period) -> str:
    """`Jahr 2026`, `1. Halbjahr 2026`, `Förderzeitraum 2026–2030`."""
    return f"{_KIND_NAMES[period.kind][0]} {_years(period)}"


def period_head(period: Period) -> str:
    """The period as the head of a narrow column: `2026`, `1. Hj. 2026`."""
    return f"1.{NBSP}Hj. {period.year}" if period.kind is ReportKind.HALF_YEAR else _years(period)


def periods_text(periods: tuple[Period, ...]) -> str:
    """All periods of a report: named where they are few, else from the first year to the last."""
    if len(periods) > 2:
        return f"Zeiträume {periods[0].year} bis {periods[-1].year}"
    return " und ".join(period_name(period) for period in periods)


def span_name(kind: ReportKind, periods: tuple[Period, ...]) -> str:
    """`Jahre 2026–2030`, or the one period."""
    if len(periods) == 1:
        return period_name(periods[0])
    return f"{_KIND_NAMES[kind][1]} {periods[0].year}–{periods[-1].year}"


def _years(period: Period) -> str:
    return f"{FIRST_YEAR}–{LAST_YEAR}" if period.kind is ReportKind.FINAL else str(period.year)


def breakdown_name(dimension: str, value: str) -> str:
    """A value of a dimension as people read it; fields by the label that the form gives them."""
    if dimension == "funding_line" and value in _FUNDING_LINES:
        return f"{value} {_FUNDING_LINES[value]}"
    if dimension != "not_recorded":
        return value
    labels = {field.path: f"{section.label}: {field.label}" for section, field in _form_fields()}
    return labels.get(value, value)


@cache
def _form_fields() -> tuple[tuple[Section, Field], ...]:
    form = form_of(FIRST_YEAR)
    return tuple((section, field) for section in form.sections() for field in section.fields)


def explained(indicator: Indicator) -> str:
    """What must be known to read an indicator: its notes without codes, and how areas are formed."""
    notes = _CODED.sub(r"„\1“", indicator.notes)
    word, sentence = _AGGREGATIONS.get(indicator.aggregation, ("", ""))
    return notes if word in notes else f"{sentence} {notes}".strip()
