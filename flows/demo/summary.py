"""What the demo says at its end: what came in, what became of it, and what to try next."""

import shlex
import shutil
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from expectations.finding import Verdict
from expectations.german import date_text
from expectations.period import Period, ReportKind
from flows import archive, line, reference
from flows.assemble import OF_SUBMISSIONS, submissions
from flows.feedback import WATERMARK
from flows.ledger import Ledger, entries, texts
from flows.records import NightReport, NightRow
from flows.settings import DataFolder, berlin_date

_VERDICTS = (
    (Verdict.ACCEPTED, "angenommen", "green"),
    (Verdict.ACCEPTED_WITH_WARNINGS, "angenommen, Auffälligkeiten erläutert", "green"),
    (Verdict.AWAITING_EXPLANATION, "Erläuterung steht aus", "yellow"),
    (Verdict.RETURNED, "zurückgegeben", "red"),
    (Verdict.UNREADABLE, "nicht lesbar", "red"),
)
_REASONS_SHOWN = 5
_ACCEPTED = ("accepted", "accepted_late")


@dataclass(frozen=True)
class PeriodSummary:
    """What came in for one period, and how it stands after the last night.

    Attributes:
        received: files, copies among them.
        verdicts: verdict → files.
        duplicates: files whose bytes had come before.
        due: bodies that owe a report.
        accepted: those with a report in force.
        late: those among them whose first accepted report came after the due date, extended or not.
        approved: those among them whose report the ministry approved.
        extended, exempt: bodies whose due date was extended, and bodies that need not report.
        missing: names of those from whom nothing came.
    """

    period: Period
    received: int
    verdicts: Mapping[str, int]
    duplicates: int
    due: int
    accepted: int
    late: int
    approved: int
    extended: int
    exempt: int
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Reason:
    """Why files were not accepted: a rule, how many files it decided, and one of its sentences."""

    code: str
    files: int
    example: str


@dataclass(frozen=True)
class Summary:
    """The demo in figures.

    Attributes:
        returned_file: an archived workbook that was returned, None if there is none.
        traceable_ags: a body whose annual report is in force.
    """

    periods: tuple[PeriodSummary, ...]
    reasons: tuple[Reason, ...]
    returned_file: Path | None
    traceable_ags: str


def summarise(
    folder: DataFolder,
    ledger: Ledger,
    nights: Sequence[NightReport],
    sent: Mapping[str, Period],
    names: Mapping[str, str],
) -> Summary:
    """Gather the figures of the summary.

    Args:
        folder: the demo's data folder.
        ledger: its ledger.
        nights: both nights' reports.
        sent: file name → the period that it was sent for: some files do not tell it themselves.
        names: AGS → name.
    """
    rows = [row for night in nights for row in night.rows]
    period_of = {seq: sent[name] for seq, name in texts(ledger, "file_name").items() if name in sent}
    copies = Counter(period_of.get(entry.seq) for entry in entries(ledger, "duplicate"))
    owed = line.obligations_at(ledger, reference.in_force(folder, ledger), nights[-1].business_at)
    known = submissions(entries(ledger, *OF_SUBMISSIONS))
    approved = known.drop_nulls("approved_at")["submission_id"].to_list()
    returned = next((row for row in reversed(rows) if row.verdict == Verdict.RETURNED), None)
    return Summary(
        periods=tuple(
            _period(
                period,
                [row for row in rows if period_of.get(row.submission_id) == period],
                copies[period],
                owed.filter(pl.col("period") == period.code),
                approved=approved,
                names=names,
            )
            for period in dict.fromkeys(sent.values())
        ),
        reasons=tuple(_reasons(rows)),
        returned_file=_archived(folder, ledger, returned) if returned else None,
        traceable_ags=next(row.ags for row in reversed(rows) if row.verdict == Verdict.ACCEPTED),
    )


def _period(
    period: Period,
    rows: Sequence[NightRow],
    duplicates: int,
    owed: pl.DataFrame,
    *,
    approved: Collection[int],
    names: Mapping[str, str],
) -> PeriodSummary:
    states = owed["state"].to_list()
    missing = owed.filter(pl.col("state") == "missing")["ags"].to_list()
    return PeriodSummary(
        period=period,
        received=len(rows) + duplicates,
        verdicts=Counter(row.verdict for row in rows),
        duplicates=duplicates,
        due=owed.height,
        accepted=sum(state in _ACCEPTED for state in states),
        late=states.count("accepted_late"),
        approved=owed.filter(pl.col("in_force_submission_id").is_in(approved)).height,
        extended=owed["extended_to"].count(),
        exempt=owed.filter("exempt").height,
        missing=tuple(names[ags] for ags in missing),
    )


def _reasons(rows: Sequence[NightRow]) -> Iterator[Reason]:
    refused = [row for row in rows if row.verdict in {Verdict.RETURNED, Verdict.UNREADABLE} and row.codes]
    for code, files in Counter(row.codes[0] for row in refused).most_common(_REASONS_SHOWN):
        yield Reason(code, files, next(row.reason for row in refused if row.codes[0] == code))


