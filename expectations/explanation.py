"""Explanations: what a municipality says to a warning, on the form's last sheet or elsewhere."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import polars as pl

from expectations.finding import Finding, Severity

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]+)$")


@dataclass(frozen=True)
class Explanation:
    """What is said to the findings of one rule; with a cell, to the finding at that cell only.

    Attributes:
        cell: `F9` or `03 Finanzen!F9`, `""` for all findings of that code.
    """

    code: str
    text: str
    cell: str = ""


def explanations_in(rows: pl.DataFrame) -> dict[int, tuple[Explanation, ...]]:
    """The explanations that reports give themselves, by submission.

    Args:
        rows: typed rows of the section `explanations`.
    """
    found: dict[int, tuple[Explanation, ...]] = {}
    named = rows.filter(pl.col("finding_code").is_not_null() & pl.col("explanation").is_not_null())
    for number, code, cell, text in named.select("submission_id", "finding_code", "cell", "explanation").iter_rows():
        found[number] = (*found.get(number, ()), Explanation(code, text, cell or ""))
    return found


def explained(findings: Iterable[Finding], explanations: Sequence[Explanation]) -> list[Finding]:
    """The findings, each warning with the explanations that concern it."""
    return [_explained(finding, explanations) for finding in findings]


def _explained(finding: Finding, explanations: Sequence[Explanation]) -> Finding:
    if finding.severity is not Severity.WARNING:
        return finding
    texts = [explanation.text.strip() for explanation in explanations if _concerns(explanation, finding)]
    return replace(finding, explained=" · ".join(dict.fromkeys(text for text in texts if text)))


def _concerns(explanation: Explanation, finding: Finding) -> bool:
    if explanation.code.strip().upper() != finding.code:
        return False
    place = explanation.cell.strip()
    match = _CELL.search(place)
    if not place:
        return True
    if match is None:
        return place.strip("'!").casefold() == finding.sheet.casefold()
    sheet = place[: match.start()].strip().strip("'!").strip()
    on_sheet = not sheet or sheet.casefold() == finding.sheet.casefold()
    return on_sheet and f"{match[1]}{match[2]}".upper() == finding.cell
