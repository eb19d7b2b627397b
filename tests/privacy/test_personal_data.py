"""What counts as likely personal data, on sentences of our own: found where it is, and nowhere else."""

import string
import time
import unicodedata
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from expectations.personal_data import _CLUES, EMAIL, IBAN, fingerprint, is_functional, kinds_in, names_a_person
from flows.resources import sql_files

HERE = Path(__file__).parent
HARMLESS = [line for line in (HERE / "harmless.txt").read_text(encoding="utf-8").splitlines() if line]
PERSONAL = [
    (kind, text)
    for kind, texts in yaml.safe_load((HERE / "personal.yml").read_text(encoding="utf-8")).items()
    for text in texts
]


def test_the_corpora_are_large_enough_to_say_something() -> None:
    assert len(set(HARMLESS)) >= 150
    assert len(PERSONAL) >= 80


@pytest.mark.parametrize("sentence", HARMLESS)
def test_an_ordinary_sentence_of_an_office_is_harmless(sentence: str) -> None:
    assert kinds_in(sentence) == ()


@pytest.mark.parametrize(("kind", "text"), PERSONAL)
def test_personal_data_are_found_as_what_they_are(kind: str, text: str) -> None:
    assert kind in kinds_in(text)


@pytest.mark.parametrize(("kind", "text"), PERSONAL)
def test_they_are_found_within_a_sentence_and_however_it_is_encoded(kind: str, text: str) -> None:
    sentence = f"Vorab zur Kenntnis: {text} (siehe Anlage)"
    assert kind in kinds_in(sentence)
    assert kind in kinds_in(unicodedata.normalize("NFD", sentence))
    assert kind in kinds_in(sentence.replace(" ", "\u00a0"))


def test_all_ordinary_sentences_together_are_harmless_too() -> None:
    joined = "\n".join(line for line in HARMLESS if not line.endswith(":"))
    assert not {EMAIL, IBAN} & set(kinds_in(joined))


def iban_of(country: str, account: str) -> str:
    number = "".join(str(int(sign, 36)) for sign in f"{account}{country}00")
    return f"{country}{98 - int(number) % 97:02d}{account}"


ibans = st.one_of(
    st.text(string.digits, min_size=18, max_size=18).map(lambda account: iban_of("DE", account)),
    st.text(string.digits, min_size=16, max_size=16).map(lambda account: iban_of("AT", account)),
    st.text(string.digits + string.ascii_uppercase, min_size=22, max_size=22).map(lambda own: iban_of("TR", own)),
)


@given(ibans, st.sampled_from(["", " ", "-", "\u00a0"]))
def test_every_iban_is_found_in_blocks_of_any_kind(iban: str, between: str) -> None:
    blocks = between.join(iban[start : start + 4] for start in range(0, len(iban), 4))
    assert IBAN in kinds_in(f"Überweisung auf {blocks}, danke")


@given(ibans, st.integers(4, 19), st.integers(1, 9))
def test_a_number_whose_checksum_does_not_hold_is_no_iban(iban: str, place: int, by: int) -> None:
    if not iban[place].isdigit():
        return
    altered = iban[:place] + str((int(iban[place]) + by) % 10) + iban[place + 1 :]
    assert IBAN not in kinds_in(f"Nummer {altered}")


@pytest.mark.slow
@given(st.emails())
def test_every_address_is_found_unless_it_names_an_office(address: str) -> None:
    local_part = address.rpartition("@")[0]
    assert (EMAIL in kinds_in(f"Bitte an {address} senden")) != is_functional(local_part)


@given(st.text(max_size=300))
def test_a_text_without_a_clue_holds_nothing(text: str) -> None:
    from expectations.personal_data import _kinds_in

    assert _CLUES.search(text) or not _kinds_in(text)


@pytest.mark.parametrize(("kind", "text"), PERSONAL)
def test_every_finding_has_a_clue(kind: str, text: str) -> None:
    assert _CLUES.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 32_000 + "@",
        "0" * 32_000,
        "06151 " * 5_000,
        "+49" + " 1" * 16_000,
        "Frau " * 6_000,
        "Frau Dr. " * 4_000,
        "geb. am " * 4_000,
        "DE89 " * 6_000,
        "Adresse " * 4_000,
        "Anna Anna " * 3_200,
        "@." * 16_000,
        "12.03." * 5_000,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    began = time.process_time()
    kinds_in(text)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("address", "personal"),
    [
        ("wir@kreis.example", False),
        ("vielfaltszentrum@kreis.example", False),
        ("integration.bensheim@kreis.example", False),
        ("info-hanau@stadt.example", False),
        ("m-i-z@stadt.example", False),
        ("anna.meier@kreis.example", True),
        ("a.meier@kreis.example", True),
        ("Anna_Meier@kreis.example", True),
        ("anna@kreis.example", True),
        ("amt50@kreis.example", False),
        ("willkommen@kreis.example", False),
        ("kein Postfach", False),
    ],
)
def test_a_mailbox_of_two_words_that_name_no_office_looks_personal(address: str, personal: bool) -> None:
    assert names_a_person(address) is personal


def test_a_changed_pattern_changes_the_version_of_the_rules() -> None:
    assert all(f"-- Muster: {fingerprint()}" in sql_files("checks")[code] for code in ("R-DSG-01", "R-DSG-02"))
