"""The command line `wir`: names and options in English, what municipalities read in German.

Heavy rooms are imported by the commands that need them.
"""

import json
import os
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from expectations.errors import StatedError
from expectations.period import FIRST_YEAR, LAST_YEAR, Period, parse_period
from flows.settings import BERLIN, DataFolder, data_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flows.records import NightReport

app = typer.Typer(
    name="wir",
    help="WIR-Monitoring: from a municipality's workbook to the indicator tables.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
reference_app = typer.Typer(help="The ministry's registers and public reference data.", no_args_is_help=True)
app.add_typer(reference_app, name="reference")

JsonFlag = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
FilesArgument = Annotated[list[Path], typer.Argument(metavar="FILE…", help="Workbooks.")]
PeriodOption = Annotated[str, typer.Option("--period", help="2026-H1, 2026 … 2030, or 2026-2030.")]

ACCEPTABLE, RETURNED, UNREADABLE = 0, 1, 2


class UsageError(StatedError):
    """A wrong call; the message says what is right."""

    exit_code = 64


@app.command()
def demo(
    year: Annotated[int, typer.Option(help="Reporting year of the invented reports.")] = FIRST_YEAR,
    *,
    plain: Annotated[bool, typer.Option("--plain", help="Run the nights without Prefect.")] = False,
) -> None:
    """Fill a fresh data folder with invented reports of all 33 bodies and run two nights on them."""
    from flows.demo.run import run_demo

    run_demo(data_folder(), year=year, plain=plain, console=Console())


@app.command()
def template(
    period: PeriodOption,
    out: Annotated[Path, typer.Option("--out", help="Folder, or with --ags also a file.")],
    ags: Annotated[str, typer.Option("--ags", help="Official municipality key, such as 06431.")] = "",
    *,
    every: Annotated[bool, typer.Option("--all", help="One workbook for each body of the period.")] = False,
) -> None:
    """Write the prefilled workbook of one body, or of all."""
    from flows.desk import write_templates

    if bool(ags) == every:
        raise UsageError("Name one body with --ags, or take all with --all.")
    console = Console(stderr=True)
    written = write_templates(data_folder_or_none(), _period(period), out, ags=ags or None, console=console)
    _say(f"{len(written)} Arbeitsmappe{'n' if len(written) > 1 else ''} geschrieben: {out}")


@app.command()
def form(
    year: Annotated[int, typer.Option(help="Reporting year.")] = FIRST_YEAR,
    *,
    as_json: JsonFlag = False,
) -> None:
    """Print the form: every sheet, section and field, and every rule."""
    from expectations.form import form_of
    from flows.form_view import form_document, print_form

    if year not in range(FIRST_YEAR, LAST_YEAR + 1):
        raise UsageError(f"There is no form for {year}: use {FIRST_YEAR} … {LAST_YEAR}.")
    declared = form_of(year)
    if as_json:
        _print_json(form_document(declared))
    else:
        print_form(declared, Console())


@app.command()
def check(
    files: FilesArgument,
    *,
    as_json: JsonFlag = False,
) -> None:
    """Judge files without submitting them: 0 all acceptable, 1 some returned or awaiting, 2 some unreadable."""
    from expectations.finding import Verdict
    from flows.desk import check_files
    from flows.feedback import as_document, print_protocols

    checked = check_files(data_folder_or_none(), files)
    if as_json:
        _print_json({"files": [as_document(one) for one in checked]})
    else:
        print_protocols(checked, Console())
    verdicts = {one.judgement.verdict for one in checked}
    if Verdict.UNREADABLE in verdicts:
        raise typer.Exit(UNREADABLE)
    raise typer.Exit(ACCEPTABLE if all(verdict.in_force for verdict in verdicts) else RETURNED)


@app.command()
def submit(
    files: FilesArgument,
    sender: Annotated[str, typer.Option("--sender", help="Who hands the files in.")] = "",
) -> None:
    """Take files in as the portal would, and print receipts."""
    from flows.desk import submit_files
    from flows.feedback import receipt_sentence

    receipts, left = submit_files(data_folder(), files, sender=sender)
    for receipt in receipts:
        _say(receipt_sentence(receipt))
    for file in left:
        _say(f"{file.file_name}: {file.reason}", error=True)
    raise typer.Exit(1 if left else 0)


@app.command()
def nightly(
    *,
    plain: Annotated[bool, typer.Option("--plain", help="Without Prefect: same functions, same result.")] = False,
) -> None:
    """Run one night now: collect, read and judge, record, build, publish, report."""
    from flows.feedback import print_night

    folder = data_folder()
    if plain:
        from flows.line import run_night as run
    else:
        from flows.nightly import run_with_prefect as run
    print_night(_or_failed(run, folder), Console())


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port of Prefect's server and pages.")] = 4200,
) -> None:
    """Run Prefect's server with its pages, and the schedule of the night (03:15 Europe/Berlin)."""
    from flows.nightly import serve as serve_nights

    serve_nights(data_folder(), host=host, port=port)


