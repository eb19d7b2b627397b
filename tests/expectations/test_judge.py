"""The judge on a night's reports: verdicts, results, explanations, folding, and what was not run."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from expectations.batch import Case, Context
from expectations.explanation import Explanation
from expectations.finding import Finding, Judgement, Outcome, Severity, Verdict
from expectations.judge import judge
from expectations.reading import Reading, no_cells
from expectations.rules import finding, rules_for

Rows = dict[str, list[dict[str, Any]]]
Cases = Mapping[str, Case]

WARNING = {"forwarded_funds": {2: {"amount_eur": 50000.01}}}
"""One warning: R-FIN-12 at 09 Weiterleitung!I11."""
LOOSE = {
    "languages": {0: {"language": "Syrisch"}, 1: {"language": "Paijabi"}},
    "posts": {0: {"employer": "wir"}, 1: {"post_number": "Stelle im Landratsamt"}},
}
"""Texts that no list has, or that are too long."""


def changed(report: Rows, change: Mapping[str, Mapping[int, Mapping[str, Any]]]) -> Rows:
    """The report with values changed: section → index of the row → field → value."""
    for section, rows in change.items():
        for index, values in rows.items():
            report[section][index].update(values)
    return report


def explaining(report: Rows, *rows: tuple[str, str, str]) -> Rows:
    report["explanations"] = [dict(zip(("finding_code", "cell", "explanation"), row, strict=True)) for row in rows]
    return report


@pytest.fixture(scope="module")
def night(case: Callable[..., Case], right_report: Callable[[], Rows], context: Context) -> dict[str, Judgement]:
    """One batch of very different reports, judged once."""
    right = right_report
    warned = changed(right(), WARNING)
    half_year = changed(right(), {"cover": {0: {"report_kind": "Halbjahresbericht", "prepared_on": date(2026, 7, 10)}}})
    half_year["quarters"] = half_year["quarters"][:2]
    unlisted = changed(right(), {"posts": {index: {"grant": "Az. 12/2026"} for index in range(4)}})
    wrong = changed(right(), {"finances": {0: {"own_funds_eur": 1.00}}, "enquiries": {0: {"persons": 99}}})
    slip = {"guides": {0: {"hours": {"raw": "1.00o", "found_type": "text"}}}}
    blanks = {"enquiries": {index: {"organisations": None} for index in range(4)}}
    without_guides = right()
    without_guides["finances"] = [row for row in right()["finances"] if not row["cost_type"].startswith("Lotsen")]
    cases: dict[str, Case] = {
        "right": case(1, right()),
        "wrong": case(2, wrong),
        "warned": case(3, warned),
        "explained": case(4, explaining(changed(right(), WARNING), ("r-fin-12 ", "", "Abschlag für 2027"))),
        "explained at its cell": case(
            5, explaining(changed(right(), WARNING), ("R-FIN-12", "09 Weiterleitung!$I$11", "Abschlag"))
        ),
        "explained elsewhere": case(
            6, explaining(changed(right(), WARNING), ("R-FIN-12", "I12", "Abschlag"), ("R-FIN-16", "", "Buchung"))
        ),
        "explained in the portal": replace(
            case(7, changed(right(), WARNING)), explanations=(Explanation("R-FIN-12", "Abschlag"),)
        ),
        "half-year": case(8, half_year, date(2026, 7, 15), period="2026-H1"),
        "slip": case(9, changed(right(), slip)),
        "blanks": case(10, changed(right(), blanks)),
        "2027": case(11, right(), date(2028, 3, 1), period="2027"),
        "no printed grants": case(12, unlisted, grants=()),
        "no guides": case(13, without_guides, skipped=("guides", "guide_training")),
        "of nobody": case(17, changed(right(), WARNING), ags="06999"),
        "loosely worded": case(16, changed(right(), LOOSE)),
        "unreadable": Case(14, Reading(None, no_cells(), (fatal(),)), date(2027, 3, 1)),
        "nothing filled in": case(15, {}),
    }
    judgements = judge(list(cases.values()), context)
    return {name: judgements[one.submission_id] for name, one in cases.items()}


def fatal() -> Finding:
    return Finding("R-DAT-01", Severity.FATAL, "Die Datei ist leer.", "Bitte senden Sie sie noch einmal.")


def codes(judgement: Judgement) -> list[str]:
    return [finding.code for finding in judgement.findings]


def outcomes(judgement: Judgement) -> dict[str, Outcome]:
    return {result.code: result.outcome for result in judgement.results}


def test_a_right_report_is_accepted_and_passes_every_rule_that_it_gives_something_to_compare(
    night: dict[str, Judgement],
) -> None:
    assert night["right"].verdict is Verdict.ACCEPTED
    assert night["right"].findings == ()
    others = {code for code, outcome in outcomes(night["right"]).items() if outcome is not Outcome.PASSED}
    of_the_final_report = {rule.code for rule in rules_for(2026) if rule.kinds == ("final",)}
    assert others == of_the_final_report | {"R-DOL-04", "R-WEI-07"}
    assert {outcomes(night["right"])[code] for code in others} == {Outcome.NOT_APPLICABLE}


def test_what_one_report_got_wrong_is_not_held_against_another(night: dict[str, Judgement]) -> None:
    assert night["wrong"].verdict is Verdict.RETURNED
    assert codes(night["wrong"]) == ["R-FIN-01", "R-ANL-01"]


def test_a_warning_awaits_its_explanation(night: dict[str, Judgement]) -> None:
    assert codes(night["warned"]) == ["R-FIN-12"]
    assert night["warned"].verdict is Verdict.AWAITING_EXPLANATION


@pytest.mark.parametrize("where", ["explained", "explained at its cell", "explained in the portal"])
def test_an_explained_warning_is_accepted_with_its_explanation(night: dict[str, Judgement], where: str) -> None:
    assert night[where].verdict is Verdict.ACCEPTED_WITH_WARNINGS
    assert night[where].findings[0].explained.startswith("Abschlag")


def test_an_explanation_of_another_cell_or_rule_explains_nothing(night: dict[str, Judgement]) -> None:
    assert night["explained elsewhere"].verdict is Verdict.AWAITING_EXPLANATION
    assert night["explained elsewhere"].findings[0].explained == ""


def test_an_explanation_that_meets_no_warning_is_told_and_not_passed_over(night: dict[str, Judgement]) -> None:
    told = [one for one in night["explained elsewhere"].findings if one.code == "R-ERL-01"]
    assert [(one.severity, one.given, one.field) for one in told] == [
        (Severity.HINT, code, "explanations.finding_code") for code in ("R-FIN-12", "R-FIN-16")
    ]
    assert len({one.cell for one in told}) == 2
    assert "R-ERL-01" not in codes(night["explained"])


@pytest.mark.slow
def test_an_explanation_of_a_rule_that_was_not_run_is_not_called_needless(
    case: Callable[..., Case], right_report: Callable[[], Rows], context: Context
) -> None:
    report = explaining(right_report(), ("R-FIN-16", "", "Buchung im Januar"), ("R-XYZ-99", "", "nichts"))
    (judgement,) = judge([case(1, report)], replace(context, available=frozenset())).values()
    assert [one.given for one in judgement.findings if one.code == "R-ERL-01"] == ["R-XYZ-99"]


def test_a_half_year_is_not_held_to_what_only_the_year_asks(night: dict[str, Judgement]) -> None:
    judgement = night["half-year"]
    assert "R-FIN-01" not in codes(judgement)
    assert outcomes(judgement)["R-FIN-01"] is Outcome.NOT_APPLICABLE
    assert outcomes(judgement)["R-ANL-02"] is Outcome.PASSED


def test_one_slip_of_the_pen_is_one_finding(night: dict[str, Judgement]) -> None:
    assert codes(night["slip"]) == ["R-FLD-02"]
    assert outcomes(night["slip"])["R-LOT-01"] is Outcome.NOT_APPLICABLE


def test_repeats_of_one_cause_are_folded_into_one_finding_that_lists_its_cells(night: dict[str, Judgement]) -> None:
    (folded,) = night["blanks"].findings
    assert (folded.code, folded.cell, folded.also_at) == ("R-FLD-01", "D9", ("D10", "D11", "D12"))


def test_a_report_of_another_year_is_judged_by_that_year(night: dict[str, Judgement]) -> None:
    assert "R-COV-02" in codes(night["2027"])
    assert outcomes(night["2027"])["R-FIN-01"] is Outcome.PASSED


def test_a_body_without_printed_grants_may_name_its_own(night: dict[str, Judgement]) -> None:
    assert "R-FLD-05" not in codes(night["no printed grants"])


def test_a_skipped_section_is_not_applicable(night: dict[str, Judgement]) -> None:
    assert codes(night["no guides"]) == ["R-FIN-17"]
    assert outcomes(night["no guides"])["R-LOT-01"] is Outcome.NOT_APPLICABLE


def test_of_an_unreadable_file_no_rule_was_run(night: dict[str, Judgement]) -> None:
    judgement = night["unreadable"]
    assert judgement.verdict is Verdict.UNREADABLE
    assert codes(judgement) == ["R-DAT-01"]
    by_code = {result.code: result for result in judgement.results}
    assert by_code["R-DAT-01"].outcome is Outcome.FAILED
    assert by_code["R-FIN-01"].reason == "Die Datei ist nicht als Bericht lesbar."
    assert {result.outcome for result in judgement.results} == {Outcome.FAILED, Outcome.NOT_RUN}


def test_every_report_has_one_result_for_every_rule(night: dict[str, Judgement]) -> None:
    for judgement in night.values():
        assert len(outcomes(judgement)) == len(judgement.results) > 60


@pytest.mark.slow
def test_findings_come_gravest_first_and_then_as_the_sheets_stand(
    case: Callable[..., Case], right_report: Callable[[], Rows], context: Context
) -> None:
    change = {
        "assignments": {0: {"on_site": 21, "video": "nicht erhoben"}},
        "forwarded_funds": {2: {"amount_eur": 50000.01}},
        "finances": {1: {"own_funds_eur": 1.00}, 0: {"own_funds_eur": 1.00}},
        "cover": {0: {"confirmed_complete": "Nein"}},
    }
    judgement = judge([case(1, changed(right_report(), change))], context)[1]
    found = [(finding.severity.value, finding.sheet[:2], finding.cell) for finding in judgement.findings]
    assert found == [
        ("error", "01", "C15"),
        ("error", "03", "E9"),
        ("error", "03", "E10"),
        ("warning", "09", "I11"),
        ("hint", "08", "E16"),
    ]


@pytest.mark.slow
def test_without_the_registers_their_rules_are_not_run_and_do_not_decide(
    case: Callable[..., Case], right_report: Callable[[], Rows], context: Context
) -> None:
    offline = replace(context, available=frozenset(), history={})
    judgement = judge([case(1, right_report())], offline)[1]
    unrun = {result.code: result.reason for result in judgement.results if result.outcome is Outcome.NOT_RUN}
    assert judgement.verdict is Verdict.ACCEPTED
    of_registers = {"R-COV-03", "R-FIN-03", "R-FIN-16", "R-FIN-18"}
    of_earlier_reports = {"R-COV-09", "R-VOR-01", "R-VOR-02", "R-VOR-03", "R-VOR-06"}
    assert unrun.keys() == of_registers | of_earlier_reports
    assert unrun["R-FIN-16"] == "Das Auszahlungsregister liegt hier nicht vor."


@pytest.mark.slow
def test_a_check_that_fails_is_not_run_for_any_report_and_none_is_accepted(
    case: Callable[..., Case], right_report: Callable[[], Rows], context: Context
) -> None:
    text_for_number = "SELECT submission_id, row_key, 'much' AS given, 1 AS expected FROM finances"
    checks = {
        **context.checks,
        "R-FIN-01": "SELECT nothing FROM finances",
        "R-FIN-02": text_for_number,
        "R-ANL-01": "SELECT submission_id, row_key, 'nan'::DOUBLE AS given, 1 AS expected FROM quarters",
    }
    del checks["R-FIN-05"]
    judgements = judge([case(1, right_report()), case(2, right_report())], replace(context, checks=checks))
    for judgement in judgements.values():
        results = {result.code: result for result in judgement.results}
        assert judgement.verdict is Verdict.RETURNED
        assert results["R-FIN-01"].outcome is Outcome.NOT_RUN
        assert "sql/checks/R-FIN-01.sql ist fehlerhaft: BinderException" in results["R-FIN-01"].reason
        assert results["R-FIN-02"].outcome is Outcome.NOT_RUN
        assert "much" not in results["R-FIN-02"].reason
        assert results["R-FIN-05"].reason == "Die Prüfung sql/checks/R-FIN-05.sql fehlt."
        assert results["R-FIN-06"].outcome is Outcome.PASSED
        assert "sql/checks/R-ANL-01.sql ist fehlerhaft: CheckError" in results["R-ANL-01"].reason


@pytest.mark.slow
def test_a_check_of_a_mere_hint_that_fails_returns_nobody(
    case: Callable[..., Case], right_report: Callable[[], Rows], context: Context
) -> None:
    broken = replace(context, checks={**context.checks, "R-DOL-04": "SELECT nothing FROM nowhere"})
    assert judge([case(1, right_report())], broken)[1].verdict is Verdict.ACCEPTED


@pytest.mark.slow
def test_the_order_in_which_reports_stand_changes_nothing(
    case: Callable[..., Case], right_report: Callable[[], Rows], context: Context
) -> None:
    wrong = changed(right_report(), {"finances": {index: {"own_funds_eur": 1.00} for index in range(5)}})
    cases = [case(1, wrong), case(2, right_report()), case(3, changed(right_report(), WARNING))]
    assert judge(cases, context) == judge(cases[::-1], context)


def test_a_night_without_reports_says_nothing(context: Context) -> None:
    assert judge([], context) == {}


@pytest.mark.slow
def test_the_readers_findings_count_and_stay(
    read: Callable[..., Reading], right_report: Callable[[], Rows], context: Context
) -> None:
    reading = replace(read(1, right_report()), findings=(finding("R-TEC-01", given="#REF!", cell="A1"),))
    judgement = judge([Case(1, reading, date(2027, 3, 1))], context)[1]
    assert codes(judgement) == ["R-TEC-01"]
    assert judgement.verdict is Verdict.RETURNED


def test_beside_a_fatal_finding_nothing_else_counts(night: dict[str, Judgement]) -> None:
    judgement = night["of nobody"]
    assert judgement.verdict is Verdict.UNREADABLE
    assert [found.code for found in judgement.findings] == ["R-COV-08"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Syrisch", "„Arabisch“ oder „Aramäisch (Assyrisch)“"),  # „Serbisch“ is spelt more alike
        ("Paijabi", "„Panjabi“"),
        ("wir", "„Kommune“ oder „Träger“"),
    ],
)
def test_a_wrong_entry_is_told_what_may_be_meant(night: dict[str, Judgement], given: str, expected: str) -> None:
    found = next(one for one in night["loosely worded"].findings if one.given == given)
    assert (found.code, found.expected) == ("R-FLD-05", expected)
