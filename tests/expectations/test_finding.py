"""Verdicts: what follows from findings."""

from dataclasses import replace

import pytest

from expectations.finding import Finding, Severity, Verdict, verdict_of

HINT, WARNING, ERROR, FATAL = (
    Finding(f"R-FIN-0{number}", severity, "Da steht etwas.", "Bitte prüfen Sie es.")
    for number, severity in enumerate((Severity.HINT, Severity.WARNING, Severity.ERROR, Severity.FATAL), start=1)
)
EXPLAINED = replace(WARNING, explained="Die Stelle war drei Monate unbesetzt.")


@pytest.mark.parametrize(
    ("findings", "verdict"),
    [
        pytest.param((), Verdict.ACCEPTED, id="nothing found"),
        pytest.param((HINT, HINT), Verdict.ACCEPTED, id="hints never block"),
        pytest.param((EXPLAINED, HINT), Verdict.ACCEPTED_WITH_WARNINGS, id="every warning explained"),
        pytest.param((WARNING,), Verdict.AWAITING_EXPLANATION, id="a warning"),
        pytest.param((EXPLAINED, WARNING), Verdict.AWAITING_EXPLANATION, id="one of two explained"),
        pytest.param((ERROR, WARNING, HINT), Verdict.RETURNED, id="an error outweighs warnings"),
        pytest.param(
            (replace(ERROR, explained="So ist es."),), Verdict.RETURNED, id="an error cannot be explained away"
        ),
        pytest.param((HINT, ERROR, FATAL), Verdict.UNREADABLE, id="a fatal finding outweighs all"),
    ],
)
def test_the_heaviest_finding_decides(findings: tuple[Finding, ...], verdict: Verdict) -> None:
    assert verdict_of(findings) is verdict
    assert verdict_of(reversed(findings)) is verdict


@pytest.mark.parametrize("finding", [HINT, WARNING, ERROR, FATAL], ids=lambda finding: finding.severity)
def test_a_trial_rule_decides_nothing(finding: Finding) -> None:
    assert verdict_of([replace(finding, trial=True)]) is Verdict.ACCEPTED
    assert verdict_of([replace(finding, trial=True), WARNING]) is Verdict.AWAITING_EXPLANATION


def test_a_report_with_an_unrun_error_rule_is_not_accepted() -> None:
    assert verdict_of([], unrun_error_rules=["R-FIN-01"]) is Verdict.RETURNED
    assert verdict_of([EXPLAINED], unrun_error_rules=iter(["R-FIN-01"])) is Verdict.RETURNED
    assert verdict_of([FATAL], unrun_error_rules=["R-FIN-01"]) is Verdict.UNREADABLE
    assert verdict_of([], unrun_error_rules=()) is Verdict.ACCEPTED


def test_only_accepted_reports_feed_figures() -> None:
    assert {verdict for verdict in Verdict if verdict.in_force} == {Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_WARNINGS}


def test_severities_are_ordered_from_heavy_to_light() -> None:
    assert [str(severity) for severity in Severity] == ["fatal", "error", "warning", "hint"]
