"""Commands of the ministry's data team: each is an entry in the ledger."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.cli.shared import JsonFlag, period_of, print_json, say
from flows.settings import data_folder

if TYPE_CHECKING:
    from flows.desk import Explained, Rechecked
    from flows.desk.again import Rejudged, Succession


def reference_import(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="CSV files; the header tells which data set.")],
) -> None:
    """Take in reference data: archived by hash and recorded in the ledger."""
    from flows.desk import import_reference
    from flows.reference import in_order

    for file in in_order(files):
        say(import_reference(data_folder(), file))


def explain(
    submission: Annotated[int, typer.Argument(help="Number of the submission, as on the receipt.")],
    code: Annotated[str, typer.Argument(help="Code of the rule that warns, such as R-KOO-02.")],
    text: Annotated[str, typer.Argument(help="What the body says to it.")] = "",
    cell: Annotated[str, typer.Option("--cell", help="Only the warning at this cell: F9, or '03 Finanzen!F9'.")] = "",
    *,
    as_before: Annotated[
        bool, typer.Option("--as-before", help="The explanation of the last report still applies.")
    ] = False,
) -> None:
    """Explain a warning: recorded in the ledger with the verdict that follows from it."""
    from flows.desk import explain as explain_warning

    say(_explained_de(explain_warning(data_folder(), submission, code, text, cell=cell, as_before=as_before)))


def _explained_de(explained: "Explained") -> str:
    """What was explained, and what becomes of the report."""
    from expectations.explanation import open_warnings
    from expectations.finding import Verdict
    from flows.desk.acts import named

    first = explained.findings[0]
    what = f"{', '.join(map(named, explained.findings))} in Einreichung {explained.submission_id} ist erläutert"
    said = f"{what}: „{first.explained.rstrip('.')}“."
    judgement = explained.judgement
    if judgement.verdict is Verdict.AWAITING_EXPLANATION:
        still = ", ".join(map(named, open_warnings(judgement.findings)))
        return f"{said} Noch zu erläutern: {still}."
    if judgement.returned_unrun:
        return f"{said} Der Bericht ist noch nicht angenommen, weil eine Regel nicht geprüft werden konnte."
    if judgement.verdict is Verdict.RETURNED:
        return f"{said} Der Bericht bleibt zurückgegeben: Er enthält Fehler, die zu berichtigen sind."
    if not explained.is_in_force:
        return f"{said} Der Bericht ist angenommen; es gilt aber schon ein späterer."
    return f"{said} Der Bericht ist angenommen. Seine Zahlen stehen nach der nächsten Nacht in der Datenbank."


def re_check(
    period: Annotated[str, typer.Argument(help="2026-H1, 2026 … 2030, or 2026-2030.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the effect and record nothing.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Judge a period's reports again by today's rules, reader and reference data: an act in the ledger."""
    from flows.desk import recheck

    checked = recheck(data_folder(), period_of(period), dry_run=dry_run)
    if as_json:
        print_json(_recheck_document(checked))
    else:
        _print_recheck(checked, Console())


def _recheck_document(checked: "Rechecked") -> dict[str, Any]:
    return {
        "demo": checked.is_demo,
        "period": checked.period.code,
        "recorded": checked.entry,
        "submissions": [_rejudged_document(row) for row in checked.rows],
        "in_force": [asdict(one) for one in checked.in_force],
    }


def _rejudged_document(row: "Rejudged") -> dict[str, Any]:
    return {
        "submission_id": row.one.receipt.submission_id,
        "ags": row.ags,
        "name": row.name,
        "verdict_before": row.before.verdict.value,
        "verdict": row.after.verdict.value,
        "new": list(row.new),
        "gone": list(row.gone),
        "changed": row.is_changed,
    }


def _print_recheck(checked: "Rechecked", console: Console) -> None:
    """The reports that changed, and what was recorded."""
    if checked.is_demo:
        from flows.feedback import WATERMARK

        console.print(WATERMARK, style="bold yellow")
    changed = [row for row in checked.rows if row.is_changed]
    if changed:
        console.print(_changes(changed))
    for one in checked.in_force:
        say(_in_force_de(one))
    count, period = len(checked.rows), checked.period.code
    reports = "1 Bericht" if count == 1 else f"{count} Berichte"
    if not count:
        say(f"Zu {period} gibt es noch keinen geprüften Bericht.")
    elif checked.entry is None:
        say(f"{reports} zu {period} zur Probe geprüft: {len(changed)} anders als bisher. Es ist nichts festgehalten.")
    else:
        say(
            f"{reports} zu {period} erneut geprüft: {len(changed)} anders als bisher (Journal {checked.entry}). "
            "Die Datenbank und die Prüfprotokolle folgen mit der nächsten Nacht (wir nightly)."
        )


def _in_force_de(one: "Succession") -> str:
    """Whose figures come, go or are replaced, and through which submission."""
    whose = f"{one.name} ({one.ags})" if one.name else one.ags
    if one.after is None:
        return f"{whose}: Es gilt kein Bericht mehr, bisher galt Einreichung {one.before}. Ihre Zahlen entfallen."
    if one.before is None:
        return f"{whose}: Jetzt gilt Einreichung {one.after}, bisher keine. Ihre Zahlen kommen hinzu."
    return f"{whose}: Jetzt gilt Einreichung {one.after} statt {one.before}. Ihre Zahlen ersetzen die bisherigen."


def _changes(rows: "list[Rejudged]") -> Table:
    from flows.feedback import VERDICTS_DE

    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in ("AGS", "Körperschaft", "Einreichung", "bisher", "jetzt", "neu", "entfallen"):
        table.add_column(heading, no_wrap=heading in {"AGS", "Einreichung"}, overflow="fold")
    for row in rows:
        number, verdicts = str(row.one.receipt.submission_id), (row.before.verdict, row.after.verdict)
        texts = (row.ags, row.name, number, *(VERDICTS_DE[verdict] for verdict in verdicts))
        table.add_row(*map(Text, (*texts, ", ".join(row.new), ", ".join(row.gone))))
    return table