def _archived(folder: DataFolder, ledger: Ledger, row: NightRow) -> Path:
    digest = next(entry.body["sha256"] for entry in entries(ledger, "receipt") if entry.seq == row.submission_id)
    return archive.path_of(folder.archive, digest)


# --- as printed ------------------------------------------------------------------------------------------------------


def print_summary(
    folder: DataFolder, summary: Summary, nights: Sequence[NightReport], seconds: float, console: Console
) -> None:
    """Print the summary in German."""
    days = ", ".join(date_text(berlin_date(night.business_at)) for night in nights)
    head = Text.assemble(
        (f"{WATERMARK}\n", "bold yellow"),
        f"{len(nights)} Nächte ({days}), zusammen mit allen Vorbereitungen {seconds:.0f} Sekunden.",
    )
    console.print()
    console.print(Panel(head, title="WIR-Monitoring", title_align="left", border_style="yellow", expand=False))
    console.print(Padding(_period_table(summary.periods), (1, 0, 0, 1)))
    for period in summary.periods:
        if period.missing:
            console.print(f"   [bold]Kein Bericht {_short(period.period)}:[/bold] {', '.join(period.missing)}")
    console.print(Padding(_reason_table(summary.reasons), (1, 0, 0, 1)))
    console.print()
    for text in _next_steps(folder, summary):
        console.print(text, soft_wrap=True)
    console.print()


def _period_table(periods: Sequence[PeriodSummary]) -> Table:
    table = Table(show_edge=False, box=None, padding=(0, 2))
    table.add_column("Dateien")
    for period in periods:
        table.add_column(_short(period.period), justify="right")
    table.add_row("eingegangen", *(str(period.received) for period in periods), style="bold")
    for verdict, label, style in _VERDICTS:
        table.add_row(f"  {label}", *(str(period.verdicts.get(verdict, 0)) for period in periods), style=style)
    table.add_row("  doppelt eingereicht", *(str(period.duplicates) for period in periods))
    table.add_row()
    table.add_row("[bold]Kommunen[/bold]")
    table.add_row("  mit angenommenem Bericht", *(f"{period.accepted} von {period.due}" for period in periods))
    table.add_row("    davon verspätet", *(str(period.late) for period in periods))
    table.add_row("    davon freigegeben", *(str(period.approved) for period in periods))
    table.add_row("  mit verlängerter Frist", *(str(period.extended) for period in periods))
    table.add_row("  befreit", *(str(period.exempt) for period in periods))
    table.add_row("  ohne jeden Bericht", *(str(len(period.missing)) for period in periods))
    return table


def _reason_table(reasons: Sequence[Reason]) -> Table:
    table = Table(show_edge=False, box=None, padding=(0, 2), show_header=True)
    table.add_column("Häufigste Gründe", no_wrap=True)
    table.add_column("Dateien", justify="right")
    table.add_column("zum Beispiel", overflow="fold")
    for reason in reasons:
        table.add_row(reason.code, str(reason.files), Text(reason.example))
    return table


def _next_steps(folder: DataFolder, summary: Summary) -> Iterator[Text]:
    """Where things lie, and three commands; on lines that the terminal does not break, so that they can be copied."""
    year = next(period.period for period in summary.periods if period.period.kind is ReportKind.YEAR)
    for what, where in (("Datenbank", folder.database), ("Rückmeldungen", folder.feedback)):
        yield Text.assemble((f"   {what:<16}", "bold"), _shown(where))
    yield Text("\n   Als Nächstes")
    wir = _program()
    for what, command in (
        ("Wer ist säumig?", f"{wir} status"),
        ("Was war falsch?", f"{wir} check {_pattern(summary.returned_file)}" if summary.returned_file else ""),
        ("Woher die Zahl?", f"{wir} trace MIT-03 {summary.traceable_ags} {year.code}"),
        ("Für alle?", f"{wir} release erste"),
        ("Unverändert?", f"{wir} verify"),
    ):
        if command:
            yield Text.assemble((f"   {what:<16}", "bold"), (command, "cyan"))


def _program() -> str:
    """The program as it was called, so that the commands work where `wir` is not on the path."""
    called = Path(sys.argv[0])
    if called.name != "wir":
        return "python -m flows" if called.parts[-2:] == ("flows", "__main__.py") else "wir"
    return "wir" if shutil.which("wir") == str(called) else _shown(called.absolute())


def _shown(path: Path) -> str:
    """A path as a shell takes it, from the current folder on where it lies below."""
    here = Path.cwd()
    return shlex.quote(str(path.relative_to(here) if path.is_relative_to(here) else path))


def _pattern(archived: Path) -> str:
    """An archived file, its long name cut to what is needed."""
    return f"{_shown(archived.parent)}/{archived.name[:12]}*"


def _short(period: Period) -> str:
    return f"{'Halbjahr' if period.kind is ReportKind.HALF_YEAR else 'Jahr'} {period.year}"
