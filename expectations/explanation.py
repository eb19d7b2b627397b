"""Explanations: what a municipality says to a warning, on the form's last sheet or elsewhere.

What a body said to the same cause in its last report in force, or in an earlier submission of the same report, is
offered to it again. An offer counts for nothing until the body confirms it.
"""

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from expectations.finding import Finding, Judgement, Severity, Verdict, verdict_of
from expectations.period import Period, ReportKind
from expectations.privacy import shielded
from expectations.rules import finding, label_of

LONGEST_CHARACTERS = 1000
"""As long as the form's own field for explanations."""

UNMATCHED = "R-ERL-01"
"""Said of an explanation that meets no warning."""

Cause = tuple[str, str, str]
"""Code, field, and row key or what else the row is known by: what makes a finding the same in every report."""

_WHOLE_REPORT = "Bericht insgesamt"
_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]+)$")
_CODE = re.compile(r"(?:Code\W*)?(?:R[\W_]*)?([A-Z]{3})[\W_]*([0-9]{1,2})", re.IGNORECASE)
_AS_BEFORE = frozenset({"wie bisher", "unverändert", "unveraendert"})
_FIRST_SAID = re.compile(r" \(erläutert zu [0-9H-]+\)$")
_NOTHING_TO_CONFIRM = (
    "„Wie bisher“ genügt hier nicht: Zu dieser Auffälligkeit liegt keine frühere Erläuterung vor. "
    "Bitte schreiben Sie sie aus."
)


@dataclass(frozen=True)
class Explanation:
    """What is said to the findings of one rule, to all of them or to those at one place.

    Attributes:
        text: the explanation, or „wie bisher“ to confirm what is offered.
        cell: `F9` or `03 Finanzen!F9`, `""` for any cell.
        concerns: what the finding concerns, as `concerns` says it; `""` for anything.
        place: where it is written in the workbook: sheet, cell and row; None where it came another way.
    """

    code: str
    text: str
    cell: str = ""
    concerns: str = ""
    place: tuple[str, str, str] | None = None


@dataclass(frozen=True)
class EarlierReport:
    """An earlier report, and what its body said to the findings in it.

    Attributes:
        said: cause → explanation.
    """

    period: Period
    submission_id: int
    said: Mapping[Cause, str] = field(default_factory=dict)


def concerns(field_path: str, row_key: str) -> str:
    """What a finding concerns, in words: the field's label and its row, such as `Ausgaben · Koordination`."""
    return " · ".join(part for part in (label_of(field_path), row_key) if part) or _WHOLE_REPORT


def cause_of(finding: Finding) -> Cause:
    """What makes a finding the same in every report."""
    return finding.code, finding.field, finding.about or finding.row_key


def concerns_of(finding: Finding) -> str:
    """What a finding concerns, as `concerns` says it."""
    _, field_path, row = cause_of(finding)
    return concerns(field_path, row)


# --- in the workbook -------------------------------------------------------------------------------------------------


def explanations_in(sections: Mapping[str, pl.DataFrame]) -> dict[int, tuple[Explanation, ...]]:
    """The explanations that reports give themselves, by submission.

    Args:
        sections: typed rows by section; `explanations`, and since the form of 2027 `earlier_explanations`, whose rows
            count where the body says that they still apply.
    """
    found: dict[int, tuple[Explanation, ...]] = {}
    for number, explanation in (*_written(sections), *_confirmed(sections)):
        found[number] = (*found.get(number, ()), explanation)
    return found


def _written(sections: Mapping[str, pl.DataFrame]) -> list[tuple[int, Explanation]]:
    rows = sections["explanations"]
    named = rows.filter(pl.col("finding_code").is_not_null() & pl.col("explanation").is_not_null())
    columns = ("submission_id", "finding_code", "explanation", "cell", "sheet", "finding_code_cell", "row_key")
    return [
        (number, Explanation(code, text, cell=cell or "", place=(sheet, code_cell, row)))
        for number, code, text, cell, sheet, code_cell, row in named.select(columns).iter_rows()
    ]


def _confirmed(sections: Mapping[str, pl.DataFrame]) -> list[tuple[int, Explanation]]:
    rows = sections.get("earlier_explanations")
    if rows is None:
        return []
    confirmed = rows.filter(pl.col("still_applies") == "Ja").drop_nulls(["finding_code", "concerns", "explanation"])
    columns = confirmed.select("submission_id", "finding_code", "explanation", "concerns").iter_rows()
    return [(number, Explanation(code, text, concerns=what)) for number, code, text, what in columns]


def explained(findings: Iterable[Finding], explanations: Sequence[Explanation]) -> list[Finding]:
    """The findings, each warning with the explanations that concern it."""
    return [_explained(finding, explanations) for finding in findings]


