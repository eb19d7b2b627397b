"""What people type into cells: read as meant, or asked about; never another number."""

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from expectations.form import Field, form_of
from flows.workbook.grid import Grid, Value
from flows.workbook.values import Answer, answer_at, label_key

FORM = form_of(2026)
INTEGER = FORM.section("counselling").field("consultations")
MONEY = FORM.section("finances").field("expenditure_eur")
HOURS = FORM.section("guides").field("hours")
FTE = FORM.section("posts").field("fte_filled")
AGREED = FORM.section("targets").field("actual_value")
DAY = FORM.section("cover").field("prepared_on")
YES_NO = FORM.section("cover").field("confirmed_complete")
TEXT = FORM.section("cover").field("signatory_role")
MORNING = datetime(2026, 12, 31, 8, 30)  # noqa: DTZ001 - Excel knows no time zones
LABELS = {label_key(label): label for label in ("Ja", "Nein", "nicht verlangt", "Schule/Kita")}


def grid(value: Value, **marks: object) -> Grid:
    blank: dict[str, object] = {"errors": {}, "formulas": {}, "uncached": frozenset(), "percents": frozenset()}
    return Grid("Blatt", 0, is_hidden=False, rows=[[value]], merges=(), **(blank | marks))


def read(value: Value, field: Field, **marks: object) -> Answer:
    return answer_at(grid(value, **marks), 1, 1, field, LABELS if field.type == "choice" else {})


def asked(answer: Answer) -> bool:
    """Whether nothing was read and somebody is asked, by the reader or by the judge (the type does not fit)."""
    return answer.value is None and answer.number is None and answer.state == "given"


# --- numbers ---------------------------------------------------------------------------------------------------------


def german(value: Decimal, separator: str) -> str:
    return f"{value:,f}".replace(",", "_").replace(".", ",").replace("_", separator)


amounts = st.decimals(min_value=-99_999_999, max_value=99_999_999, places=2)
surroundings = st.sampled_from(["{}", " {}", "{} ", "\u00a0{}\u00a0", "{}\u202f€", "{} EUR", "€ {}", "{} Euro"])


@settings(deadline=None)
@given(amounts, st.sampled_from([".", " ", "\u00a0", "\u202f", "'", "’", ""]), surroundings)
def test_every_german_spelling_of_an_amount_is_read_exactly(amount: Decimal, separator: str, around: str):
    text = around.format(german(amount, separator))
    assert read(text, MONEY).value == f"{amount + 0:.2f}"


@settings(deadline=None)
@given(amounts, st.sampled_from([",", ""]), surroundings)
def test_every_english_spelling_with_two_decimals_is_read_exactly(amount: Decimal, separator: str, around: str):
    text = around.format(f"{amount:,f}".replace(",", separator))
    assert read(text, MONEY).value == f"{amount + 0:.2f}"


@settings(deadline=None)
@given(st.integers(-(10**9), 10**9), st.sampled_from([".", " ", "\u00a0", ""]))
def test_every_german_spelling_of_a_count_is_read_exactly(count: int, separator: str):
    assert read(f"{count:,}".replace(",", separator), INTEGER).value == str(count)


SPELLINGS = {
    "German": (".", ","),
    "English": (",", "."),
    "Swiss": ("'", "."),
    "Swiss, typographic": ("’", "."),
    "French": ("\u202f", ","),
    "Austrian": ("\u00a0", ","),
    "of the standards": (" ", "."),
    "ungrouped": ("", ","),
    "of a machine": ("", "."),
}
"""What groups thousands and what begins the decimals."""
values = st.integers(0, 5).flatmap(lambda places: st.decimals(-(10**8), 10**8, places=places))


def spelled(value: Decimal, spelling: str) -> str:
    grouping, point = SPELLINGS[spelling]
    return f"{value:,f}".translate({ord(","): grouping, ord("."): point})


