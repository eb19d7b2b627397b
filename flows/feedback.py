"""What a municipality learns about its report: the protocol on the terminal, as text and as JSON."""

import io
import json
import os
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from expectations.finding import Finding, Judgement, Outcome, Severity, Verdict
from expectations.german import number_text
from expectations.privacy import masked
from expectations.reading import Identity, Reading
from flows.records import NightReport, Receipt
from flows.settings import BERLIN

VERDICTS_DE = {
    Verdict.ACCEPTED: "angenommen",
    Verdict.ACCEPTED_WITH_WARNINGS: "angenommen, alle Auffälligkeiten sind erläutert",
    Verdict.AWAITING_EXPLANATION: "eingegangen, Erläuterung steht noch aus",
    Verdict.RETURNED: "zurückgegeben, bitte berichtigen",
    Verdict.UNREADABLE: "nicht lesbar",
}
NEXT_STEP_DE = {
    Verdict.ACCEPTED: "Sie brauchen nichts weiter zu tun. Vielen Dank.",
    Verdict.ACCEPTED_WITH_WARNINGS: "Sie brauchen nichts weiter zu tun. Vielen Dank.",
    Verdict.AWAITING_EXPLANATION: (
        "Bitte erläutern Sie die Auffälligkeiten auf dem Blatt „11 Erläuterungen“ und senden Sie die Datei erneut."
    ),
    Verdict.RETURNED: "Bitte berichtigen Sie die Fehler in Ihrer Datei und senden Sie sie erneut.",
    Verdict.UNREADABLE: "Bitte beachten Sie den Hinweis und senden Sie den Erhebungsbogen erneut.",
}
STEPS_DE = {
    "collect": "Einsammeln",
    "read": "Lesen",
    "judge": "Prüfen",
    "record": "Festhalten",
    "build": "Rechnen",
    "publish": "Veröffentlichen",
    "report": "Rückmelden",
}
WATERMARK = "Demonstrationsdaten: Alle Berichte, Bescheide und Zahlen sind erfunden."
SEVERITIES_DE = {
    Severity.FATAL: ("Grund", "Gründe"),
    Severity.ERROR: ("Fehler", "Fehler"),
    Severity.WARNING: ("Auffälligkeit", "Auffälligkeiten"),
    Severity.HINT: ("Hinweis", "Hinweise"),
}
_STYLES = {Severity.FATAL: "bold red", Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.HINT: "cyan"}
_VERDICT_STYLES = {
    Verdict.ACCEPTED: "green",
    Verdict.ACCEPTED_WITH_WARNINGS: "green",
    Verdict.AWAITING_EXPLANATION: "yellow",
    Verdict.RETURNED: "red",
    Verdict.UNREADABLE: "bold red",
}


@dataclass(frozen=True)
class Checked:
    """One file with everything that reading and judging said of it."""

    file: str
    sha256: str
    reading: Reading
    judgement: Judgement
    rules_version: str


def as_document(checked: Checked) -> dict[str, Any]:
    """One element of `files` in `wir check --json` (interface.md)."""
    identity = checked.reading.identity
    return {
        "file": checked.file,
        "sha256": checked.sha256,
        "verdict": checked.judgement.verdict.value,
        "ags": identity.ags if identity else None,
        "period": identity.period.code if identity else None,
        "form_version": identity.form_version if identity else None,
        "rules_version": checked.rules_version,
        "findings": [finding_document(finding) for finding in checked.judgement.findings],
        "not_run": [
            {"code": result.code, "reason": result.reason}
            for result in checked.judgement.results
            if result.outcome is Outcome.NOT_RUN
        ],
        "values": _values(masked(checked.reading.cells, checked.judgement.findings)),
    }


