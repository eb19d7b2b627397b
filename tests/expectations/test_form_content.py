"""What stands in the form: complete, asked of the right reports, and bearable for a clerk."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from expectations.declared import REGISTERS
from expectations.form import Field, Form, form_of, form_versions, must_be_filled, takes_not_recorded
from expectations.layout import anchor

FORM = form_of(2026)


@pytest.fixture(params=form_versions().values())
def form(request: pytest.FixtureRequest) -> Form:
    """Every published version."""
    return form_of(request.param)


@pytest.fixture
def fields(form: Form) -> Sequence[Field]:
    return tuple(form.fields())


def pages(form: Form) -> list[tuple[str, list[str]]]:
    return [(sheet.title, [section.name for section in sheet.sections]) for sheet in form.sheets]


# --- answers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("section", "name", "not_recorded", "filled"),
    [
        ("counselling", "consultations", True, True),  # unmarked number in a values section
        ("meetings", "participants", True, True),  # unmarked number in a fixed section
        ("finances", "expenditure_eur", False, True),  # marked number
        ("finances", "granted_eur", False, False),  # printed by us
        ("finances", "remark", False, False),  # optional text
        ("strategy", "adopted_on", False, False),  # optional date
        ("languages", "requests", False, False),  # unmarked number in a table: blank is not recorded
        ("languages", "persons", False, True),  # marked number in a table
    ],
)
def test_who_may_answer_not_recorded_and_who_must_answer(
    section: str, name: str, not_recorded: bool, filled: bool
) -> None:
    place = FORM.section(section)
    assert takes_not_recorded(place, place.field(name)) is not_recorded
    assert must_be_filled(place, place.field(name)) is filled


def test_numbers_have_bounds_that_their_columns_hold(fields: Sequence[Field]) -> None:
    for field in fields:
        if field.is_number:
            assert field.minimum is not None
            assert field.maximum is not None
            assert field.minimum < field.maximum <= Decimal(10) ** 9
            assert field.minimum >= 0 or field.type == "number", field.path


def test_at_most_compares_numbers_of_one_type_that_are_asked_together(form: Form, fields: Sequence[Field]) -> None:
    for field in fields:
        if field.at_most:
            other = form.section(field.section).field(field.at_most)
            assert (other.type, other.unit) == (field.type, field.unit), field.path
            assert other.asked_in <= field.asked_in, field.path


# --- what stands in the form -----------------------------------------------------------------------------------------


def test_the_sheets_stand_in_the_agreed_order() -> None:
    assert pages(FORM) == [
        ("00 Anleitung", []),
        ("01 Deckblatt", ["cover", "proof"]),
        ("02 Personal", ["posts"]),
        ("03 Finanzen", ["finances", "drawdowns", "repayments", "final_finances"]),
        ("04 Koordination", ["strategy", "meetings", "partners", "labour_market_measures"]),
        ("05 Anlaufstelle", ["enquiries", "quarters", "topics", "counselling"]),
        ("06 Öffnung", ["opening_measures", "institutions_reached"]),
        ("07 Integrationslotsen", ["guides", "guide_training"]),
        ("08 Laiendolmetschende", ["interpreters", "languages", "assignments", "interpreter_training"]),
        ("09 Weiterleitung", ["forwarded_funds"]),
        ("10 Zielvereinbarung", ["targets"]),
        ("11 Erläuterungen", ["explanations"]),
    ]


def test_a_clerk_finds_help_at_every_sheet_section_and_answer(form: Form) -> None:
    for sheet in form.sheets:
        assert sheet.help, sheet.title
    for section in form.sections():
        assert section.help, section.name
        for field in section.fields:
            assert field.locked or field.help, field.path
            assert field.help.endswith((".", "“", "")), field.path


def test_labels_fit_a_column_header_and_are_unique_in_their_section(form: Form) -> None:
    for section in form.sections():
        labels = [field.label for field in section.fields]
        assert len({label.casefold() for label in labels}) == len(labels), section.name
        longest = 45 if section.kind == "values" else 25
        assert all(len(label) <= longest for label in labels), section.name


def test_every_number_has_a_unit_and_says_whether_it_accumulates(fields: Sequence[Field]) -> None:
    neither = {"budget_year", "teaching_units"}  # a year; the length of a course
    for field in fields:
        if field.is_number:
            assert field.unit, field.path
            assert field.locked or (field.measure == "none") == (field.name in neither), field.path
        else:
            assert field.measure == "none", field.path


def test_every_name_ends_in_its_unit(fields: Sequence[Field]) -> None:
    for field in fields:
        assert (field.type == "money") == field.name.endswith("_eur"), field.path
        assert (field.type == "date") == field.name.endswith(("_on", "filled_from", "filled_to")), field.path


def test_the_key_of_printed_rows_is_printed_too(form: Form) -> None:
    for section in form.sections():
        if section.kind == "fixed":
            assert all(section.field(key).locked for key in section.key), section.name
            assert section.field(section.key[0]).choices == section.rows_from or section.rows_from in REGISTERS


def test_free_text_says_what_must_not_be_entered(fields: Sequence[Field]) -> None:
    places = {"signatory_role", "post_number", "project_number", "remark", "topic", "explanation", "contact_mailbox"}
    for field in fields:
        if field.name in places and field.type == "text" and not field.locked:
            assert "kein" in field.help.lower(), field.path


def test_the_cover_says_that_the_form_does_not_replace_the_proof(form: Form) -> None:
    cover = next(sheet for sheet in form.sheets if sheet.title == "01 Deckblatt")
    assert cover.help == (
        "Der Bogen ersetzt den rechtsverbindlichen Nachweis gegenüber dem Regierungspräsidium nicht, "
        "solange dieses nichts anderes bestimmt."
    )


def test_languages_bear_iso_639_3_codes_and_stand_in_alphabetical_order(form: Form) -> None:
    languages = form.lists["languages"]
    assert all(len(choice.code) == 3 and choice.code.isascii() and choice.code.islower() for choice in languages)
    order = str.maketrans("äöüòé", "aouoe")
    labels = [choice.label.casefold().translate(order) for choice in languages[:-1]]
    assert labels == sorted(labels)
    assert (languages[-1].label, languages[-1].code) == ("Sonstige Sprache", "mis")
    codes = {choice.label: choice.code for choice in languages}
    usual = {
        "Arabisch": "ara", "Dari": "prs", "Farsi/Persisch": "pes", "Kurmandschi": "kmr", "Sorani": "ckb",
        "Paschtu": "pus", "Tigrinya": "tir", "Amharisch": "amh", "Somali": "som", "Ukrainisch": "ukr",
        "Rumänisch": "ron", "Romani": "rom", "Deutsche Gebärdensprache": "gsg", "Türkisch": "tur", "Russisch": "rus",
        "Französisch": "fra", "Polnisch": "pol", "Bulgarisch": "bul", "Albanisch": "sqi", "Chinesisch": "zho",
    }  # fmt: skip
    assert usual.items() <= codes.items()


def test_no_text_of_the_form_holds_a_line_break_or_double_space(form: Form, fields: Sequence[Field]) -> None:
    texts = [text for sheet in form.sheets for text in (sheet.title, sheet.help)]
    texts += [text for section in form.sections() for text in (section.label, section.help)]
    texts += [text for field in fields for text in (field.label, field.help, field.unit)]
    texts += [choice.label for entries in form.lists.values() for choice in entries]
    assert [text for text in texts if text != " ".join(text.split())] == []


def test_registers_are_no_lists_of_the_form(form: Form) -> None:
    assert not set(REGISTERS) & set(form.lists)
    assert form.labels("grants") == ()


def test_every_list_is_used(form: Form, fields: Sequence[Field]) -> None:
    used = {field.choices for field in fields} | {section.rows_from for section in form.sections()}
    assert set(form.lists) <= used


def test_every_field_has_one_anchor(fields: Sequence[Field]) -> None:
    names = [anchor(field).casefold() for field in fields]
    assert len(set(names)) == len(names)
