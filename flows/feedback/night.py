"""One look at a night on the terminal."""

from collections import Counter

from rich.console import Console
from rich.table import Table
from rich.text import Text

from expectations.finding import Verdict
from expectations.german import number_text
from flows.feedback.checked import plain
from flows.feedback.terminal import VERDICT_STYLES
from flows.feedback.texts import STEPS_DE, VERDICTS_DE, WATERMARK, counted
from flows.records import NightReport
from flows.settings import BERLIN


def print_night(report: NightReport, console: Console) -> None:
    """One look at a night: what came in, what became of it, what is missing."""
    day = report.business_at.astimezone(BERLIN)
    if report.is_demo:
        console.print(WATERMARK, style="bold yellow")
    console.print(f"[bold]Nacht vom {day:%d.%m.%Y}[/bold] · {counted(report.received, ('Datei', 'Dateien'))} geprüft")
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(justify="right")
    for verdict in Verdict:
        if report.count(verdict):
            table.add_row(str(report.count(verdict)), Text(VERDICTS_DE[verdict], style=VERDICT_STYLES[verdict]))
    table.add_row(str(report.duplicates), "doppelt eingesandt")
    if report.again:
        table.add_row(str(report.again), "nach Erläuterung oder erneuter Prüfung neu entschieden")
    if report.erased:
        table.add_row(str(report.erased), "Listen mit Namen nach Ablauf der Frist gelöscht")
    table.add_row(str(len(report.missing)), "überfällig und nicht eingegangen")
    console.print(table)
    if any(row.codes for row in report.rows):
        console.print(_commonest_reasons(report))
    for file in report.left:
        console.print(f"  {plain(file.file_name)}: {file.reason}", markup=False)
    steps = ", ".join(f"{STEPS_DE[step]} {number_text(seconds, 1)}" for step, seconds in report.seconds.items())
    console.print(f"Sekunden: {steps}", style="dim", highlight=False)
    console.print(f"Datenbank: {report.database}", style="dim", highlight=False, markup=False, soft_wrap=True)


def _commonest_reasons(report: NightReport) -> Table:
    """The rules that decided against most reports, each with one of its sentences."""
    examples = {row.codes[0]: row.reason for row in reversed(report.rows) if row.codes}
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Häufigste Gründe", no_wrap=True)
    table.add_column("Berichte", justify="right")
    table.add_column("zum Beispiel")
    for code, count in Counter(code for row in report.rows for code in row.codes).most_common(5):
        table.add_row(code, str(count), Text(plain(examples.get(code, ""))))
    return table
