"""`wir rules`: what a rule would say of past reports, before it counts."""

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from expectations.finding import Finding, Outcome
from flows.cli.shared import JsonFlag, print_json, say
from flows.settings import data_folder

if TYPE_CHECKING:
    from expectations.rules import Rule
    from flows.desk import Previewed


def preview(
    code: Annotated[str, typer.Argument(help="Code of the rule, such as R-KOO-02.")],
    *,
    as_json: JsonFlag = False,
) -> None:
    """Show which reports in force a rule would flag, whether or not it counts yet. Nothing is recorded."""
    from flows.desk import preview_rule

    previewed = preview_rule(data_folder(), code)
    if as_json:
        print_json(_document(previewed))
    else:
        _print(previewed, Console())


def _document(previewed: "Previewed") -> dict[str, Any]:
    from flows.feedback import finding_document

    preview = previewed.preview
    return {
        "demo": previewed.is_demo,
        "rule": preview.rule.model_dump(mode="json"),
        "counts": {
            "flagged": preview.count(Outcome.FAILED),
            "passed": preview.count(Outcome.PASSED),
            "not_applicable": preview.count(Outcome.NOT_APPLICABLE),
            "not_run": preview.count(Outcome.NOT_RUN),
        },
        "not_run": list(preview.reasons),
        "flagged": [
            {"submission_id": number, "ags": ags, "name": name, "period": period, **finding_document(finding)}
            for number, (ags, name, period) in previewed.reports.items()
            for finding in preview.flagged.get(number, ())
        ],
    }


def _print(previewed: "Previewed", console: Console) -> None:
    """The rule, what it would flag, and of how many reports."""
    preview = previewed.preview
    if previewed.is_demo:
        from flows.feedback import WATERMARK

        console.print(WATERMARK, style="bold yellow")
    console.print(Text(f"{preview.rule.code} · {_standing(preview.rule)}", style="bold"))
    if preview.flagged:
        console.print(_table(previewed))
    for reason in preview.reasons:
        say(f"Nicht geprüft: {reason}")
    say(
        f"Von {len(preview.results)} geltenden Berichten beanstandet: {preview.count(Outcome.FAILED)}; "
        f"erfüllt: {preview.count(Outcome.PASSED)}; nicht anwendbar: {preview.count(Outcome.NOT_APPLICABLE)}; "
        f"nicht geprüft: {preview.count(Outcome.NOT_RUN)}."
    )


def _standing(rule: "Rule") -> str:
    """What the rule weighs and from when it counts."""
    from flows.feedback import SEVERITIES_DE

    years = f"seit {rule.since}" + (f" bis {rule.until}" if rule.until else "")
    return " · ".join((SEVERITIES_DE[rule.severity][0], years, *(("auf Probe",) if rule.trial else ())))


def _table(previewed: "Previewed") -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in ("Körperschaft", "Zeitraum", "Zelle", "Angabe", "erwartet", "Feststellung"):
        table.add_column(heading, no_wrap=heading == "Zeitraum", overflow="fold")
    for number, (ags, name, period) in previewed.reports.items():
        for finding in previewed.preview.flagged.get(number, ()):
            texts = (f"{name} ({ags})", period, _place(finding), finding.given, finding.expected, finding.message)
            table.add_row(*(Text(text) for text in texts))
    return table


def _place(finding: Finding) -> str:
    return " ".join((finding.sheet, ", ".join(cell for cell in (finding.cell, *finding.also_at) if cell))).strip()