def finding_document(finding: Finding) -> dict[str, Any]:
    """A finding with the keys of interface.md; `key`, `also_at` and `explained` are additions."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "trial": finding.trial,
        "sheet": finding.sheet,
        "cell": finding.cell,
        "field": finding.field,
        "key": finding.row_key,
        "given": finding.given,
        "expected": finding.expected,
        "message": finding.message,
        "advice": finding.advice,
        "also_at": list(finding.also_at),
        "explained": finding.explained,
    }


def _values(cells: pl.DataFrame) -> list[dict[str, Any]]:
    columns = ("sheet", "cell", "field", "row_key", "raw", "value", "number", "state")
    rows = zip(*(cells.get_column(name).to_list() for name in columns), strict=True)
    return [
        {
            "sheet": sheet,
            "cell": cell,
            "field": field,
            "key": key,
            "raw": raw,
            "value": value if number is None else number,
            "state": state,
        }
        for sheet, cell, field, key, raw, value, number, state in rows
    ]


# --- for people ------------------------------------------------------------------------------------------------------


def protocol(checked: Checked) -> RenderableType:
    """The German protocol of one file, errors before warnings before hints."""
    parts: list[RenderableType] = [_head(checked)]
    for severity in Severity:
        findings = [finding for finding in checked.judgement.findings if finding.severity is severity]
        if findings:
            parts += [_heading(severity, len(findings)), *(_finding(finding) for finding in findings)]
    unrun = [result for result in checked.judgement.results if result.outcome is Outcome.NOT_RUN]
    if unrun and checked.judgement.verdict is not Verdict.UNREADABLE:
        parts.append(_unrun(len(unrun), sorted({result.reason for result in unrun})))
    return Group(*parts)


def print_protocols(checked: Sequence[Checked], console: Console) -> None:
    """Print the protocols of several files."""
    for one in checked:
        console.print(protocol(one))


def describe(identity: Identity | None) -> str:
    """Whose report it is: `Bergstraße (06431), Jahresbericht 2026`."""
    if identity is None:
        return "keinem Bericht zuzuordnen"
    return f"{identity.body_name} ({identity.ags}), {identity.kind.value} {identity.period.year}"


def _head(checked: Checked) -> RenderableType:
    verdict = checked.judgement.verdict
    text = Text.assemble(
        (describe(checked.reading.identity), "bold"),
        "\nErgebnis: ",
        (VERDICTS_DE[verdict], _VERDICT_STYLES[verdict]),
        "\n",
        NEXT_STEP_DE[verdict],
    )
    title = Text(f"Prüfprotokoll · {_printable(checked.file)}")
    return Panel(text, title=title, title_align="left", border_style=_VERDICT_STYLES[verdict])


def _heading(severity: Severity, count: int) -> RenderableType:
    one, many = SEVERITIES_DE[severity]
    return Text(f"\n{count} {one if count == 1 else many}", style=_STYLES[severity] + " bold")


def _finding(finding: Finding) -> RenderableType:
    place = f"{finding.sheet}, Zelle {finding.cell}" if finding.cell else finding.sheet or "Datei"
    lines = [(f"{finding.code}  ", _STYLES[finding.severity]), (_printable(place), "bold")]
    text = Text.assemble(*lines, "\n", _printable(finding.message), "\n", ("→ " + _printable(finding.advice), "dim"))
    if finding.also_at:
        text.append(f"\nEbenso in: {_printable(', '.join(finding.also_at))}")
    if finding.trial:
        text.append("\nDiese Regel wird erprobt; sie entscheidet noch nichts.", style="dim")
    if finding.explained:
        text.append(f"\nErläutert: {_printable(finding.explained)}", style="green")
    return Padding(text, (0, 0, 1, 2))


def _unrun(count: int, reasons: Sequence[str]) -> RenderableType:
    rules = "1 Regel wurde" if count == 1 else f"{count} Regeln wurden"
    return Text(f"\n{rules} nicht geprüft. {' '.join(reasons)}", style="dim")


def _printable(text: str) -> str:
    """Text that people typed, without control characters: a terminal must not obey a cell."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def receipt_sentence(receipt: Receipt) -> str:
    """A receipt as a German sentence."""
    name, when = _printable(receipt.file_name), receipt.received_at.astimezone(BERLIN)
    if receipt.duplicate_of is not None:
        return f"{name}: Diese Datei liegt uns schon vor (Einreichung {receipt.duplicate_of}); sie zählt nur einmal."
    whose = f"{receipt.ags}, {receipt.period}" if receipt.ags else "noch keinem Bericht zugeordnet"
    return (
        f"{name}: eingegangen am {when:%d.%m.%Y um %H:%M Uhr} als Einreichung {receipt.submission_id} ({whose}); "
        f"SHA-256 {receipt.sha256}; Journal {receipt.head[:16]}."
    )


def print_night(report: NightReport, console: Console) -> None:
    """One look at a night: what came in, what became of it, what is missing."""
    day = report.business_at.astimezone(BERLIN)
    if report.is_demo:
        console.print(WATERMARK, style="bold yellow")
    console.print(f"[bold]Nacht vom {day:%d.%m.%Y}[/bold] · {_count(report.received, 'Datei', 'Dateien')} geprüft")
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(justify="right")
    for verdict in Verdict:
        if report.count(verdict):
            table.add_row(str(report.count(verdict)), Text(VERDICTS_DE[verdict], style=_VERDICT_STYLES[verdict]))
    table.add_row(str(report.duplicates), "doppelt eingesandt")
    table.add_row(str(len(report.missing)), "überfällig und nicht eingegangen")
    console.print(table)
    if any(row.codes for row in report.rows):
        console.print(_commonest_reasons(report))
    for file in report.left:
        console.print(f"  {_printable(file.file_name)}: {file.reason}", markup=False)
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
        table.add_row(code, str(count), Text(_printable(examples.get(code, ""))))
    return table


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


# --- into the feedback folder ----------------------------------------------------------------------------------------


def has_feedback(folder: Path, submission_id: int) -> bool:
    """Whether the protocol of a submission lies there, in both forms."""
    return all(file.is_file() for file in _protocol_files(folder, submission_id))


def write_feedback(folder: Path, submission_id: int, checked: Checked, *, is_demo: bool = False) -> None:
    """Write `<submission>-pruefprotokoll.json` and `.txt` whole into the body's feedback folder."""
    folder.mkdir(parents=True, exist_ok=True)
    as_json, as_text = _protocol_files(folder, submission_id)
    document = {"demo": True, **as_document(checked)} if is_demo else as_document(checked)
    _write_whole(as_json, json.dumps(document, ensure_ascii=False) + "\n")
    _write_whole(as_text, (f"{WATERMARK}\n\n" if is_demo else "") + plain_text(protocol(checked)))


def _protocol_files(folder: Path, submission_id: int) -> tuple[Path, Path]:
    name = f"{submission_id:06d}-pruefprotokoll"
    return folder / f"{name}.json", folder / f"{name}.txt"


def plain_text(renderable: RenderableType) -> str:
    """A renderable as plain text, 100 columns wide, without blanks at the ends of its lines."""
    lines = io.StringIO()
    Console(width=100, color_system=None, force_terminal=False, file=lines).print(renderable)
    return "".join(f"{line.rstrip()}\n" for line in lines.getvalue().splitlines())


def _write_whole(target: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).replace(target)