@pytest.mark.slow
@settings(deadline=None, max_examples=400)
@given(values, st.sampled_from(sorted(SPELLINGS)), st.sampled_from([INTEGER, MONEY, HOURS, FTE, AGREED]))
@example(Decimal("12.000"), "of a machine", INTEGER)
@example(Decimal("0.500"), "of a machine", MONEY)
@example(Decimal(1234), "German", HOURS)
@example(Decimal("1.234"), "of a machine", AGREED)
@example(Decimal("1234.56"), "Swiss", MONEY)
def test_every_spelling_of_every_number_is_read_exactly_or_asked_about_or_doubted(
    value: Decimal, spelling: str, field: Field
):
    text = spelled(value, spelling)
    answer = read(text, field)
    doubted = answer.code == "R-TEC-17" and field in (INTEGER, MONEY) and re.fullmatch(r"-?[0-9]{1,3}\.[0-9]{3}", text)
    assert asked(answer) or doubted or Decimal(answer.value or "NaN") == value, text


@settings(deadline=None)
@given(st.integers(-(10**8), 10**8), st.sampled_from(sorted(SPELLINGS)))
def test_a_whole_number_is_asked_about_only_where_its_one_comma_could_begin_decimals(count: int, spelling: str):
    text = spelled(Decimal(count), spelling)
    assert asked(read(text, INTEGER)) == (re.fullmatch(r"-?[0-9]{1,3},[0-9]{3}", text) is not None)


@settings(deadline=None)
@given(st.text(alphabet="0123456789.,- '€%\u00a0", max_size=12), st.sampled_from([INTEGER, MONEY, HOURS, FTE]))
def test_a_number_is_never_made_of_other_digits(text: str, field: Field):
    answer = read(text, field)
    if answer.number is not None:
        assert "".join(filter(str.isdigit, answer.value or "")).strip("0") == (
            "".join(filter(str.isdigit, text)).strip("0")
        )


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False, width=64))
def test_a_number_cell_is_read_exactly_or_asked_about_but_never_rounded(value: float):
    answer = read(value, MONEY)
    assert asked(answer) or float(answer.value or "nan") == pytest.approx(value, rel=1e-14, abs=0)


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("1.234,56", MONEY, "1234.56"),
        ("1.234.567", MONEY, "1234567.00"),
        ("1,234,567", MONEY, "1234567.00"),
        ("1'234.56", MONEY, "1234.56"),
        ("1’234’567,8", HOURS, "1234567.8"),
        ("1\u202f234,5", AGREED, "1234.50"),
        ("1.234.567", AGREED, "1234567.00"),
        ("\u202a17\u202c", INTEGER, "17"),
        ("\ufeff17\r\n", INTEGER, "17"),
        ("300,-", MONEY, "300.00"),
        ("1.500,-- €", MONEY, "1500.00"),
        ("−12", INTEGER, "-12"),
        ("+12", INTEGER, "12"),
        ("12,5 Std.", HOURS, "12.5"),
        ("0,75 VZÄ", FTE, "0.75"),
        ("0.5", FTE, "0.50"),
        ("007", INTEGER, "7"),
        ("12,0", INTEGER, "12"),
    ],
)
def test_a_number_typed_as_text_is_read_with_a_hint(text: str, field: Field, value: str):
    answer = read(text, field)
    assert (answer.value, answer.state, answer.code) == (value, "given", "R-TEC-16")
    assert answer.raw == text


def test_a_dot_before_three_digits_groups_thousands_where_amounts_and_counts_stand_and_is_doubted():
    for field in (MONEY, INTEGER):
        answer = read("1.234", field)
        assert (Decimal(answer.value or 0), answer.code, answer.expected) == (Decimal(1234), "R-TEC-17", "1234")
    assert read("0.234", MONEY).found_type == "decimals"


