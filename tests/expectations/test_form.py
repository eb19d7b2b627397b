"""The form file: what it holds, what loading it refuses, and that a published year never changes.

Before a year is published, its pin is written anew with `WIR_PIN_FORM=2026 pytest tests/expectations/test_form.py`.
Afterwards never again.
"""

import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from expectations.declared import AskedIn, FormError, read_yaml
from expectations.form import (
    FORM_FILE,
    Choice,
    Field,
    Form,
    Section,
    form_fingerprint,
    form_of,
    form_versions,
    is_asked,
    new_questions,
    version_for,
)
from expectations.layout import layout_of
from expectations.period import ReportKind

PINS = Path(__file__).parents[1] / "forms"
PIN_HEADER = """\
# Pinned: the form of {year} as published. A published year never changes; a change starts with `since` in form.yml.
# Written by tests/expectations/test_form.py (its first lines say how, and that it is done before publication only).
"""
FORM = form_of(2026)

SMALL_FORM = """\
title: Ein kleiner Bogen
versions: {"2026": 2026}
lists:
  yes_no: [Ja, Nein]
  cost_types: [Koordination, Sachkosten]
  tongues:
    - {code: ara, label: Arabisch}
    - {code: prs, label: Dari}
sheets:
  00 Anleitung:
    help: So geht es.
  01 Zahlen:
    sections:
      answers:
        kind: values
        label: Antworten
        fields:
          sure: {label: Sicher, type: choice, choices: yes_no, required: true}
          persons: {label: Personen, type: integer, unit: Personen, measure: flow}
          women: {label: Frauen, type: integer, unit: Personen, measure: flow, at_most: persons}
      costs:
        kind: fixed
        label: Kosten
        asked_in: half_year
        key: [cost_type]
        rows_from: cost_types
        applies_with: [Koordination]
        fields:
          cost_type: {label: Kostenart, type: choice, choices: cost_types, locked: true}
          spent_eur: {label: Ausgaben, type: money, unit: EUR, measure: flow, required: true}
  02 Kurse:
    sections:
      courses:
        kind: table
        label: Kurse
        rows: 5
        fields:
          started_on: {label: Beginn, type: date, required: true}
          hours: {label: Stunden, type: hours, unit: Stunden, measure: flow}
"""
ALL_VERSIONS = '{"2026": 2026, "2027": 2027, "2028": 2028}'


def written(folder: Path, text: str) -> Path:
    path = folder / "form.yml"
    path.write_text(text, encoding="utf-8")
    return path


def changed(old: str, new: str) -> str:
    assert SMALL_FORM.count(old) == 1, f"{old!r} must stand once in the small form"
    return SMALL_FORM.replace(old, new)


# --- a published year is pinned --------------------------------------------------------------------------------------


def canonical(form: Form) -> dict[str, Any]:
    """Everything that decides what an answer means and where it stands; texts that may be put better are left out."""
    layout = layout_of(form)
    return {
        "version": form.version,
        "fingerprint": form_fingerprint(form),
        "lists": {name: [_canonical_choice(choice) for choice in entries] for name, entries in form.lists.items()},
        "sheets": {
            sheet.title: {section.name: _canonical_section(section, layout.fields) for section in sheet.sections}
            for sheet in form.sheets
        },
    }


def _canonical_choice(choice: Choice) -> str:
    asked_in = "" if choice.asked_in is AskedIn.HALF_YEAR else choice.asked_in.name.lower()
    return " · ".join(part for part in (choice.label, choice.code, asked_in) if part)


def _canonical_section(section: Section, places: Any) -> dict[str, Any]:
    return {
        "kind": section.kind,
        "asked_in": section.asked_in.name.lower(),
        "key": list(section.key),
        "rows": section.rows,
        "rows_from": section.rows_from,
        "applies_with": list(section.applies_with),
        "fields": {field.name: _canonical_field(field, places[field.path].range) for field in section.fields},
    }


def _canonical_field(field: Field, cells: str) -> dict[str, Any]:
    shown = asdict(field) | {
        "asked_in": field.asked_in.name.lower(),
        "minimum": None if field.minimum is None else str(field.minimum),
        "maximum": None if field.maximum is None else str(field.maximum),
        "cells": cells,
    }
    left_out = {"section", "name", "label", "help", "carried", "since", "until"}
    return {key: value for key, value in shown.items() if key not in left_out and value not in ("", None, False)}


def differences(pinned: Any, now: Any, place: str = "") -> list[str]:
    if isinstance(pinned, dict) and isinstance(now, dict):
        keys = [*pinned, *(key for key in now if key not in pinned)]
        return [line for key in keys for line in differences(pinned.get(key), now.get(key), f"{place}/{key}")]
    return [] if pinned == now else [f"{place}: pinned {pinned!r}, now {now!r}"]