@app.command()
def status(
    period: Annotated[str, typer.Option("--period", help="Only this period.")] = "",
    *,
    as_json: JsonFlag = False,
) -> None:
    """Show who is due, received, accepted, returned, late, extended or exempt."""
    from flows.desk import obligations_now

    is_demo, rows = obligations_now(data_folder(), _period(period) if period else None)
    if as_json:
        _print_json({"demo": is_demo, "obligations": rows})
    else:
        _print_status(rows, is_demo=is_demo)


@app.command()
def trace(
    indicator: Annotated[str, typer.Argument(help="Such as MIT-03.")],
    area: Annotated[str, typer.Argument(help="AGS, 064, 065, 066, type:…, or 06.")],
    period: Annotated[str, typer.Argument(help="2026-H1, 2026 …")],
    *,
    as_json: JsonFlag = False,
) -> None:
    """Lead a figure back to its cells and files."""
    from flows.warehouse import trace_figure

    figure, rows = trace_figure(data_folder().database, indicator, area, _period(period).code)
    if figure is None:
        _say(f"Es gibt keine Kennzahl {indicator} für {area} und {period}.", error=True)
        raise typer.Exit(1)
    if as_json:
        _print_json({"figure": figure, "trace": rows})
    else:
        _print_trace(figure, rows)


@reference_app.command("import")
def reference_import(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="CSV files; the header tells which data set.")],
) -> None:
    """Take in reference data: archived by hash and recorded in the ledger."""
    from flows.desk import import_reference
    from flows.reference import in_order

    for file in in_order(files):
        _say(import_reference(data_folder(), file))


def _or_failed(run: "Callable[[DataFolder], NightReport]", folder: DataFolder) -> "NightReport":
    """Run a night; whatever stops it, the command ends with 1 and one sentence."""
    try:
        return run(folder)
    except StatedError:
        raise
    except Exception as error:
        if os.environ.get("WIR_DEBUG"):
            raise
        raise StatedError(f"The night failed ({type(error).__name__}): {error}") from error


# --- shared by the commands ------------------------------------------------------------------------------------------


def data_folder_or_none() -> DataFolder | None:
    """The data folder if it has been opened already: `wir check` works without one."""
    try:
        folder = data_folder()
    except StatedError:
        return None
    return folder if folder.ledger_file.is_file() else None


def _period(text: str) -> Period:
    try:
        return parse_period(text)
    except ValueError as error:
        raise UsageError(str(error)) from error


def _say(sentence: str, *, error: bool = False) -> None:
    Console(stderr=error, soft_wrap=True).print(sentence, markup=False, highlight=False)


def _print_json(document: object) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1, default=_plain) + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return float(value) if hasattr(value, "as_tuple") else str(value)


_STATES_DE = {
    "not_yet_due": "noch nicht fällig",
    "received": "eingegangen",
    "accepted": "angenommen",
    "accepted_late": "angenommen",
    "awaiting_explanation": "Erläuterung fehlt",
    "returned": "zurückgegeben",
    "missing": "fehlt",
    "extended": "Frist verlängert",
    "exempt": "befreit",
    "voluntary": "freiwillig",
}
_STATE_STYLES = {"missing": "bold red", "returned": "red", "accepted_late": "yellow", "awaiting_explanation": "yellow"}


def _print_status(rows: "Sequence[dict[str, Any]]", *, is_demo: bool) -> None:
    console = Console()
    if is_demo:
        from flows.feedback import WATERMARK

        console.print(WATERMARK, style="bold yellow")
    bearers = Counter(name for name, _ in {(row["name"], row["ags"]) for row in rows})
    for period in dict.fromkeys(row["period"] for row in rows):
        table = Table(
            title=f"Berichte {period}", title_justify="left", title_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0)
        )
        for heading in ("AGS", "Körperschaft", "fällig", "Eingang", "Stand"):
            table.add_column(heading, no_wrap=heading != "Körperschaft")
        for row in (row for row in rows if row["period"] == period):
            state = row["state"]
            table.add_row(
                row["ags"],
                f"{row['name']} ({row['type']})" if bearers[row["name"]] > 1 else row["name"],
                *(_day(row[name]) for name in ("due_on", "received_on")),
                _STATES_DE.get(state, state) + _late(row["days_late"]),
                style=_STATE_STYLES.get(state),
            )
        console.print(table)


def _late(days: int | None) -> str:
    return f" (+{days} Tag{'e' if days > 1 else ''})" if days else ""


def _day(day: Any) -> str:
    return f"{day:%d.%m.%Y}" if day else ""


_FIGURE_STATES_DE = {
    "ok": "",
    "not_recorded": " · nicht erhoben",
    "missing_report": " · Bericht fehlt",
    "not_applicable": " · hier nicht vorgesehen",
}


def _print_trace(figure: dict[str, Any], rows: "Sequence[dict[str, Any]]") -> None:
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
    """Where a row of the trace comes from: a report of a body, or a register."""
    if row["submission_id"] is None:
        return f"{row['ags']} · {row['section']}"
    day = f"eingegangen am {_day(row['received_at'].replace(tzinfo=UTC).astimezone(BERLIN))}"
    return f"{row['ags']} · Einreichung {row['submission_id']}, {day} · SHA-256 {row['sha256'][:12]}…"


def _cells_table(rows: "Sequence[dict[str, Any]]") -> Table:
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
