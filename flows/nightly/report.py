"""What the night's two artifacts say in Prefect's pages: what came in and what became of it, in one look.

No given value and no file name is among it, since nothing could erase them from Prefect's records: findings appear by
their code and the rule's own words, and what was given lies in the feedback of the municipality.
"""

import re
from collections import Counter
from collections.abc import Iterator

from expectations.finding import Verdict
from expectations.rules import catalogue
from flows.feedback import STEPS_DE, WATERMARK
from flows.records import NightReport, NightRow
from flows.settings import BERLIN

VERDICTS_DE = {
    Verdict.ACCEPTED: "angenommen",
    Verdict.ACCEPTED_WITH_WARNINGS: "angenommen, Auffälligkeiten erläutert",
    Verdict.AWAITING_EXPLANATION: "Erläuterung steht aus",
    Verdict.RETURNED: "zurückgegeben",
    Verdict.UNREADABLE: "nicht lesbar",
}
COMMONEST = 5


def as_markdown(report: NightReport) -> str:
    """The night as a page: counts, the commonest reasons for a return, and how long each step took."""
    return "\n".join([*_counts(report), *_reasons(report), *_times(report)])


def as_table(report: NightReport) -> list[dict[str, str | int]]:
    """One row per submission of the night, the returned ones first; a single row saying so when nothing came in."""
    order = list(reversed(VERDICTS_DE))
    rows = sorted(report.rows, key=lambda row: (order.index(Verdict(row.verdict)), row.ags, row.submission_id))
    return [_row(row) for row in rows] or [{"Körperschaft": "Diese Nacht ging nichts ein."}]


def _counts(report: NightReport) -> Iterator[str]:
    at = report.business_at.astimezone(BERLIN)
    yield f"# Nacht vom {at:%d.%m.%Y}, {at:%H:%M} Uhr"
    yield ""
    if report.is_demo:
        yield f"**{WATERMARK}**"
        yield ""
    yield "| Was einging und was daraus wurde | Berichte |"
    yield "|:--|--:|"
    yield f"| **eingegangen** | **{report.received}** |"
    for verdict, name in VERDICTS_DE.items():
        yield f"| {name} | {report.count(verdict)} |"
    yield f"| doppelt eingereicht (nicht erneut geprüft) | {report.duplicates} |"
    yield f"| im Eingang liegen geblieben | {len(report.left)} |"
    yield f"| **überfällig** | **{len(report.missing)}** |"
    yield f"| nach der Frist eingegangen | {len(report.late)} |"


def _reasons(report: NightReport) -> Iterator[str]:
    refused = [row for row in report.rows if not Verdict(row.verdict).in_force]
    commonest = Counter(code for row in refused for code in set(row.codes)).most_common(COMMONEST)
    if commonest:
        yield ""
        yield "| Häufigste Gründe | | Berichte |"
        yield "|:--|:--|--:|"
        yield from (f"| {code} | {_wording(code)} | {count} |" for code, count in commonest)
        yield ""
        yield "Angaben und Zellen stehen im Prüfprotokoll der Körperschaft (Ordner `feedback`)."


def _wording(code: str) -> str:
    """A rule's sentence without what a municipality wrote."""
    rule = catalogue().get(code)
    return re.sub(r"\{[^}]*\}", "…", rule.says).replace("|", "/") if rule else ""


def _times(report: NightReport) -> Iterator[str]:
    yield ""
    yield "| Schritt | Sekunden |"
    yield "|:--|--:|"
    for step, seconds in report.seconds.items():
        yield f"| {STEPS_DE.get(step, step)} | {f'{seconds:.1f}'.replace('.', ',')} |"


def _row(row: NightRow) -> dict[str, str | int]:
    return {
        "AGS": row.ags,
        "Körperschaft": row.name or "nicht erkannt",
        "Zeitraum": row.period,
        "eingegangen": f"{row.received_at.astimezone(BERLIN):%d.%m.%Y %H:%M}",
        "Ergebnis": VERDICTS_DE[Verdict(row.verdict)],
        "Fehler": row.errors,
        "Auffälligkeiten": row.warnings,
        "Befunde": ", ".join(dict.fromkeys(row.codes)),
        "Vorgang": row.submission_id,
    }
