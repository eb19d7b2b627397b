"""Findings and verdicts: what a municipality got wrong is data, not an exception."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs; the order of definition is the order in which they are shown."""

    FATAL = "fatal"
    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


class Verdict(StrEnum):
    """What becomes of a report."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_WARNINGS = "accepted_with_warnings"
    AWAITING_EXPLANATION = "awaiting_explanation"
    RETURNED = "returned"
    UNREADABLE = "unreadable"

    @property
    def in_force(self) -> bool:
        """Whether a report with this verdict feeds figures."""
        return self in {Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_WARNINGS}


class Outcome(StrEnum):
    """What a rule said of a report. Not run is not passed."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not_applicable"
    NOT_RUN = "not_run"


@dataclass(frozen=True)
class Finding:
    """One thing that somebody should look at, with its place and what to do.

    Attributes:
        code: stable code of the rule, such as `R-FIN-04`; identity is code + field + row_key (or `about`).
        sheet, cell: the place in the sender's own file, `""` where the finding concerns the whole file.
        field: path of the field, such as `finances.state_funds_eur`, or `""`.
        row_key: the row within the section, `""` in a values section.
        given, expected: what stands there and what was expected, formatted in German.
        message, advice: a German sentence that quotes both, and one that says what to do.
        also_at: further cells of the same cause, folded into this finding.
        explained: a warning's explanation by the sender, `""` where there is none.
        offered: what the same body said to the same cause in its last report, offered for confirmation; it
            counts for nothing until it is confirmed.
        about: what is concerned where a row's key is only its number, which another report gives to another row: the
            post, or the grant and its year.
    """

    code: str
    severity: Severity
    message: str
    advice: str
    sheet: str = ""
    cell: str = ""
    field: str = ""
    row_key: str = ""
    given: str = ""
    expected: str = ""
    trial: bool = False
    also_at: tuple[str, ...] = ()
    explained: str = ""
    offered: str = ""
    about: str = ""


@dataclass(frozen=True)
class RuleResult:
    """What one rule said of one report; `reason` tells why it was not run, in German."""

    code: str
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True)
class Judgement:
    """Everything that judging says of one report."""

    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    results: tuple[RuleResult, ...] = field(default=())

    @property
    def returned_unrun(self) -> bool:
        """Whether it is returned only because a rule could not be run: nothing in it is for the sender to correct."""
        errors = any(one.severity is Severity.ERROR and not one.trial for one in self.findings)
        return self.verdict is Verdict.RETURNED and not errors


def verdict_of(findings: Iterable[Finding], *, unrun_error_rules: Iterable[str] = ()) -> Verdict:
    """The verdict that follows from findings.

    Trial rules report but decide nothing. A report with an unrun error rule is never accepted.
    """
    counting = [finding for finding in findings if not finding.trial]
    severities = {finding.severity for finding in counting}
    if Severity.FATAL in severities:
        return Verdict.UNREADABLE
    if Severity.ERROR in severities or any(True for _ in unrun_error_rules):
        return Verdict.RETURNED
    warnings = [finding for finding in counting if finding.severity is Severity.WARNING]
    if not warnings:
        return Verdict.ACCEPTED
    if all(finding.explained for finding in warnings):
        return Verdict.ACCEPTED_WITH_WARNINGS
    return Verdict.AWAITING_EXPLANATION
