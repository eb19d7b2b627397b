"""`wir trace`: a figure back to its cells and files."""

from collections.abc import Sequence
from datetime import UTC
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.cli.shared import JsonFlag, german_day, period_of, print_json, say
from flows.settings import BERLIN, data_folder

_FIGURE_STATES_DE = {
    "ok": "",
    "not_recorded": " · nicht erhoben",
    "missing_report": " · Bericht fehlt",
    "not_applicable": " · hier nicht vorgesehen",
}


def trace(
    indicator: Annotated[str, typer.Argument(help="Such as MIT-03.")],
    area: Annotated[str, typer.Argument(help="AGS, 064, 065, 066, type:…, or 06.")],
    period: Annotated[str, typer.Argument(help="2026-H1, 2026 …")],
    *,
    as_json: JsonFlag = False,
) -> None:
    """Lead a figure back to its cells and files."""
    from flows.warehouse import trace_figure

    figure, rows = trace_figure(data_folder().database, indicator, area, period_of(period).code)
    if figure is None:
        say(f"Es gibt keine Kennzahl {indicator} für {area} und {period}.", error=True)
        raise typer.Exit(1)
    if as_json:
        print_json({"figure": figure, "trace": rows})
    else:
        _print_trace(figure, rows)


def _print_trace(figure: dict[str, Any], rows: Sequence[dict[str, Any]]) -> None:
    """The figure, and below it file by file the cells that it rests on."""
    console = Console()
    value = "–" if figure["value"] is None else f"{figure['value']:,.2f}".translate(str.maketrans(",.", ".,"))
    counted = f"{figure['bodies_counted']} von {figure['bodies_due']} Kommunen"
    console.print(
        f"[bold]{figure['indicator_id']} {figure['name_de']}[/bold] · {figure['area']} · {figure['period']}\n"
        f"{value} {figure['unit']} · {counted}{_FIGURE_STATES_DE.get(figure['state'], '')}",
        highlight=False,
    )
    sources: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        sources.setdefault(_source(row), []).append(row)
    for source, found in sources.items():
        console.print(f"\n{source}", style="bold", markup=False, highlight=False)
        console.print(_cells_table(found))


def _source(row: dict[str, Any]) -> str:
    """Where a row of the trace comes from: a report of a body, or a register, which is in no file."""
    if row["sha256"] is None:
        return f"{row['ags']} · {row['section']}"
    day = f"eingegangen am {german_day(row['received_at'].replace(tzinfo=UTC).astimezone(BERLIN))}"
    return f"{row['ags']} · Einreichung {row['submission_id']}, {day} · SHA-256 {row['sha256'][:12]}…"


def _cells_table(rows: Sequence[dict[str, Any]]) -> Table:
    table = Table(box=None, expand=True, padding=(0, 1, 0, 0), header_style="dim")
    for heading, share in (("Zeile", 6), ("Feld", 5), ("Zelle", 5), ("Wert", 5)):
        table.add_column(heading, ratio=share, overflow="fold")
    for row in rows:
        place = f"{row['sheet']}!{row['cell']}" if row["cell"] else ""
        table.add_row(*map(Text, (row["row_key"], row["field"].rpartition(".")[2], place, _as_read(row))))
    return table


def _as_read(row: dict[str, Any]) -> str:
    """The value as it counts, and what was typed where that reads otherwise."""
    value, typed = str(row["value"] or ""), row["raw"]
    return value if not typed or typed.replace(",", ".") == value else f"{value} (eingetragen: {typed})"
