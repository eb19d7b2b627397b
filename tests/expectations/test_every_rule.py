"""Every rule on a report that satisfies it and on one that does not, all judged in one batch.

The cases lie in tests/rules/, a file a group. A case is called by its code, further ones of the same code by code and
note (`R-FIN-02 · Schlussbericht`). `passes` and `fails` change the right report (section → row key → field → value, the
row key `""` in a values section; `add` and `remove` rows of a table; `identity` is another body or day of arrival), and
`finding` is what the failing one is told; on the report that `silent` makes the rule does not apply. `report` names
another right report to start from. Without `passes` the right report itself is the satisfied case.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from expectations.batch import Case, Context
from expectations.finding import Finding, Judgement, Outcome
from expectations.form import form_of
from expectations.german import number_text, trimmed_number_text
from expectations.layout import address, layout_of
from expectations.period import FIRST_YEAR, LAST_YEAR, Period, ReportKind, parse_period
from expectations.rules import Rule, rule, rules_for
from tests.expectations.conftest import OtherReport, Rows, changed, keys_of

RULES = Path(__file__).parents[1] / "rules"
CASES: dict[str, dict[str, Any]] = {
    name: declared
    for path in sorted(RULES.glob("???.yml"))
    for name, declared in yaml.safe_load(path.read_text(encoding="utf-8")).items()
}
OTHER_REPORTS: dict[str, dict[str, Any]] = yaml.safe_load((RULES / "other_reports.yml").read_text(encoding="utf-8"))
REPORTS = ("right", *OTHER_REPORTS)
Judged = Mapping[tuple[str, str], Judgement]


NOTHING_TO_COMPARE = {"R-DOL-04", "R-WEI-07"}
"""Rules that need what no right report has: an incomplete table, a proof checked without having come in. (The half-year
report has one drawdown, so that there is no order to keep.)"""


@pytest.fixture(scope="module")
def start(right_report: Callable[[], Rows], other_report: Callable[[str], OtherReport]) -> Callable[[str], OtherReport]:
    """A fresh right report of that name, and who sent it when."""
    return lambda name: (right_report(), {}) if name == "right" else other_report(name)


@pytest.fixture(scope="module")
def judged(case: Callable[..., Case], start: Callable[[str], OtherReport], context: Context) -> Judged:
    from expectations.judge import judge

    cases: dict[tuple[str, str], Case] = {}
    for name in REPORTS:
        sections, identity = start(name)
        cases[name, "is right"] = case(len(cases) + 1, sections, **identity)
    for name, declared in CASES.items():
        for side in ("passes", "fails", *(("silent",) if "silent" in declared else ())):
            sections, identity = start(declared.get("report", "right"))
            sections = changed(sections, declared.get(side, {}), period_of(declared).year)
            identity |= declared.get("identity", {}) if side == "fails" else {}
            cases[name, side] = case(len(cases) + 1, sections, **identity)
    judgements = judge(list(cases.values()), context)
    return {key: judgements[one.submission_id] for key, one in cases.items()}


@pytest.mark.parametrize("year", range(FIRST_YEAR, LAST_YEAR + 1))
def test_no_rule_of_any_year_lacks_a_case(year: int) -> None:
    comparing = {rule.code for rule in rules_for(year) if is_compared(rule)}
    assert comparing - {code_of(name) for name in CASES} == set()


@pytest.mark.parametrize("name", CASES)
def test_a_case_starts_from_a_report_that_its_rule_judges(name: str) -> None:
    period = period_of(CASES[name])
    assert rule(code_of(name)) in rules_for(period.year)
    assert rule(code_of(name)).judges(period.kind)


@pytest.mark.parametrize("name", REPORTS)
def test_a_right_report_of_each_kind_and_year_passes_every_rule_that_judges_it(judged: Judged, name: str) -> None:
    judgement, period = judged[name, "is right"], period_of({"report": name})
    judging = {rule.code for rule in rules_for(period.year) if is_compared(rule) and rule.judges(period.kind)}
    silent = {code for code in judging if outcome_of(judgement, code) is not Outcome.PASSED}
    assert judgement.findings == ()
    assert silent == (NOTHING_TO_COMPARE | ({"R-FIN-13"} if name == "half_year" else set())) & judging


@pytest.mark.parametrize("name", CASES)
def test_a_report_that_satisfies_the_rule_passes(judged: Judged, name: str) -> None:
    judgement = judged[name, "passes"]
    assert outcome_of(judgement, code_of(name)) is Outcome.PASSED
    assert not [finding for finding in judgement.findings if finding.code == code_of(name)]


@pytest.mark.parametrize("name", [name for name in CASES if "silent" in CASES[name]])
def test_a_rule_says_nothing_where_it_does_not_apply(judged: Judged, name: str) -> None:
    assert outcome_of(judged[name, "silent"], code_of(name)) is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("name", CASES)
def test_a_report_that_breaks_the_rule_is_told_where_and_what(judged: Judged, name: str) -> None:
    judgement, declared = judged[name, "fails"], CASES[name]
    finding = the_finding(judgement, name)
    wanted = declared["finding"]
    assert outcome_of(judgement, code_of(name)) is Outcome.FAILED
    assert (finding.field, finding.row_key) == (wanted["field"], wanted.get("row", ""))
    assert (finding.given, finding.expected) == (wanted["given"], wanted["expected"])


@pytest.mark.parametrize("name", [name for name in CASES if "at" not in CASES[name]])
def test_a_finding_points_at_its_row_or_at_the_fields_first(
    judged: Judged, start: Callable[[str], OtherReport], name: str
) -> None:
    finding = the_finding(judged[name, "fails"], name)
    sections, _ = start(CASES[name].get("report", "right"))
    year = period_of(CASES[name]).year
    assert (finding.sheet, finding.cell) == place_of(finding, changed(sections, CASES[name]["fails"], year), year)


@pytest.mark.parametrize("name", CASES)
def test_each_message_quotes_what_the_rule_compared_and_the_advice_says_what_to_do(judged: Judged, name: str) -> None:
    finding, declared = the_finding(judged[name, "fails"], name), rule(code_of(name))
    said = finding.message if declared.compare else f"{finding.message} {finding.advice}"
    expected = finding.expected.removeprefix("≤ ").removeprefix("≥ ")
    assert finding.given in said
    assert expected in said
    assert difference_of(finding.given, expected, declared.format) in finding.message.replace(finding.given, "", 1)
    assert finding.advice.endswith((".", "?"))
    assert finding.message.endswith((".", "?"))
    assert not {"{", "}"} & set(finding.message + finding.advice)


def difference_of(given: str, expected: str, value_format: str) -> str:
    """How far apart both are, as it must be quoted; nothing between texts."""
    if value_format == "text":
        return ""
    if value_format == "date":
        days = abs((german_day(given) - german_day(expected)).days)
        return "1 Tag" if days == 1 else f"{days} Tage"
    difference = abs(german_number(given) - german_number(expected))
    return number_text(difference, 2) if value_format == "money" else trimmed_number_text(difference)


def german_day(text: str) -> date:
    day, month, year = map(int, text.split("."))
    return date(year, month, day)


def german_number(text: str) -> Decimal:
    return Decimal(text.replace(".", "").replace(",", "."))


def is_compared(rule: Rule) -> bool:
    return bool(rule.compare) or rule.group == "FLD"


def code_of(name: str) -> str:
    return name.partition(" ")[0]


def period_of(declared: Mapping[str, Any]) -> Period:
    name = declared.get("report", "right")
    return Period(2026, ReportKind.YEAR) if name == "right" else parse_period(OTHER_REPORTS[name]["period"])


def outcome_of(judgement: Judgement, code: str) -> Outcome:
    return next(result.outcome for result in judgement.results if result.code == code)


def the_finding(judgement: Judgement, name: str) -> Finding:
    findings = [finding for finding in judgement.findings if finding.code == code_of(name)]
    assert len(findings) == 1, findings
    return findings[0]


def place_of(finding: Finding, report: Rows, year: int) -> tuple[str, str]:
    """Where the finding must point: its row, or the field's first row where it concerns all of them."""
    section, _, _ = finding.field.partition(".")
    place = layout_of(form_of(year)).fields[finding.field]
    keys = keys_of(section, report[section], year)
    if finding.row_key not in keys or form_of(year).section(section).kind == "values":
        return place.sheet, place.first_cell
    return place.sheet, address(place.row + keys.index(finding.row_key), place.column)