@pytest.mark.slow
@pytest.mark.parametrize("year", sorted(form_versions().values()))
def test_a_published_year_never_changes(year: int) -> None:
    pin = PINS / f"{year}.yml"
    now = canonical(form_of(year))
    if os.environ.get("WIR_PIN_FORM") == str(year):
        dumped = yaml.safe_dump(now, allow_unicode=True, sort_keys=False, default_flow_style=None, width=1000)
        pin.write_text(PIN_HEADER.format(year=year) + dumped, encoding="utf-8")
    changes = differences(read_yaml(pin), now)
    assert not changes, (
        f"The form of {year} is published and never changes: leave the old lines as they are (end them with `until`) "
        f"and start the change with `since: {year + 1}`.\n" + "\n".join(changes[:20])
    )


def test_every_published_version_is_pinned() -> None:
    assert {path.stem for path in PINS.glob("*.yml")} == {str(first) for first in form_versions().values()}


def test_the_fingerprint_follows_meaning_and_not_wording(tmp_path: Path) -> None:
    def fingerprint(folder: str, text: str) -> str:
        (tmp_path / folder).mkdir()
        return form_fingerprint(form_of(2026, written(tmp_path / folder, text)))

    plain = fingerprint("plain", SMALL_FORM)
    assert fingerprint("wording", changed("label: Ausgaben", "label: Ausgaben, help: In Euro.")) == plain
    meanings = {
        "unit": changed("type: hours, unit: Stunden", "type: hours, unit: Minuten"),
        "required": changed("label: Frauen,", "label: Frauen, required: true,"),
        "bound": changed("label: Frauen,", "label: Frauen, maximum: 9,"),
        "measure": changed("measure: flow, at_most: persons", "measure: stock, at_most: persons"),
        "choice": changed("[Ja, Nein]", "[Ja, Nein, vielleicht]"),
        "rows": changed("rows: 5", "rows: 6"),
        "applies": changed("applies_with: [Koordination]", "applies_with: [Sachkosten]"),
        "asked": changed("asked_in: half_year", "asked_in: year"),
    }
    fingerprints = {name: fingerprint(name, text) for name, text in meanings.items()}
    assert len({plain, *fingerprints.values()}) == len(meanings) + 1


# --- what loading refuses --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param("rows: 5", "rows: 5\n        colour: red", "courses.colour: Extra inputs", id="unknown key"),
        pytest.param("title: Ein kleiner Bogen", "titel: x", "title: Field required", id="misspelt key"),
        pytest.param("rows: 5", "rows: viele", "courses.rows: Input should be a valid integer", id="wrong type"),
        pytest.param("type: date", "type: day", "started_on.type: Input should be", id="unknown field type"),
        pytest.param("kind: table", "kind: matrix", "courses.kind: Input should be", id="unknown kind"),
        pytest.param("label: Kosten\n", "label: ''\n", "costs.label: String should have at least", id="no label"),
        pytest.param("          women:", "          persons:", "persons stands twice", id="field twice"),
        pytest.param("      courses:", "      costs:", "stands on another sheet too", id="section on two sheets"),
        pytest.param("[Ja, Nein]", "[Ja, ja]", "lists.yes_no: an entry stands twice", id="entry twice"),
        pytest.param("code: prs", "code: ara", "lists.tongues: an entry stands twice", id="code twice"),
        pytest.param("choices: yes_no", "choices: maybe", "there is no list 'maybe'", id="dangling list"),
        pytest.param("rows_from: cost_types", "rows_from: costs", "rows_from: there is no list", id="dangling rows"),
        pytest.param("key: [cost_type]", "key: [kind]", "key: there is no field 'kind'", id="dangling key"),
        pytest.param("at_most: persons", "at_most: men", "at_most: there is no field 'men'", id="dangling at_most"),
        pytest.param("applies_with: [Koordination]", "applies_with: [Reisen]", "no entry 'Reisen'", id="cost type"),
        pytest.param("type: hours, unit: Stunden", "type: hours", "a number needs a `unit`", id="no unit"),
        pytest.param("unit: EUR, measure: flow", "unit: EUR", "needs `measure`", id="no measure"),
        pytest.param("type: choice, choices: yes_no", "type: choice", "`choices` names a list", id="no list"),
        pytest.param("type: date", "type: date, choices: yes_no", "`choices` names a list", id="list at a date"),
        pytest.param("        rows: 5\n", "", "a table needs `rows`", id="table without rows"),
        pytest.param("        key: [cost_type]\n", "", "a fixed section needs `key`", id="fixed rows without key"),
        pytest.param("rows_from: cost_types", "rows_from: grants", "the most that the template holds", id="register"),
        pytest.param("kind: values", "kind: values\n        rows: 3", "a values section has no rows", id="rows"),
        pytest.param("type: date", "type: date, since: 2028, until: 2027", "lies before `since`", id="until"),
        pytest.param(
            "label: Sicher", "label: Sicher, asked_in: half_year", "lower the section's", id="asked too early"
        ),
        pytest.param("label: Personen", "label: Personen, since: 2027", "it needs 'persons'", id="at_most too young"),
        pytest.param("label: Kostenart", "label: Kostenart, until: 2028", "it needs 'cost_type'", id="key too old"),
        pytest.param("type: date", "type: date, since: 2027", "lists none that begins then", id="no version of 2027"),
        pytest.param("type: date", "type: date, until: 2026", "lists none that begins then", id="no version after"),
        pytest.param("type: date", "type: date, changes: {2028: {help: x}}", "none that begins", id="change alone"),
        pytest.param("type: date", "type: date, changes: {2028: {type: text}}", "Extra inputs", id="another type"),
        pytest.param("spent_eur:", "Spent-EUR:", "String should match pattern", id="name that is no column"),
        pytest.param("02 Kurse", "02 Kurse/Treffen", "String should match pattern", id="title that Excel refuses"),
        pytest.param("02 Kurse", "02 " + "K" * 29, "String should match pattern", id="title too long for Excel"),
        pytest.param('{"2026": 2026}', "{}", "versions: Dictionary should have at least 1", id="no version"),
        pytest.param('{"2026": 2026}', '{"2025": 2025}', "greater than or equal to 2026", id="before the programme"),
        pytest.param("title: Ein", "title: [Ein", "is no valid YAML", id="no YAML"),
    ],
)
def test_a_broken_form_file_is_refused_with_its_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(FormError) as refused:
        form_of(2026, written(tmp_path, changed(old, new)))
    assert str(refused.value).startswith("form.yml")
    assert message in str(refused.value)