@pytest.mark.parametrize(
    ("text", "field"),
    [("1,234", MONEY), ("12,000", INTEGER), ("1.234", FTE), ("1.234", HOURS), ("-1.234", AGREED), ("1,234", AGREED)],
)
def test_what_can_be_read_two_ways_is_asked_back(text: str, field: Field):
    answer = read(text, field)
    assert asked(answer)
    assert answer.code == "R-TEC-10"
    assert " oder " in answer.expected
    assert answer.found_type == field.type  # else the judge would say it a second time


@pytest.mark.parametrize(
    ("text", "found_type"),
    [
        ("ca. 300", "text"),
        ("12 34", "text"),
        ("1.23.456", "text"),
        ("31.12.2026", "text"),
        ("3 h", "text"),
        ("(5)", "text"),
        ("1e5", "text"),
        ("½", "text"),
        ("12²", "text"),
        ("12,5 %", "percent"),
        ("12,5", "decimals"),
    ],
)
def test_what_is_no_count_keeps_its_place_without_a_value(text: str, found_type: str):
    answer = read(text, INTEGER)
    assert asked(answer)
    assert (answer.found_type, answer.code, answer.raw) == (found_type, "", text)


@pytest.mark.parametrize(
    ("value", "marks", "raw", "found_type"),
    [
        (True, {}, "WAHR", "boolean"),
        (date(2026, 12, 31), {}, "31.12.2026", "date"),
        (MORNING, {}, "31.12.2026 08:30", "date"),
        (time(8, 30), {}, "08:30:00", "duration"),
        (timedelta(hours=36), {}, "1 day, 12:00:00", "duration"),
        (0.125, {"percents": frozenset({(1, 1)})}, "12,5 %", "percent"),
        (33.333333333333336, {}, "33,3333333333333", "decimals"),
        (float("inf"), {}, "inf", "text"),
    ],
)
def test_another_kind_of_value_in_a_number_cell_is_named(value: Value, marks: dict, raw: str, found_type: str):
    answer = read(value, MONEY, **marks)
    assert asked(answer)
    assert (answer.raw, answer.found_type) == (raw, found_type)


def test_a_text_of_any_length_is_told_from_a_number_at_once():
    assert asked(read("1" + " " * 32_000 + "2", MONEY))
    assert asked(read("1" * 32_000, INTEGER))


def test_noise_of_binary_fractions_is_no_decimal_place():
    assert read(0.1 + 0.2, MONEY).value == "0.30"
    assert read(60000.0, INTEGER).value == "60000"


def test_zero_stays_zero_and_blank_stays_blank():
    zero, blank, spaces = read(0.0, INTEGER), read("", INTEGER), read(" \u00a0\u200b", INTEGER)
    assert (zero.value, zero.number, zero.state) == ("0", 0.0, "given")
    assert (blank.value, blank.number, blank.state, blank.raw) == (None, None, "blank", "")
    assert spaces == blank


# --- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["nicht erhoben", "Nicht erhoben", " nicht  erhoben\u00a0", "nicht erhoben."])
def test_not_recorded_is_an_answer_of_its_own(text: str):
    answer = read(text, INTEGER)
    assert (answer.value, answer.number, answer.state, answer.code) == (None, None, "not_recorded", "")


@pytest.mark.parametrize(
    "text",
    ["k. A.", "k.A.", "k.a", "K. A.", "keine Angabe", "n. v.", "n.v.", "nicht verfügbar", "o. A.", "unbekannt", "n/a",
     "nicht verfu\u0308gbar", "k.\u00a0A."],
)  # fmt: skip
def test_its_kin_mean_the_same_and_are_hinted_at(text: str):
    answer = read(text, INTEGER)
    assert (answer.value, answer.state, answer.code) == (None, "not_recorded", "R-TEC-19")


@pytest.mark.parametrize("field", [MONEY, DAY])
def test_its_kin_are_no_hint_where_not_recorded_is_no_answer(field: Field):
    answer = read("k. A.", field)
    assert (answer.state, answer.code) == ("not_recorded", "")