def _explained(finding: Finding, explanations: Sequence[Explanation]) -> Finding:
    if finding.severity is not Severity.WARNING:
        return finding
    texts = [explanation.text.strip() for explanation in explanations if _is_about(explanation, finding)]
    said = [finding.offered if means_as_before(text) else shielded(text) for text in texts]
    explained_by = shielded(" · ".join(dict.fromkeys(text for text in said if text)))
    advice = f"{finding.advice} {_NOTHING_TO_CONFIRM}" if texts and not explained_by else finding.advice
    return replace(finding, explained=explained_by, advice=advice)


def unmatched(
    findings: Sequence[Finding], explanations: Iterable[Explanation], not_run: Container[str]
) -> list[Finding]:
    """A hint for every explanation in the workbook that meets no warning of the report: nobody would read it.

    Args:
        findings: of one report.
        explanations: of the same.
        not_run: codes of rules that were not run; what is said to them may well be needed.
    """
    warnings = [one for one in findings if one.severity is Severity.WARNING]
    return [
        finding(UNMATCHED, given=explanation.code, sheet=sheet, cell=cell, row_key=row)
        for explanation in explanations
        if explanation.place is not None and _code_meant(explanation.code) not in not_run
        if not any(_is_about(explanation, one) for one in warnings)
        for sheet, cell, row in (explanation.place,)
    ]


def means_as_before(text: str) -> bool:
    """Whether a text only confirms what was said before."""
    return " ".join(text.casefold().strip(" .,;!„“\"'").split()) in _AS_BEFORE


def _is_about(explanation: Explanation, finding: Finding) -> bool:
    if _code_meant(explanation.code) != finding.code:
        return False
    if explanation.concerns and explanation.concerns != concerns_of(finding):
        return False
    return is_at(finding, explanation.cell)


def _code_meant(text: str) -> str:
    """A rule's code as people type it: `r-fin-4`, `RFIN04` and `FIN 04` are all `R-FIN-04`."""
    match = _CODE.fullmatch(text.strip())
    return f"R-{match[1].upper()}-{int(match[2]):02}" if match else text.strip().upper()


def is_at(finding: Finding, place: str) -> bool:
    """Whether a finding stands at a place as people write it: `F9`, `03 Finanzen!F9`, `03 Finanzen`, or anywhere."""
    place = place.strip()
    match = _CELL.search(place)
    if not place:
        return True
    if match is None:
        return place.strip("'!").casefold() == finding.sheet.casefold()
    sheet = place[: match.start()].strip().strip("'!").strip()
    on_sheet = not sheet or sheet.casefold() == finding.sheet.casefold()
    return on_sheet and f"{match[1]}{match[2]}".upper() in (finding.cell, *finding.also_at)


# --- what was said before --------------------------------------------------------------------------------------------


def last_before(reports: Iterable[EarlierReport], period: Period) -> EarlierReport | None:
    """The last of a body's reports in force before a period."""
    earlier = [report for report in reports if _order(report.period) < _order(period)]
    return max(earlier, key=lambda report: _order(report.period), default=None)


def _order(period: Period) -> tuple[object, ...]:
    return period.closing_day, period.kind is ReportKind.FINAL


def with_offers(findings: Iterable[Finding], earlier: EarlierReport | None) -> list[Finding]:
    """The findings, each warning with what was said to the same cause in an earlier report."""
    if earlier is None or not earlier.said:
        return list(findings)
    return [
        replace(finding, offered=offer)
        if finding.severity is Severity.WARNING and (offer := offer_of(earlier, cause_of(finding)))
        else finding
        for finding in findings
    ]


def offer_of(earlier: EarlierReport, cause: Cause) -> str:
    """What an earlier report offers to a cause, with the period that it was first said for; `""` for nothing."""
    text = earlier.said.get(cause, "")
    if not text or _FIRST_SAID.search(text):
        return shielded(text)
    return shielded(f"{text} (erläutert zu {earlier.period.code})")


def open_warnings(findings: Iterable[Finding]) -> list[Finding]:
    """The warnings that still keep a report from being accepted."""
    return [one for one in findings if one.severity is Severity.WARNING and not one.trial and not one.explained]


# --- after the verdict -----------------------------------------------------------------------------------------------


def explained_judgement(judgement: Judgement, texts: Mapping[Cause, str]) -> Judgement:
    """A judgement as it is once these warnings are explained: nothing else is judged anew.

    Args:
        judgement: as it stands.
        texts: cause → what is said to it.
    """
    findings = tuple(
        replace(finding, explained=shielded(texts.get(cause_of(finding), finding.explained)))
        for finding in judgement.findings
    )
    is_settled = judgement.verdict in {Verdict.RETURNED, Verdict.UNREADABLE}
    return replace(judgement, findings=findings, verdict=judgement.verdict if is_settled else verdict_of(findings))
