"""What is recognised: amounts as people type them, what fits a report, and the act in the ledger."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.german import number_text
from expectations.privacy import MASK
from flows.recognitions import (
    RecognitionError,
    amounts_of,
    eur_of,
    newest,
    recognition_draft,
    recognition_rows,
    recognitions,
)
from flows.records import Draft, Entry

AT = datetime(2027, 4, 20, 10, tzinfo=UTC)
EUR = st.integers(0, 10**13).map(lambda cents: Decimal(cents) / 100)
REPORTED = st.dictionaries(st.sampled_from(["B-1", "B-2", "B-3", "B-4"]), EUR, min_size=1)


@st.composite
def decisions(draw: st.DrawFn) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Any reported use, and any decision about some of its grants that is allowed."""
    reported = draw(REPORTED)
    named = draw(st.sets(st.sampled_from(sorted(reported))))
    cents = {grant: draw(st.integers(0, int(reported[grant] * 100))) for grant in sorted(named)}
    return reported, {grant: Decimal(value) / 100 for grant, value in cents.items()}


def as_entry(draft: Draft, seq: int) -> Entry:
    return Entry(seq, draft.at, draft.kind, draft.body, "", "")


def decided(grants: Mapping[str, tuple[str, str]], seq: int, submission_id: int = 7) -> Entry:
    """An act by grant: what was reported, and what of it is recognised."""
    reported = {grant: Decimal(amounts[0]) for grant, amounts in grants.items()}
    recognised = {grant: Decimal(amounts[1]) for grant, amounts in grants.items()}
    draft = recognition_draft(submission_id, "anna", amounts_of(reported, recognised), "Geprüft.", AT)
    return as_entry(draft, seq)


# --- amounts ---------------------------------------------------------------------------------------------------------


@given(EUR.filter(lambda amount: amount < 10**12))
def test_every_amount_reads_the_same_in_german_and_plain_notation(amount: Decimal) -> None:
    german, plain = number_text(amount, 2), f"{amount:.2f}"
    assert eur_of(german) == eur_of(f" {german} € ") == eur_of(plain) == eur_of(f"{plain} EUR") == amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [("0", "0"), ("1.234", "1234"), ("1.234,5", "1234.5"), ("1234,5", "1234.5"), ("12.5", "12.5"), ("1000", "1000")],
)
def test_a_dot_before_three_digits_marks_thousands_and_otherwise_the_decimals(text: str, amount: str) -> None:
    assert eur_of(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "-1", "1,234.56", "1.23,45", "12.3456", "1,234", "1e3", "viel", "1 234", "NaN"])
def test_what_is_no_amount_or_could_mean_two_is_refused(text: str) -> None:
    with pytest.raises(RecognitionError, match=r"ist kein Betrag von 0 EUR oder mehr.*1\.234,56"):
        eur_of(text)


def test_an_amount_beyond_every_budget_is_refused() -> None:
    with pytest.raises(RecognitionError, match="zu groß"):
        eur_of("1.000.000.000.000")


# --- what fits a report ----------------------------------------------------------------------------------------------


@pytest.mark.slow
@given(decisions())
def test_recognised_and_cut_are_what_was_reported_for_every_allowed_decision(
    decision: tuple[dict[str, Decimal], dict[str, Decimal]],
) -> None:
    reported, recognised = decision
    (read,) = recognitions([as_entry(recognition_draft(7, "anna", amounts_of(reported, recognised), "Gut.", AT), 1)])
    assert {one.grant_number: one.reported_eur for one in read.amounts} == reported
    for one in read.amounts:
        assert one.recognised_eur + one.cut_eur == one.reported_eur
        assert 0 <= one.recognised_eur <= one.reported_eur
        assert one.recognised_eur == recognised.get(one.grant_number, one.reported_eur)


@given(REPORTED, EUR, st.booleans())
def test_more_than_reported_or_less_than_nothing_is_never_recognised(
    reported: dict[str, Decimal], beyond: Decimal, is_negative: bool
) -> None:
    grant = next(iter(reported))
    beyond += Decimal("0.01")
    with pytest.raises(RecognitionError, match=f"Zu {grant} können 0,00 bis"):
        amounts_of(reported, {grant: -beyond if is_negative else reported[grant] + beyond})


def test_a_grant_that_the_report_does_not_name_is_refused_with_those_that_it_names() -> None:
    with pytest.raises(RecognitionError, match=r"keinen Bescheid „B-9“\. Er nennt: B-1, B-2\."):
        amounts_of({"B-1": Decimal(1), "B-2": Decimal(2)}, {"B-9": Decimal(1)})


# --- in the ledger and in the auditors' database ---------------------------------------------------------------------


def test_the_newest_act_of_a_submission_counts_and_the_earlier_ones_stay() -> None:
    first, second = decided({"B-1": ("100", "100")}, 11), decided({"B-1": ("100", "80")}, 12)
    acts = recognitions([first, decided({"K-1": ("5", "5")}, 13, submission_id=8), second])
    assert len(acts) == 3
    assert {number: act.seq for number, act in newest(acts).items()} == {7: 12, 8: 13}


def test_a_row_tells_amounts_note_and_whether_the_report_still_counts() -> None:
    acts = recognitions([decided({"B-1": ("100.50", "80"), "B-2": ("3", "3")}, 12)])
    one, other = recognition_rows(acts, {12: "Geprüft."}, in_force={7})
    assert one == {
        "submission_id": 7,
        "grant_number": "B-1",
        "reported_eur": Decimal("100.50"),
        "recognised_eur": Decimal("80.00"),
        "cut_eur": Decimal("20.50"),
        "recognised_at": AT.replace(tzinfo=None),
        "recognised_by": "anna",
        "why": "Geprüft.",
        "in_force": True,
        "entry": 12,
    }
    assert (other["grant_number"], other["cut_eur"]) == ("B-2", 0)
    assert not recognition_rows(acts, {}, in_force=set())[0]["in_force"]


def test_a_note_that_was_erased_is_gone_and_one_that_names_a_person_is_masked() -> None:
    acts = recognitions([decided({"B-1": ("1", "1")}, 12)])
    assert recognition_rows(acts, {}, set())[0]["why"] is None
    assert recognition_rows(acts, {12: "Rückfrage an max.muster@example.org"}, set())[0]["why"] == MASK


def test_the_ledger_holds_exact_amounts_as_text_and_the_note_beside_the_chain() -> None:
    draft = recognition_draft(7, "anna", amounts_of({"B-1": Decimal("0.30")}, {"B-1": Decimal("0.1")}), "Gut.", AT)
    assert draft.body == {
        "submission_id": 7,
        "by": "anna",
        "amounts": [{"grant_number": "B-1", "recognised_eur": "0.10", "cut_eur": "0.20"}],
    }
    assert draft.texts == {"why": "Gut."}
    assert draft.at == AT
