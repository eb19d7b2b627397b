"""The report as a page: no script, no address, nothing to fetch; everything from data is escaped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
from markupsafe import Markup

from expectations.german import date_text, number_text, trimmed_number_text
from expectations.period import parse_period
from flows.pages import css_text, policy_of, template_of
from flows.publication.report import palette, tiles
from flows.publication.report.duties import Duty, area_grid, body_grid, duties_of, newest_due, period_grid
from flows.publication.report.edition import TOTAL, Edition, Indicator, edition_of
from flows.publication.report.grids import Grid, Part, Row
from flows.publication.report.sections import anchor_of, group_views, key_figures
from flows.publication.report.wording import (
    LEGEND,
    NO_SIGN,
    STATES_DE,
    WATERMARK,
    breakdown_name,
    period_head,
    periods_text,
    plain,
)
from flows.publication.tables import PublicTables
from flows.settings import berlin_date

FILE_NAME = "bericht.html"
_ROOM = Path(__file__).parent
_CORRECTIONS_MAX = 200
"""More belong into the file beside the report."""


@dataclass(frozen=True)
class _Definition:
    """An indicator among the notes on method."""

    id: str
    anchor: str
    name: str
    definition: str
    formula: str
    denominator_note: str


def write_report(tables: PublicTables, target: Path, contact: str = "") -> None:
    """Write the report of a release as one HTML file; the same tables give the same bytes.

    Args:
        tables: what is published.
        target: the file to write.
        contact: whom readers may ask, one German sentence; `""` where the ministry has not said so.
    """
    target.write_text(report_page(tables, contact), encoding="utf-8", newline="\n")


def report_page(tables: PublicTables, contact: str = "") -> str:
    """The report as HTML, with its own policy: its one style sheet, by hash, and nothing else may be loaded."""
    edition = edition_of(tables)
    duties = duties_of(tables.reporting)
    due = newest_due(duties, edition.about.released_on)
    style = _style(edition)
    return template_of(_ROOM / "report.html.j2", plain).render(
        style=Markup(style),  # noqa: S704 - our own style sheet, texts in it escaped for CSS
        policy=policy_of(style),
        about=edition.about,
        released=date_text(edition.about.released_on),
        business_on=date_text(berlin_date(edition.about.business_at.replace(tzinfo=UTC))),
        periods=periods_text(edition.periods),
        watermark=WATERMARK if edition.about.is_demo else "",
        bodies=len(edition.bodies),
        keys=key_figures(edition),
        groups=group_views(edition),
        reporting_map=tiles.reporting_map(edition, due) if due else None,
        reporting_grids=_reporting_grids(edition, duties, due),
        maps=tiles.indicator_maps(edition),
        map_grid=tiles.map_grid(edition),
        corrections=_corrections_grid(edition, tables.corrections),
        corrections_count=tables.corrections.height,
        suppressed=_suppressed_grid(tables.suppressed),
        hidden_count=_hidden_count(tables.suppressed),
        gap_percent=trimmed_number_text(100 * edition.about.gap),
        definitions=_definitions(edition),
        legend=LEGEND,
        contact=contact,
        tile=tiles,
        palette=palette,
        quiet=frozenset((*STATES_DE.values(), NO_SIGN)),
        number=lambda count: number_text(count, 0),
    )


# --- state of reporting ----------------------------------------------------------------------------------------------


def _reporting_grids(edition: Edition, duties: Sequence[Duty], due: Sequence[Duty]) -> list[Grid]:
    """What was counted, then period by period where there are several, then body by body."""
    if not due:
        return []
    several = len({duty.period for duty in duties}) > 1
    return [area_grid(edition, due), *([period_grid(duties)] if several else []), body_grid(edition, due)]


# --- corrections and disclosure control ------------------------------------------------------------------------------


def _corrections_grid(edition: Edition, corrections: pl.DataFrame) -> Grid | None:
    """What differs from the release before, at most the first 200 lines."""
    if corrections.is_empty():
        return None
    by_id = {indicator.id: indicator for indicator in edition.indicators}
    shown = corrections.head(_CORRECTIONS_MAX).iter_rows(named=True)
    rows = (_correction_row(by_id.get(row["indicator_id"]), row) for row in shown)
    return Grid(
        caption=f"Berichtigungen gegenüber der Veröffentlichung {corrections['release_before'][0]}",
        corner="Kennzahl",
        heads=("Gebiet", "Zeitraum", "vorher", "jetzt", "Grund"),
        parts=(Part("", tuple(rows)),),
        words=frozenset({0, 1, 4}),
    )


def _correction_row(indicator: Indicator | None, row: Mapping[str, Any]) -> Row:
    name = f"{indicator.id} {indicator.name}" if indicator else row["indicator_id"]
    cells = (
        f"{row['area']}{_breakdown_text(indicator, row['breakdown'])}",
        period_head(parse_period(row["period"])),
        _changed_text(indicator, row["before"]),
        _changed_text(indicator, row["after"]),
        row["cause_de"] or "",
    )
    return Row(name, cells)


def _breakdown_text(indicator: Indicator | None, breakdown: str) -> str:
    """`, Zugang: persönlich`; `""` for what is not broken down."""
    if breakdown == TOTAL:
        return ""
    dimension, _, value = breakdown.partition("=")
    labels = dict(indicator.dimensions) if indicator else {}
    return f", {labels.get(dimension, dimension)}: {breakdown_name(dimension, value)}"


def _changed_text(indicator: Indicator | None, value: Decimal | None) -> str:
    """A value of the log; there may have been none before, or be none now."""
    return NO_SIGN if value is None else number_text(value, indicator.decimals if indicator else 2)


def _suppressed_grid(suppressed: pl.DataFrame) -> Grid | None:
    """How many cells are hidden, by group and period: counts only."""
    if not _hidden_count(suppressed):
        return None
    groups = dict.fromkeys(map(str, suppressed["group"]))
    parts = (
        Part(
            str(group), tuple(_suppressed_row(row) for row in suppressed.iter_rows(named=True) if row["group"] == group)
        )
        for group in groups
    )
    return Grid(
        caption="Geheim gehaltene Werte nach Gruppe und Zeitraum",
        corner="Zeitraum",
        heads=("Werte insgesamt", "davon geheim", "kleine Zahl oder zu ihrem Schutz", "nie veröffentlicht"),
        parts=tuple(parts),
    )


def _suppressed_row(row: Mapping[str, Any]) -> Row:
    hidden = (row["hidden"], row["policy"])
    counts = (row["cells"], sum(hidden), *hidden)
    return Row(period_head(parse_period(row["period"])), tuple(number_text(count, 0) for count in counts))


def _hidden_count(suppressed: pl.DataFrame) -> int:
    counted = suppressed.select(pl.sum_horizontal("hidden", "policy").sum()).item()
    return int(counted or 0)


def _definitions(edition: Edition) -> list[_Definition]:
    return [
        _Definition(
            id=indicator.id,
            anchor=anchor_of(indicator.id),
            name=indicator.name,
            definition=indicator.definition,
            formula=indicator.formula,
            denominator_note=indicator.denominator_note,
        )
        for indicator in edition.indicators
    ]


# --- style -----------------------------------------------------------------------------------------------------------


def _style(edition: Edition) -> str:
    """The style sheet, with what stands at the head and foot of every printed page."""
    about = edition.about
    return (
        _sheet()
        .replace('"HEAD"', css_text("WIR – Vielfalt und Teilhabe · Kennzahlenbericht"))
        .replace('"NUMBER"', css_text(plain(f"{about.name}, {date_text(about.released_on)}")))
        .replace('"MARK"', css_text("Demonstrationsdaten" if about.is_demo else ""))
    )


@cache
def _sheet() -> str:
    return (_ROOM / "report.css").read_text(encoding="utf-8")
