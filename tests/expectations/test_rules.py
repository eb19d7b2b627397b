"""The catalogue: what may stand in it, what a finding says, and what makes a new version of the rules."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from expectations.finding import Severity
from expectations.rules import (
    RulesError,
    catalogue,
    finding,
    further_facts,
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
    assert computed == set(sql_files("checks"))


def test_every_check_says_in_german_what_it_compares() -> None:
    assert [code for code, text in sql_files("checks").items() if not text.startswith("-- ")] == []


def test_every_rule_speaks_politely_and_says_what_to_do() -> None:
    for declared in catalogue().values():
        assert declared.says.endswith((".", "?")), declared.code
        assert declared.advice.startswith(("Bitte", "Sie", "Wenn Sie")), declared.code


def test_a_published_code_never_changes_its_meaning_to_another_year() -> None:
    assert {declared.since for declared in catalogue().values()} == {2026}


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


def test_a_long_text_is_quoted_on_one_short_line() -> None:
    found = finding("R-FLD-05", given="viel\nText " * 50, expected="„Ja“", field="posts.employer", row_key="2")
    assert len(found.given) == 80
    assert "\n" not in found.message


def test_a_label_comes_from_the_form_and_the_row_from_the_key() -> None:
    found = finding("R-FLD-01", expected="ein Datum", field="posts.filled_from", row_key="2")
    assert found.message == "Es fehlt die Angabe „Besetzt ab“ (Zeile 2)."


def test_a_fact_that_is_not_given_is_named() -> None:
    assert further_facts(rule("R-FIN-02")) == {"grant_number", "budget_year"}
    with pytest.raises(RulesError, match="R-FIN-02: its text mentions 'grant_number'"):
        finding("R-FIN-02", given=2, expected=1)


def test_the_listing_has_what_the_interface_promises() -> None:
    assert set(rules_listing(2026)[0]) == {"code", "severity", "trial", "sheet", "says", "advice", "since", "until"}