def test_a_missing_form_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FormError, match=r"form\.yml cannot be read: No such file"):
        form_of(2026, tmp_path / "form.yml")


def test_an_empty_form_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormError, match=r"form\.yml, top level"):
        form_of(2026, written(tmp_path, ""))


def test_a_year_before_the_first_version_has_no_form() -> None:
    with pytest.raises(FormError, match="there is no form for 2025: the first version begins 2026"):
        form_of(2025)


# --- years and kinds of report ---------------------------------------------------------------------------------------


def test_a_year_uses_the_newest_version_that_has_begun() -> None:
    versions = {"2026": 2026, "2028": 2028}
    assert [version_for(versions, year) for year in (2026, 2027, 2028, 2030)] == ["2026", "2026", "2028", "2028"]


def test_an_older_version_asks_the_same_in_a_later_year() -> None:
    older, today = form_of(2027, version="2026"), form_of(2027)
    assert (older.version, older.year, today.version) == ("2026", 2027, "2027")
    assert older.sheets == FORM.sheets
    assert new_questions(today, older, ReportKind.HALF_YEAR) == ("Verweise und Beratungen: davon per Video",)
    assert new_questions(older, older, ReportKind.YEAR) == ()


@pytest.mark.parametrize(("year", "version"), [(2026, "2027"), (2027, "2025")])
def test_a_version_that_has_not_begun_is_refused(year: int, version: str) -> None:
    with pytest.raises(FormError, match=f"of {year} cannot be made in the form version '{version}': there is 2026"):
        form_of(year, version=version)


def test_what_is_put_otherwise_from_a_year_on_leaves_earlier_years_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "changed").mkdir()
    text = (
        SMALL_FORM.replace('{"2026": 2026}', ALL_VERSIONS)
        .replace("label: Frauen,", "label: Frauen, changes: {2027: {required: true, maximum: 9}, 2028: {help: Neu.}},")
        .replace("rows: 5", "rows: 5\n        changes: {2028: {rows: 7, label: Alle Kurse}}")
        .replace("help: So geht es.", "help: So geht es.\n    changes: {2027: {help: So geht es jetzt.}}")
    )
    old, new = written(tmp_path, SMALL_FORM), written(tmp_path / "changed", text)
    assert canonical(form_of(2026, new)) == canonical(form_of(2026, old))
    women = {year: form_of(year, new).section("answers").field("women") for year in (2026, 2027, 2028)}
    assert [(one.required, one.maximum == 9, one.help) for one in women.values()] == [
        (False, False, ""),
        (True, True, ""),
        (True, True, "Neu."),
    ]
    courses = {year: form_of(year, new).section("courses") for year in (2027, 2028)}
    assert [(one.rows, one.label) for one in courses.values()] == [(5, "Kurse"), (7, "Alle Kurse")]
    assert [form_of(year, new).sheets[0].help for year in (2026, 2027)] == ["So geht es.", "So geht es jetzt."]


