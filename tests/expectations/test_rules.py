"""The catalogue: what may stand in it, what a finding says, and what makes a new version of the rules."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from expectations.finding import Severity
from expectations.form import form_of, is_asked
from expectations.period import ReportKind
from expectations.rules import (
    RulesError,
    as_of,
    catalogue,
    finding,
    further_facts,
    is_trial,
    rule,
    rules_for,
    rules_listing,
    rules_version,
)
from flows.resources import sql_files

RULE = """
R-FIN-01:
  severity: error
  sheet: 03 Finanzen
  field: finances.expenditure_eur
  format: money
  compare: "="
  says: "In {row} stehen {given} statt {expected}."
  advice: "Bitte prüfen Sie die Zeile."
"""


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[str], Path]:
    """A catalogue of its own with one file fin.yml."""

    def written(text: str) -> Path:
        place = tmp_path / f"rules-{len(list(tmp_path.iterdir()))}"
        place.mkdir()
        (place / "fin.yml").write_text(text, encoding="utf-8")
        return place

    return written


def test_every_year_has_its_rules_and_each_names_places_that_the_form_has() -> None:
    for year in range(2026, 2031):
        assert len(rules_for(year)) > 60


def test_every_comparison_has_its_check_and_every_check_its_rule() -> None:
    computed = {rule.code for rule in catalogue().values() if rule.compare and not rule.given}
    assert computed == {name for name in sql_files("checks") if name.startswith("R-")}


def test_every_step_that_checks_share_is_read_by_several() -> None:
    checks = sql_files("checks")
    for step in (name for name in checks if not name.startswith("R-")):
        assert len([code for code, text in checks.items() if f" {step}" in text and code != step]) > 1, step


@pytest.mark.parametrize("year", range(2026, 2031))
def test_every_running_total_of_a_half_years_table_is_compared_with_the_years(year: int) -> None:
    check = sql_files("checks")["R-VOR-06"]
    asked = [
        (section.name, field.name)
        for section in form_of(year).sections()
        for field in section.fields
        if section.kind == "table" and field.measure == "flow" and is_asked(field, ReportKind.HALF_YEAR)
    ]
    assert len(asked) > 10
    for section, field in asked:
        part = check.partition(f"'{section}.")[2].partition("FROM history.")[0]
        assert field in part, (section, field)


def test_every_check_says_in_german_what_it_compares() -> None:
    assert [code for code, text in sql_files("checks").items() if not text.startswith("-- ")] == []


def test_every_rule_speaks_politely_and_says_what_to_do() -> None:
    for declared in catalogue().values():
        assert declared.says.endswith((".", "?")), declared.code
        assert {"Bitte", "bitte", "Sie"} & set(declared.advice.split()), declared.code
        assert declared.advice.endswith((".", "?")), declared.code


def test_reports_for_2026_know_no_rule_that_began_later() -> None:
    later = {declared.code for declared in rules_for(2027)} - {declared.code for declared in rules_for(2026)}
    assert later == {"R-VOR-04", "R-WEI-08"}
    assert all(declared.until is None for declared in catalogue().values())


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (RULE + "  meldung: Falsch.\n", "R-FIN-01.meldung"),
        (RULE.replace("severity: error", "severity: grave"), "R-FIN-01.severity"),
        (RULE.replace('compare: "="', 'compare: "<"'), "R-FIN-01.compare"),
        (RULE.replace("R-FIN-01", "R-ANL-01"), "R-ANL-01 belongs into another file"),
        (RULE.replace("R-FIN-01", "R-FIN-1"), "R-FIN-1.code"),
        (RULE + RULE, "R-FIN-01 stands twice"),
        (RULE.replace("  field: finances.expenditure_eur\n", ""), "needs `sheet` and `field`"),
        (RULE + "  given: finances.state_funds_eur\n", "or neither stands here"),
        (RULE + "  given: finances.state_funds_eur\n  expected: posts.state_funds_eur\n", "same section"),
        (RULE + "  until: 2025\n", "lies before"),
        (RULE + "  needs: [weather]\n", "R-FIN-01.needs"),
        (RULE + "  counts_from: 2027-07-01\n", "it needs `trial: true`"),
        (RULE + "  trial: true\n  counts_from: '2027-07-01'\n", "R-FIN-01.counts_from: Value error, must be a day"),
        (RULE + "  trial: true\n  counts_from: 2027-07-01 12:00:00\n", "R-FIN-01.counts_from"),
        (RULE + "  trial: true\n  counts_from: 2027\n", "R-FIN-01.counts_from"),
        ("- R-FIN-01", "must map codes to rules"),
        ("R-FIN-01: error", "must map to the rule's settings"),
    ],
)
def test_a_wrong_catalogue_is_refused_with_the_place(folder: Callable[[str], Path], wrong: str, says: str) -> None:
    with pytest.raises(RulesError, match=says.replace(".", r"\.")):
        catalogue(folder(wrong))


def test_a_rule_about_a_field_that_the_form_lacks_is_refused(folder: Callable[[str], Path]) -> None:
    with pytest.raises(RulesError, match=r"R-FIN-01\.field: the form of 2026 has no field 'finances\.spent'"):
        rules_for(2026, folder(RULE.replace("finances.expenditure_eur", "finances.spent")))


def test_a_rule_holds_from_its_first_to_its_last_year(folder: Callable[[str], Path]) -> None:
    place = folder(RULE + "  since: 2027\n  until: 2028\n")
    assert [len(rules_for(year, place)) for year in (2026, 2027, 2028, 2029)] == [0, 1, 1, 0]


def test_the_version_follows_what_decides_and_not_how_it_is_said(folder: Callable[[str], Path]) -> None:
    checks = {"R-FIN-01": "SELECT 1"}
    version = rules_version(checks, folder(RULE))
    assert version == rules_version(checks, folder(RULE.replace("Bitte prüfen Sie", "Prüfen Sie bitte")))
    assert version != rules_version(checks, folder(RULE.replace("error", "warning")))
    assert version != rules_version({"R-FIN-01": "SELECT 2"}, folder(RULE))


def test_an_unknown_code_is_named() -> None:
    with pytest.raises(RulesError, match="R-FIN-99"):
        rule("R-FIN-99")


def test_money_is_quoted_in_german_with_its_difference() -> None:
    found = finding("R-FIN-01", given=Decimal("61000"), expected=60000.0, row_key="Koordination", cell="E9")
    assert found.message == (
        "Die Ausgaben in der Zeile „Koordination“ (61.000,00 EUR) stimmen nicht mit der Summe der "
        "Finanzierungsquellen (60.000,00 EUR) überein; Unterschied: 1.000,00 EUR."
    )
    assert (found.given, found.expected) == ("61.000,00", "60.000,00")
    assert (found.severity, found.sheet, found.cell, found.field) == (
        Severity.ERROR,
        "03 Finanzen",
        "E9",
        "finances.expenditure_eur",
    )


def test_a_bound_is_shown_with_its_sign_and_quoted_without() -> None:
    found = finding("R-FIN-04", given=61000, expected=60000, row_key="Koordination")
    assert found.expected == "≤ 60.000,00"
    assert "bewilligt sind 60.000,00 EUR (Unterschied: 1.000,00 EUR)" in found.message


def test_days_are_quoted_as_dates_whether_counted_or_not() -> None:
    counted = finding("R-COV-04", given=20879.0, expected=20878.0)
    assert counted == finding("R-COV-04", given=date(2027, 3, 2), expected=date(2027, 3, 1))
    assert (counted.given, counted.expected) == ("02.03.2027", "≤ 01.03.2027")
    assert counted.message.endswith("Das Datum liegt 1 Tag danach.")


def test_a_long_text_is_quoted_on_one_short_line() -> None:
    found = finding("R-FLD-05", given="viel\nText " * 50, expected="„Ja“", field="posts.employer", row_key="2")
    assert len(found.given) == 80
    assert "\n" not in found.message


def test_a_label_comes_from_the_form_and_the_row_from_the_key() -> None:
    found = finding("R-FLD-01", expected="ein Datum", field="posts.filled_from", row_key="2")
    assert found.message == "Es fehlt die Angabe „Besetzt ab“ (Zeile 2)."


def test_a_fact_that_is_not_given_is_named() -> None:
    assert further_facts(rule("R-FIN-02")) == {"grant_number", "years"}
    with pytest.raises(RulesError, match="R-FIN-02: its text mentions 'grant_number'"):
        finding("R-FIN-02", given=2, expected=1)


def test_the_listing_has_what_the_interface_promises() -> None:
    promised = {"code", "severity", "trial", "sheet", "says", "advice", "since", "until"}
    assert set(rules_listing(2026)[0]) == promised | {"counts_from"}


def test_a_trial_ends_by_itself_on_the_day_from_which_it_counts(folder: Callable[[str], Path]) -> None:
    place = folder(RULE + "  trial: true\n  counts_from: 2027-07-01\n")
    (declared,) = rules_for(2027, place)
    assert [is_trial(declared, date(2027, month, day)) for month, day in ((6, 30), (7, 1))] == [True, False]


def test_a_trial_without_an_end_lasts(folder: Callable[[str], Path]) -> None:
    (declared,) = rules_for(2027, folder(RULE + "  trial: true\n"))
    assert is_trial(declared, date(2031, 12, 31))
    assert not is_trial(rule("R-FIN-01"), date(2026, 1, 1))


def test_a_day_from_which_a_trial_counts_makes_a_new_version_and_its_coming_does_not(
    folder: Callable[[str], Path],
) -> None:
    trial = RULE + "  trial: true\n"
    dated = folder(trial + "  counts_from: 2027-07-01\n")
    assert rules_version({}, dated) != rules_version({}, folder(trial))
    assert rules_version({}, dated) == rules_version({}, folder(trial + "  counts_from: 2027-07-01\n"))


def test_a_finding_made_on_trial_counts_once_the_trial_is_over() -> None:
    on_trial = replace(finding("R-FIN-04", given=61000, expected=60000, row_key="Koordination"), trial=True)
    assert [found.trial for found in as_of([on_trial], date(2027, 7, 1))] == [False]


def test_findings_of_rules_that_were_never_on_trial_stay_as_they_are() -> None:
    found = finding("R-FIN-04", given=61000, expected=60000, row_key="Koordination")
    assert as_of([found], date(2027, 7, 1)) == [found]
