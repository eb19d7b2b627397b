"""What is masked in cells and findings, and what the rules about personal data compare."""

from typing import Any

import polars as pl
import pytest

from expectations.finding import Finding, Severity
from expectations.privacy import LIST_OF_PEOPLE, MASK, masked, shielded, with_personal_data
from expectations.reading import CELLS_SCHEMA
from expectations.rules import catalogue, finding

NAMED = "Rückfragen an Frau Muster"
FUNCTIONAL = "willkommen@kreis.example"


def cells(*rows: dict[str, Any]) -> pl.DataFrame:
    usual = {"submission_id": 1, "sheet": "02 Personal", "section": "posts", "field": "posts.remark", "row_key": "K-1"}
    usual |= {"ordinal": 1, "state": "given", "found_type": "text", "number": None, "date": None}
    made = [{**usual, "cell": f"J{number}", "value": row.get("raw"), **row} for number, row in enumerate(rows, start=9)]
    return pl.DataFrame(made, schema=CELLS_SCHEMA, orient="row")


def mailbox(text: str, submission: int = 1) -> dict[str, Any]:
    return {"raw": text, "field": "cover.contact_mailbox", "section": "cover", "submission_id": submission}


def test_a_text_is_masked_whole_and_the_others_stay() -> None:
    shown = masked(cells({"raw": NAMED}, {"raw": "Stelle seit 01.07.2026 unbesetzt"}), [])
    assert shown["raw"].to_list() == shown["value"].to_list() == [MASK, "Stelle seit 01.07.2026 unbesetzt"]
    assert dict(shown.schema) == CELLS_SCHEMA


def test_what_could_not_be_read_as_a_number_is_masked_and_stays_without_a_value() -> None:
    shown = masked(cells({"raw": NAMED, "value": None, "field": "posts.fte_filled"}), [])
    assert (shown["raw"].item(), shown["value"].item()) == (MASK, None)


def test_a_number_that_could_be_dialled_is_a_number() -> None:
    shown = masked(cells({"raw": "01761234567", "value": "1761234567", "number": 1761234567.0}), [])
    assert shown["raw"].item() == "01761234567"


def test_two_rows_whose_keys_are_names_stay_two_rows() -> None:
    shown = masked(cells({"raw": NAMED, "row_key": NAMED}, {"raw": "x", "row_key": "Frau Meier", "ordinal": 2}), [])
    assert shown["row_key"].to_list() == [f"{MASK} · 1", f"{MASK} · 2"]


def test_the_name_of_a_sheet_is_masked_too() -> None:
    assert masked(cells({"raw": "5", "sheet": "Stelle Frau Muster"}), [])["sheet"].item() == MASK


@pytest.mark.parametrize("explained", ["", "keine personenbezogene Angabe"])
def test_what_a_rule_found_stays_masked_though_it_was_explained(explained: str) -> None:
    found = Finding("R-DSG-01", Severity.WARNING, "", "", "02 Personal", "J9", also_at=("J10",), explained=explained)
    shown = masked(cells({"raw": "Anna M."}, {"raw": "Anna N."}, {"raw": "Anna O."}), [found])
    assert shown["raw"].to_list() == [MASK, MASK, "Anna O."]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (FUNCTIONAL, FUNCTIONAL),
        ("anna.meier@kreis.example", MASK),
        (f"{FUNCTIONAL}, Frau Meier", MASK),
    ],
)
def test_a_mailbox_is_shown_where_it_is_no_persons(typed: str, shown: str) -> None:
    assert masked(cells(mailbox(typed)), [])["raw"].item() == shown


def test_no_cells_are_no_trouble() -> None:
    assert masked(cells(), []).is_empty()
    assert with_personal_data(cells()).is_empty()


# --- what the rules compare ------------------------------------------------------------------------------------------


def test_each_text_says_which_kinds_it_holds() -> None:
    texts = [NAMED, "Frau Muster, 06251 1234567", "Herr Muster, 06251 1234567, geb. 12.03.1985", "30 Plätze"]
    compared = with_personal_data(cells(*({"raw": text} for text in texts)))
    assert compared["personal_kinds"].to_list() == [1, 2, 3, 0]
    assert compared["personal"].to_list() == [
        "eine Anrede mit Namen",
        "eine Anrede mit Namen und eine Telefonnummer",
        "eine Anrede mit Namen, ein Geburtsdatum und eine Telefonnummer",
        "",
    ]


def test_the_reports_own_mailbox_may_be_repeated_and_another_reports_may_not() -> None:
    frame = cells(
        mailbox(FUNCTIONAL),
        {"raw": f"Rückfragen an {FUNCTIONAL.upper()}"},
        mailbox("info@stadt.example", 2),
        {"raw": f"Rückfragen an {FUNCTIONAL}", "submission_id": 2},
    )
    assert with_personal_data(frame)["personal_kinds"].to_list() == [0, 0, 0, 1]


def test_beside_its_mailbox_a_report_must_not_name_anybody_either() -> None:
    frame = cells(mailbox(f"{FUNCTIONAL}, Frau Meier"), {"raw": f"{FUNCTIONAL}, Herr Meier"})
    assert with_personal_data(frame)["personal"].to_list() == ["eine Anrede mit Namen"] * 2


def test_cells_without_a_value_compare_nothing() -> None:
    compared = with_personal_data(cells({"raw": "", "value": None, "state": "blank"}))
    assert compared["personal_kinds"].to_list() == [None]


# --- findings --------------------------------------------------------------------------------------------------------


def test_no_finding_quotes_a_name_wherever_it_stands() -> None:
    found = finding(
        "R-TEC-21",
        given="Stelle Frau Muster",
        expected="02 Personal",
        sheet="Stelle Frau Muster",
        row_key="Frau Muster",
    )
    assert "Muster" not in str(found)
    assert (found.given, found.sheet, found.row_key) == (MASK, MASK, MASK)
    assert MASK in found.message


def test_a_name_behind_the_end_of_a_quotation_is_seen_before_it_is_cut() -> None:
    found = finding("R-TEC-05", given="x" * 60 + " DE89 3704 0044 0532 0130 00", sheet="05 Anlaufstelle", cell="T40")
    assert found.given == MASK


def test_facts_of_a_message_are_masked() -> None:
    found = finding("R-TEC-07", given="Inhalt", name="Frau Muster", sheet="Notizen")
    assert "Muster" not in found.message


def test_the_texts_of_all_rules_are_harmless() -> None:
    assert [code for code, rule in catalogue().items() if shielded(rule.says + rule.advice) == MASK] == []


def test_the_refusal_of_a_list_is_fatal_and_quotes_only_the_sheets_number() -> None:
    found = finding(LIST_OF_PEOPLE, given="Das 3. Blatt der Datei")
    assert found.severity is Severity.FATAL
    assert found.message.startswith("Das 3. Blatt der Datei ist vermutlich eine Liste mit Namen")
