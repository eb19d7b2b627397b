"""What a rule would say of reports, before it counts: each kind of rule, whatever its years."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from expectations.batch import Case, Context
from expectations.finding import Outcome, Severity
from expectations.preview import PreviewError, preview, previewed_rule
from expectations.rules import Rule, rule

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def cases(case: Callable[..., Case], right_report: Callable[[], Rows]) -> list[Case]:
    """A right report, and one with participants forgotten and a number missing."""
    wrong = right_report()
    wrong["meetings"][0].update(meetings=2, participants=0)
    wrong["languages"][0].update(requests=30)
    wrong["counselling"][0].update(consultations=None)
    return [case(1, right_report()), case(2, wrong)]


def altered(code: str, **settings: Any) -> Rule:
    return rule(code).model_copy(update=settings)


@pytest.mark.slow
@pytest.mark.parametrize(
    "previewed",
    [
        rule("R-KOO-04"),
        altered("R-KOO-04", trial=True),
        altered("R-KOO-04", since=2029),
        altered("R-KOO-04", until=2025, since=2025),
        altered("R-KOO-04", severity=Severity.ERROR),
    ],
    ids=["in force", "on trial", "from 2029", "ended", "as an error"],
)
def test_a_rule_flags_past_reports_whatever_its_years_and_weight(
    previewed: Rule, cases: list[Case], context: Context
) -> None:
    seen = preview(previewed, cases, context)
    assert set(seen.flagged) == {2}
    assert [finding.code for finding in seen.flagged[2]] == ["R-KOO-04"]
    assert (seen.count(Outcome.FAILED), seen.count(Outcome.PASSED)) == (1, 1)


def test_a_rule_on_single_cells_is_previewed(cases: list[Case], context: Context) -> None:
    seen = preview(rule("R-FLD-01"), cases, context)
    assert [finding.field for finding in seen.flagged[2]] == ["counselling.consultations"]
    assert list(seen.results) == [1, 2]


@pytest.mark.slow
def test_a_rule_on_two_fields_of_a_row_is_previewed(cases: list[Case], context: Context) -> None:
    assert set(preview(rule("R-DOL-03"), cases, context).flagged) == {2}


@pytest.mark.slow
def test_a_rule_that_cannot_be_run_yet_says_why(cases: list[Case], context: Context) -> None:
    missing = preview(rule("R-KOO-04"), cases, replace(context, checks={}))
    assert (missing.flagged, missing.count(Outcome.NOT_RUN)) == ({}, 2)
    assert missing.reasons == ("Die Prüfung sql/checks/R-KOO-04.sql fehlt.",)
    offline = preview(rule("R-FIN-16"), cases, replace(context, available=frozenset()))
    assert offline.reasons == ("Das Auszahlungsregister liegt hier nicht vor.",)


@pytest.mark.slow
def test_repeated_content_is_previewed(cases: list[Case], context: Context) -> None:
    repeating = [cases[0], replace(cases[1], same_as="Einreichung 1 vom 01.03.2027")]
    (finding,) = preview(rule("R-COV-09"), repeating, context).flagged[2]
    assert "Einreichung 1 vom 01.03.2027" in finding.message


def test_without_a_report_there_is_nothing_to_flag(context: Context) -> None:
    assert preview(rule("R-KOO-04"), [], context).flagged == {}


def test_what_cannot_be_previewed_is_refused_with_what_can() -> None:
    assert previewed_rule(" r-koo-04 ").code == "R-KOO-04"
    with pytest.raises(PreviewError, match="R-KOO-01, R-KOO-02"):
        previewed_rule("R-KOO-99")
    with pytest.raises(PreviewError, match="wir form"):
        previewed_rule("Unsinn")
    for code in ("R-TEC-08", "R-DAT-01"):
        with pytest.raises(PreviewError, match="beim Lesen"):
            previewed_rule(code)
