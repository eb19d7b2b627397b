"""What counts as an explanation of which warning, and what is only offered."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from expectations.batch import Case, Context
from expectations.explanation import (
    EarlierReport,
    Explanation,
    cause_of,
    concerns,
    concerns_of,
    explained,
    explained_judgement,
    explanations_in,
    is_at,
    last_before,
    with_offers,
)
from expectations.finding import Finding, Judgement, Outcome, RuleResult, Severity, Verdict
from expectations.period import parse_period
from expectations.privacy import MASK
from tests.expectations.conftest import Rows

WARNING = Finding(
    "R-KOO-04",
    Severity.WARNING,
    "Zu zwei Treffen sind 0 Teilnahmen angegeben.",
    "Bitte ergänzen oder erläutern Sie sie.",
    sheet="04 Koordination",
    cell="D14",
    field="meetings.participants",
    row_key="Steuerung",
)
ERROR = Finding("R-KOO-05", Severity.ERROR, "Falsch.", "Bitte berichtigen.", cell="D14")
SAID = "Die Teilnahmen wurden nicht gezählt."
HALF_YEAR = EarlierReport(parse_period("2026-H1"), 7, {cause_of(WARNING): SAID})


def said_to(finding: Finding, *explanations: Explanation) -> str:
    return explained([finding], explanations)[0].explained


def test_what_a_finding_concerns_is_its_label_and_row() -> None:
    assert concerns("meetings.participants", "Steuerung") == "Teilnahmen · Steuerung"
    assert concerns("strategy.status", "") == "Stand der Strategie"
    assert concerns("", "") == "Bericht insgesamt"


@pytest.mark.parametrize(
    "place", ["", "D14", "$d$14", "04 Koordination!D14", "'04 Koordination'!D14", "04 koordination"]
)
def test_a_place_is_found_however_people_write_it(place: str) -> None:
    assert is_at(WARNING, place)


@pytest.mark.parametrize("place", ["D15", "03 Finanzen!D14", "03 Finanzen"])
def test_another_place_is_another_place(place: str) -> None:
    assert not is_at(WARNING, place)


def test_a_row_of_the_sheet_explains_the_warnings_that_it_names() -> None:
    assert said_to(WARNING, Explanation(" r-koo-04 ", SAID)) == SAID
    assert said_to(WARNING, Explanation("R-KOO-04", SAID, cell="D15")) == ""
    assert said_to(WARNING, Explanation("R-KOO-03", SAID)) == ""
    assert said_to(ERROR, Explanation("R-KOO-05", SAID)) == ""


@pytest.mark.parametrize("code", ["R-KOO-4", "r koo 04", "RKOO04", "KOO-04", "R–KOO–04", "Code R-KOO-04"])
def test_a_code_is_known_however_people_type_it(code: str) -> None:
    assert said_to(WARNING, Explanation(code, SAID)) == SAID


@pytest.mark.parametrize("code", ["R-KOO-40", "R-KOO", "04", "R-KOO-004", "KOOP 04"])
def test_another_code_is_another_code(code: str) -> None:
    assert said_to(WARNING, Explanation(code, SAID)) == ""


def test_likely_personal_data_in_an_explanation_are_not_repeated() -> None:
    assert said_to(WARNING, Explanation("R-KOO-04", "Bitte Frau Erika Mustermann fragen.")) == MASK


# --- what is offered -------------------------------------------------------------------------------------------------


def test_what_was_said_to_the_same_cause_is_offered_and_counts_for_nothing() -> None:
    (offered,) = with_offers([WARNING], HALF_YEAR)
    assert offered.offered == f"{SAID} (erläutert zu 2026-H1)"
    (unasked,) = explained([offered], ())
    assert unasked.explained == ""


@pytest.mark.parametrize(
    "other",
    [
        Finding("R-KOO-04", Severity.WARNING, "", "", field="meetings.participants", row_key="Ehrenamt"),
        Finding("R-KOO-04", Severity.WARNING, "", "", field="meetings.meetings", row_key="Steuerung"),
        Finding("R-KOO-03", Severity.WARNING, "", "", field="meetings.participants", row_key="Steuerung"),
        Finding("R-KOO-04", Severity.HINT, "", "", field="meetings.participants", row_key="Steuerung"),
    ],
)
def test_another_cause_is_offered_nothing(other: Finding) -> None:
    assert with_offers([other], HALF_YEAR) == [other]


@pytest.mark.parametrize("text", ["wie bisher", "Wie  bisher.", "UNVERÄNDERT", "„wie bisher“"])
def test_as_before_confirms_what_is_offered(text: str) -> None:
    (offered,) = with_offers([WARNING], HALF_YEAR)
    assert said_to(offered, Explanation("R-KOO-04", text)) == f"{SAID} (erläutert zu 2026-H1)"


def test_as_before_without_an_offer_explains_nothing_and_says_so() -> None:
    (finding,) = explained([WARNING], [Explanation("R-KOO-04", "wie bisher")])
    assert finding.explained == ""
    assert finding.advice.startswith(WARNING.advice)
    assert "keine frühere Erläuterung" in finding.advice


def test_a_confirmed_explanation_keeps_the_period_that_it_was_first_given_for() -> None:
    confirmed = EarlierReport(parse_period("2026"), 9, {cause_of(WARNING): f"{SAID} (erläutert zu 2026-H1)"})
    (offered,) = with_offers([WARNING], confirmed)
    assert offered.offered == f"{SAID} (erläutert zu 2026-H1)"


def test_only_the_last_report_before_the_period_is_asked() -> None:
    reports = [EarlierReport(parse_period(code), number) for number, code in enumerate(("2026-H1", "2026", "2027"))]
    assert last_before(reports, parse_period("2026-H1")) is None
    assert last_before(reports, parse_period("2027-H1")) == reports[1]
    assert last_before(reports, parse_period("2026")) == reports[0]


def test_the_final_report_follows_the_last_annual_report() -> None:
    last = EarlierReport(parse_period("2030"), 1)
    assert last_before([last], parse_period("2026-2030")) == last
    assert last_before([EarlierReport(parse_period("2026-2030"), 2)], parse_period("2030")) is None


@pytest.mark.slow
def test_what_was_said_about_a_post_is_offered_to_that_post_whichever_row_it_stands_in(
    case: Callable[..., Case], right_report: Callable[[], Rows], context: Context
) -> None:
    from expectations.judge import judge

    reports = [right_report(), right_report()]
    for report in reports:
        report["posts"][3]["staff_cost_eur"] = 14999.00
    del reports[0]["posts"][2]
    reports[1]["posts"][3]["post_number"] = "M-2"
    half_year = EarlierReport(parse_period("2026-H1"), 7, {("R-POS-09", "posts.staff_cost_eur", "M-1"): SAID})
    cases = [case(number, report) for number, report in enumerate(reports, start=1)]
    judgements = judge(cases, replace(context, earlier={"06431": [half_year]}))
    found = [next(one for one in judgements[number].findings if one.code == "R-POS-09") for number in (1, 2)]
    assert [(one.row_key, one.about, one.offered) for one in found] == [
        ("3", "M-1", f"{SAID} (erläutert zu 2026-H1)"),
        ("4", "M-2", ""),
    ]
    assert concerns_of(found[0]) == "Personalausgaben · M-1"


# --- in the workbook -------------------------------------------------------------------------------------------------


SHEET = "11 Erläuterungen"


def section(**columns: list[str | None]) -> pl.DataFrame:
    rows = range(1, len(next(iter(columns.values()))) + 1)
    placed = {"sheet": [SHEET for _ in rows], "row_key": [str(row) for row in rows]}
    addresses = {"finding_code_cell": [f"B{row}" for row in rows]}
    return pl.DataFrame({"submission_id": [1 for _ in rows], **placed, **addresses, **columns})


def test_printed_explanations_count_where_the_body_says_that_they_still_apply() -> None:
    printed = section(
        finding_code=["R-KOO-04", "R-KOO-04", "R-ANL-02", None],
        concerns=["Teilnahmen · Steuerung", "Teilnahmen · Ehrenamt", "Anfragen", None],
        explanation=[SAID, "Offene Treffen.", "Erst seit April erfasst.", None],
        still_applies=["Ja", "Nein", None, "Ja"],
    )
    own = section(finding_code=["R-POS-08", None], cell=["F9", None], explanation=["Vertretung.", "Ohne Code."])
    found = explanations_in({"explanations": own, "earlier_explanations": printed})
    assert found == {
        1: (
            Explanation("R-POS-08", "Vertretung.", cell="F9", place=(SHEET, "B1", "1")),
            Explanation("R-KOO-04", SAID, concerns="Teilnahmen · Steuerung"),
        )
    }
    assert said_to(WARNING, *found[1]) == SAID


def test_a_form_without_printed_explanations_is_read_as_well() -> None:
    own = section(finding_code=["R-POS-08"], cell=[None], explanation=["Vertretung."])
    assert explanations_in({"explanations": own}) == {
        1: (Explanation("R-POS-08", "Vertretung.", place=(SHEET, "B1", "1")),)
    }


# --- after the verdict -----------------------------------------------------------------------------------------------


def test_a_report_whose_warnings_are_all_explained_is_accepted() -> None:
    other = Finding("R-ANL-02", Severity.WARNING, "", "", field="topics.enquiries")
    awaiting = Judgement(Verdict.AWAITING_EXPLANATION, (WARNING, other))
    one = explained_judgement(awaiting, {cause_of(WARNING): SAID})
    assert (one.verdict, [finding.explained for finding in one.findings]) == (awaiting.verdict, [SAID, ""])
    both = explained_judgement(one, {cause_of(other): "Erst seit April."})
    assert both.verdict is Verdict.ACCEPTED_WITH_WARNINGS
    assert [finding.explained for finding in both.findings] == [SAID, "Erst seit April."]


def test_an_explanation_cures_no_error_and_no_rule_that_was_not_run() -> None:
    wrong = Judgement(Verdict.RETURNED, (ERROR, WARNING))
    assert explained_judgement(wrong, {cause_of(WARNING): SAID}).verdict is Verdict.RETURNED
    unrun = Judgement(Verdict.RETURNED, (WARNING,), (RuleResult("R-KOO-05", Outcome.NOT_RUN, "Fehlt."),))
    assert explained_judgement(unrun, {cause_of(WARNING): SAID}).verdict is Verdict.RETURNED


def test_a_report_returned_for_want_of_a_rule_has_nothing_to_correct() -> None:
    trial = Finding("R-KOO-06", Severity.ERROR, "", "", trial=True)
    assert Judgement(Verdict.RETURNED, (WARNING, trial)).returned_unrun
    assert not Judgement(Verdict.RETURNED, (WARNING, ERROR)).returned_unrun
    assert not Judgement(Verdict.ACCEPTED).returned_unrun


# --- judged ----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("still_applies", "counts"), [("Ja", f"{SAID} (erläutert zu 2026-H1)"), ("Nein", ""), (None, "")]
)
def test_a_warning_of_2027_is_explained_where_its_printed_explanation_still_applies(
    case: Callable[..., Case],
    right_report: Callable[[], dict[str, list[dict[str, Any]]]],
    context: Context,
    still_applies: str | None,
    counts: str,
) -> None:
    from expectations.judge import judge

    report = right_report()
    report["meetings"][0].update(meetings=2, participants=0)
    printed = f"{SAID} (erläutert zu 2026-H1)"
    report["earlier_explanations"] = [
        {
            "finding_code": "R-KOO-04",
            "concerns": concerns("meetings.participants", "Steuerung"),
            "explanation": printed,
            "still_applies": still_applies,
        }
    ]
    known = replace(context, earlier={"06431": [HALF_YEAR]})
    judgement = judge([case(1, report, period="2027-H1")], known)[1]
    (finding,) = (one for one in judgement.findings if one.code == "R-KOO-04")
    assert (finding.explained, finding.offered) == (counts, printed)
