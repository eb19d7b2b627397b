"""Every rule on a report that satisfies it and on one that does not, all judged in one batch.

The cases lie in tests/rules/, a file a group: `passes` and `fails` change the right report (section → row key → field →
value, the row key `""` in a values section; `add` and `remove` rows of a table; `identity` is another body or day of
arrival), and `finding` is what the failing one is told. Without `passes` the right report itself is the satisfied case.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from expectations.batch import Case, Context
from expectations.finding import Finding, Judgement, Outcome
from expectations.form import form_of
from expectations.layout import address, layout_of
from expectations.rules import placeholders, rule, rules_for
from expectations.tables import row_keys

RULES = Path(__file__).parents[1] / "rules"
CASES: dict[str, dict[str, Any]] = {
    code: declared
    for path in sorted(RULES.glob("???.yml"))
    for code, declared in yaml.safe_load(path.read_text(encoding="utf-8")).items()
}
Rows = dict[str, list[dict[str, Any]]]
Judged = dict[tuple[str, str], Judgement]


def changed(report: Rows, change: dict[str, Any]) -> Rows:
    """The report with rows added and removed, and with values changed: section → row key → field → value."""
    for name, wanted in change.items():
        for section, what in wanted.items() if name in {"add", "remove"} else [(name, wanted)]:
            keys = keys_of(section, report[section])
            if name == "add":
                report[section] += what
            elif name == "remove":
                report[section] = [row for key, row in zip(keys, report[section], strict=True) if key not in what]
            else:
                for key, values in what.items():
                    report[section][keys.index(key)].update(values)
    return report


def keys_of(section_name: str, rows: list[dict[str, Any]]) -> list[str]:
    section = form_of(2026).section(section_name)
    texts = {number: {name: str(row.get(name) or "") for name in section.key} for number, row in enumerate(rows, 1)}
    return list(row_keys(section, texts).values())


@pytest.fixture(scope="module")
def judged(case: Callable[..., Case], right_report: Callable[[], Rows], context: Context) -> Judged:
    from expectations.judge import judge

    cases: dict[tuple[str, str], Case] = {}
    for code, declared in CASES.items():
        for side in ("passes", "fails"):
            sections = changed(right_report(), declared.get(side, {}))
            identity = declared.get("identity", {}) if side == "fails" else {}
            cases[code, side] = case(len(cases) + 1, sections, **identity)
    judgements = judge(list(cases.values()), context)
    return {key: judgements[one.submission_id] for key, one in cases.items()}


def test_every_rule_that_compares_has_a_case() -> None:
    comparing = {rule.code for rule in rules_for(2026) if rule.compare or rule.group == "FLD"}
    assert comparing == set(CASES)


@pytest.mark.parametrize("code", CASES)
def test_a_report_that_satisfies_the_rule_passes(judged: Judged, code: str) -> None:
    judgement = judged[code, "passes"]
    assert outcome_of(judgement, code) is Outcome.PASSED
    assert not [finding for finding in judgement.findings if finding.code == code]


@pytest.mark.parametrize("code", CASES)
def test_a_report_that_breaks_the_rule_is_told_where_and_what(judged: Judged, code: str) -> None:
    judgement = judged[code, "fails"]
    finding = the_finding(judgement, code)
    wanted = CASES[code]["finding"]
    assert outcome_of(judgement, code) is Outcome.FAILED
    assert (finding.field, finding.row_key) == (wanted["field"], wanted.get("row", ""))
    assert (finding.given, finding.expected) == (wanted["given"], wanted["expected"])
    assert (finding.sheet, finding.cell) == place_of(finding, CASES[code]["fails"])


@pytest.mark.parametrize("code", [code for code in CASES if rule(code).compare])
def test_the_message_of_a_comparison_quotes_what_it_compared(judged: Judged, code: str) -> None:
    finding = the_finding(judged[code, "fails"], code)
    assert {"given", "expected"} <= placeholders(rule(code).says)
    assert finding.given in finding.message
    assert finding.expected.removeprefix("≤ ").removeprefix("≥ ") in finding.message


def outcome_of(judgement: Judgement, code: str) -> Outcome:
    return next(result.outcome for result in judgement.results if result.code == code)


def the_finding(judgement: Judgement, code: str) -> Finding:
    findings = [finding for finding in judgement.findings if finding.code == code]
    assert len(findings) == 1, findings
    return findings[0]


def place_of(finding: Finding, change: dict[str, Any]) -> tuple[str, str]:
    """Where the finding must point: its row, or the field's first row where it concerns all of them."""
    section, _, _ = finding.field.partition(".")
    place = layout_of(form_of(2026)).fields[finding.field]
    if not finding.row_key or form_of(2026).section(section).kind == "values":
        return place.sheet, place.first_cell
    report = yaml.safe_load((RULES / "right_report.yml").read_text(encoding="utf-8"))
    row = keys_of(section, changed(report, change)[section]).index(finding.row_key)
    return place.sheet, address(place.row + row, place.column)
