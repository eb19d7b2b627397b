"""Sheets that are lists: the Land at a glance, the state of reporting, corrections, what is hidden, the catalogue."""

from collections.abc import Sequence
from decimal import Decimal

import polars as pl

from flows.publication.book.groups import PERIOD_WIDTH, value_of
from flows.publication.book.page import Page, Value, freeze_above
from flows.publication.book.styles import number_look
from flows.publication.report.duties import STANDINGS
from flows.publication.report.edition import Edition
from flows.publication.report.wording import NO_SIGN, breakdown_name, explained, period_head, unit_name
from flows.publication.tables import PublicTables

Head = Sequence[tuple[str, str]]
"""Texts and looks that stand above a sheet's table."""


def overview_widths(edition: Edition) -> list[float]:
    """Widths of the overview's columns."""
    return [10.0, 58.0, 46.0, *(PERIOD_WIDTH for _ in edition.periods)]


def draw_overview(page: Page, edition: Edition, head: Head) -> None:
    """All indicators of the Land on a page or two."""
    periods = [(period_head(period), "head.right") for period in edition.periods]
    _begin(
        page, "Das Land auf einen Blick", head, [("Nr.", "head"), ("Kennzahl", "head"), ("Einheit", "head"), *periods]
    )
    for group, indicators in edition.groups.items():
        page.put([(group, "part"), *((None, "part") for _ in page.widths[1:])])
        for one in indicators:
            values = (value_of(one, edition.figure(one.id, period)) for period in edition.periods)
            page.put([(one.id, "label"), (one.name, "label"), (unit_name(one.unit), "label"), *values])


REPORTING_WIDTHS = (12.0, 46.0, 14.0, 20.0, 13.0, 13.0, 15.0, 12.0, 28.0)


def draw_reporting(page: Page, tables: PublicTables, head: Head) -> None:
    """Who had to report when, and did."""
    heads = (
        "Schlüssel",
        "Kommune",
        "Zeitraum",
        "Bericht",
        "Frist",
        "verlängert",
        "eingegangen",
        "Tage zu spät",
        "Stand",
    )
    _begin(page, "Stand der Berichte", head, [(text, "head") for text in heads])
    for ags, name, period, kind, due, extended, received, late, state in tables.reporting.iter_rows():
        standing = STANDINGS.get(state)
        texts: list[tuple[Value, str]] = [(ags, "cell"), (name, "cell"), (period, "cell"), (kind, "cell")]
        days: list[tuple[Value, str]] = [(day, "date") for day in (due, extended, received)]
        page.put_table_row([*texts, *days, (late or None, "cell"), (standing.name if standing else state, "cell")])
    page.sheet.auto_filter.ref = f"A{page.row - tables.reporting.height - 1}:I{page.row - 1}"


CORRECTIONS_WIDTHS = (10.0, 40.0, 36.0, 12.0, 32.0, 15.0, 15.0, 60.0)


def draw_corrections(page: Page, edition: Edition, tables: PublicTables, head: Head) -> None:
    """What was published otherwise in the release before."""
    heads = ("Nr.", "Kennzahl", "Gebiet", "Zeitraum", "Gliederung", "bisher", "jetzt", "Ursache")
    _begin(page, "Berichtigungen", head, [(text, "head") for text in heads])
    known = {indicator.id: indicator for indicator in edition.indicators}
    for row in tables.corrections.iter_rows(named=True):
        one = known[row["indicator_id"]]
        numbers = (_number(row[name], one.decimals) for name in ("before", "after"))
        texts = (one.id, one.name, row["area"], row["period"], _breakdown_de(row["breakdown"]))
        page.put_table_row([*((text, "cell") for text in texts), *numbers, (row["cause_de"], "cell")])
    if tables.corrections.is_empty():
        before = "Es gibt keine Berichtigungen gegenüber der vorigen Veröffentlichung."
        page.put_across(before, "text", lines_may_break=False)


def _breakdown_de(breakdown: str) -> str:
    dimension, _, value = breakdown.partition("=")
    return breakdown_name(dimension, value) if value else breakdown


def _number(value: Decimal | None, decimals: int) -> tuple[Value, str]:
    return (NO_SIGN, "state") if value is None else (value, number_look(decimals))


SUPPRESSED_WIDTHS = (34.0, 14.0, 18.0, 34.0, 20.0)
_SUPPRESSED_DE = (
    "Ein Punkt (.) steht, wo eine Zahl so klein ist, dass sie einzelne Menschen erkennen ließe, und wo eine solche "
    "Zahl sich aus anderen errechnen ließe. Geschützt wird nur, was Menschen betrifft; Geld, Treffen und Maßnahmen "
    "nie. Die Zahlen zählen Tabellenfelder mit einem Wert; in der Datenbank für die Rechnungsprüfung stehen alle Werte."
)


def draw_suppressed(page: Page, tables: PublicTables, head: Head) -> None:
    """How much is hidden and why, as counts only."""
    heads = ("Gruppe", "Zeitraum", "Felder mit Wert", "geheim: kleine Zahl oder ihr Schutz", "geheim: immer")
    _begin(page, "Geheimhaltung", head, [(text, "head") for text in heads])
    for group, period, *counts in tables.suppressed.iter_rows():
        numbers = ((count, number_look(0)) for count in counts)
        page.put([(group, "label"), (period, "label"), *numbers])
    totals = tables.suppressed.select(pl.col("cells", "hidden", "policy").sum())
    for row in totals.iter_rows():
        page.put([("Zusammen", "label.bold"), (None, "label"), *((count, number_look(0, bold=True)) for count in row)])
    page.skip()
    page.put_across(_SUPPRESSED_DE, "text")


CATALOGUE_WIDTHS = (10.0, 30.0, 46.0, 40.0, 40.0, 46.0)


def draw_catalogue(page: Page, edition: Edition, head: Head) -> None:
    """What each indicator means."""
    heads = ("Nr.", "Kennzahl", "Definition", "Formel", "Nenner", "Hinweise")
    _begin(page, "Was die Kennzahlen bedeuten", head, [(text, "head") for text in heads])
    for one in edition.indicators:
        texts = (one.id, one.name, one.definition, one.formula, one.denominator_note, explained(one))
        page.put_table_row([(text, "cell") for text in texts])


def _begin(page: Page, title: str, head: Head, columns: Sequence[tuple[Value, str]]) -> None:
    page.put_across(title, "heading", lines_may_break=False)
    for text, look in head:
        page.put_across(text, look, lines_may_break=False)
    page.put(columns)
    freeze_above(page)