def test_a_change_that_makes_the_form_wrong_is_refused(tmp_path: Path) -> None:
    text = SMALL_FORM.replace('{"2026": 2026}', ALL_VERSIONS).replace(
        "rows: 5", "rows: 5\n        changes: {2027: {rows: 0}}"
    )
    with pytest.raises(FormError, match="courses: Value error, a table needs `rows`"):
        form_of(2026, written(tmp_path, text))


def test_since_and_until_decide_which_years_ask_a_field(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        changed("label: Frauen,", "label: Frauen, since: 2027,")
        .replace('{"2026": 2026}', ALL_VERSIONS)
        .replace("label: Stunden, ", "label: Stunden, until: 2027, ")
        .replace("{code: prs, label: Dari}", "{code: prs, label: Dari, since: 2028}"),
    )
    asked = {year: {field.path for field in form_of(year, path).fields()} for year in (2026, 2027, 2028)}
    assert [("answers.women" in asked[year], "courses.hours" in asked[year]) for year in (2026, 2027, 2028)] == [
        (False, True),
        (True, True),
        (True, False),
    ]
    assert [form_of(year, path).labels("tongues") for year in (2027, 2028)] == [("Arabisch",), ("Arabisch", "Dari")]


def test_a_new_section_leaves_earlier_years_as_they_were(tmp_path: Path) -> None:
    newer = changed('{"2026": 2026}', ALL_VERSIONS) + (
        "      seminars:\n        kind: table\n        label: Seminare\n        rows: 3\n        fields:\n"
        "          held_on: {label: Tag, type: date, since: 2027}\n"
    )
    (tmp_path / "newer").mkdir()
    old, new = written(tmp_path, SMALL_FORM), written(tmp_path / "newer", newer)
    assert canonical(form_of(2026, new)) == canonical(form_of(2026, old))
    assert form_of(2027, new).section("seminars").rows == 3


def test_a_field_that_ends_leaves_earlier_years_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "ended").mkdir()
    ended = changed("label: Frauen,", "label: Frauen, until: 2026,").replace('{"2026": 2026}', ALL_VERSIONS) + (
        "          units: {label: Einheiten, type: integer, unit: UE, measure: none, since: 2027}\n"
    )
    old, new = written(tmp_path, SMALL_FORM), written(tmp_path / "ended", ended)
    assert canonical(form_of(2026, new)) == canonical(form_of(2026, old))
    assert canonical(form_of(2027, new)) != canonical(form_of(2027, old))


def test_a_field_without_asked_in_follows_its_section() -> None:
    posts = FORM.section("posts")
    assert posts.field("fte_filled").asked_in is posts.asked_in is AskedIn.HALF_YEAR
    assert posts.field("staff_cost_eur").asked_in is AskedIn.YEAR
    assert [is_asked(posts.field("staff_cost_eur"), kind) for kind in ReportKind] == [False, True, True]


def test_the_sums_of_all_years_are_asked_in_the_final_report_only() -> None:
    assert [is_asked(FORM.section("final_finances"), kind) for kind in ReportKind] == [False, False, True]


def test_the_half_year_asks_for_two_quarters() -> None:
    assert FORM.labels("quarters", ReportKind.HALF_YEAR) == ("Q1", "Q2")
    assert FORM.labels("quarters", ReportKind.YEAR) == ("Q1", "Q2", "Q3", "Q4")


def test_the_half_year_asks_these_sections_and_no_others() -> None:
    assert [section.name for section in FORM.sections() if is_asked(section, ReportKind.HALF_YEAR)] == [
        "cover", "posts", "drawdowns", "repayments", "meetings", "partners", "labour_market_measures", "enquiries",
        "quarters", "topics", "counselling", "guides", "languages", "assignments", "interpreter_training",
        "explanations",
    ]  # fmt: skip
    asked_of_guides = [field.name for field in FORM.section("guides").fields if field.asked_in is AskedIn.HALF_YEAR]
    assert asked_of_guides == ["guide_type", "hours", "coordinating_hours"]


def test_a_section_that_is_not_there_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        FORM.section("weather")


def test_the_form_file_is_the_packaged_one() -> None:
    assert form_of(2026, FORM_FILE) == FORM