@pytest.mark.parametrize("text", ["-", "–", "—", "−", "--", " – "])
def test_a_lone_dash_is_asked_back(text: str):
    answer = read(text, INTEGER)
    assert asked(answer)
    assert (answer.code, answer.found_type) == ("R-TEC-08", "integer")


@pytest.mark.parametrize("text", [".", "…", "...", "/", "x", "X"])
def test_signs_of_official_statistics_are_asked_back(text: str):
    answer = read(text, MONEY)
    assert asked(answer)
    assert (answer.code, answer.found_type) == ("R-TEC-09", "money")


def test_error_cells_and_formulas_without_result_are_told_apart_from_blanks():
    error = read("", MONEY, errors={(1, 1): "#REF!"}, formulas={(1, 1): "A9/0"})
    bare = read("", MONEY, formulas={(1, 1): "SUM(A1:A9)"}, uncached=frozenset({(1, 1)}))
    assert asked(error)
    assert asked(bare)
    assert (error.raw, error.code, error.found_type) == ("#REF!", "R-TEC-01", "money")
    assert (bare.raw, bare.code, bare.found_type) == ("=SUM(A1:A9)", "R-TEC-02", "money")


# --- days, choices, texts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["31.12.2026", "31.12.26", "2026-12-31", "31. 12. 2026", " 31.12.2026 "])
def test_a_day_typed_as_text_is_read_with_a_hint(text: str):
    answer = read(text, DAY)
    assert (answer.value, answer.day, answer.code) == ("2026-12-31", date(2026, 12, 31), "R-TEC-18")


@settings(deadline=None)
@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_german_day_is_read_exactly(day: date):
    for text in (f"{day:%d.%m.%Y}", f"{day.day}.{day.month}.{day.year}", f"{day:%d.%m.%y}", day.isoformat()):
        assert read(text, DAY).day == day


@pytest.mark.parametrize(
    ("value", "found_type"),
    [("31.02.2026", "text"), ("12/31/2026", "text"), ("bald", "text"), (46022.0, "number"), (True, "boolean"),
     (time(8), "duration")],
)  # fmt: skip
def test_what_is_no_day_is_asked_about(value: Value, found_type: str):
    answer = read(value, DAY)
    assert asked(answer)
    assert answer.found_type == found_type


def test_the_time_of_a_day_is_dropped():
    assert read(MORNING, DAY).value == "2026-12-31"


@pytest.mark.parametrize(
    ("value", "label"),
    [("ja", "Ja"), (" NEIN ", "Nein"), ("nicht  verlangt", "nicht verlangt"), ("Schule / Kita", "Schule/Kita")],
)
def test_a_choice_is_known_in_spite_of_case_and_blanks(value: Value, label: str):
    answer = read(value, YES_NO)
    assert (answer.value, answer.found_type, answer.code) == (label, "choice", "")


def test_an_unknown_choice_is_left_to_the_judge_as_it_was_typed():
    assert read("vielleicht", YES_NO).value == "vielleicht"
    assert read(True, YES_NO).found_type == "boolean"
    assert read("k. A.", YES_NO).state == "not_recorded"


def test_a_grant_number_that_excel_took_for_a_number_is_a_text():
    field = replace(YES_NO, choices="grants")
    answer = answer_at(grid(4711.0), 1, 1, field, {"4711": "4711"})
    assert (answer.value, answer.found_type) == ("4711", "choice")


def test_texts_are_kept_in_normal_form_and_otherwise_as_typed():
    answer = read(" Leitung Bu\u0308ro\u00a01 ", TEXT)
    assert answer.value == "Leitung Büro 1"
    assert read("erste\r\nzweite\u2028dritte\rvierte", TEXT).value == "erste\nzweite\ndritte\nvierte"
    assert read(2026.0, TEXT).value == "2026"
    assert read("k. A.", TEXT).value == "k. A."
