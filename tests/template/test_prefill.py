"""What a body's workbook prints: identity, registers, last figures, and what it leaves out."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from openpyxl import Workbook, load_workbook

from expectations.form import Form, form_of
from expectations.markers import CHECKSUM_MARK, META_SHEET, PRINTED_MARK, Printed, checksum
from expectations.period import parse_period
from flows.template import Grant, Prefill, TemplateError, UnknownBodyError, file_name, prefill_for, write_template

CENTRE, GUIDES = "HMSI-WIR-2026-0431", "HMSI-LOT-2026-0077"


def _constants(workbook: Workbook) -> dict[str, str]:
    names = {name: defined.attr_text for name, defined in workbook.defined_names.items() if ".identity." in name}
    return {name: text[1:-1].replace('""', '"') for name, text in names.items()}


def _meta(workbook: Workbook) -> tuple[dict[str, str], list[Printed]]:
    rows = [[str(cell.value or "") for cell in row] for row in workbook[META_SHEET].iter_rows(max_col=3)]
    end = [row[0] for row in rows].index(PRINTED_MARK)
    marks = {name: text for name, text, _ in rows[:end] if ".identity." in name}
    return marks, [Printed(*row) for row in rows[end + 1 :]]


def test_identity_stands_in_names_properties_and_on_a_hidden_sheet(annual: Workbook):
    marks, printed = _meta(annual)
    properties = {one.name: one.value or "" for one in annual.custom_doc_props.props}
    assert _constants(annual) == properties == marks
    assert marks["wir.identity.ags"] == "06431"
    assert marks["wir.identity.kind"] == "Jahresbericht"
    assert marks["wir.identity.grants"] == f"{GUIDES},{CENTRE}"
    assert marks[CHECKSUM_MARK] == checksum(marks, printed)
    assert any(marks[CHECKSUM_MARK] in str(cell.value) for cell in annual["00 Anleitung"]["B"])


def test_the_checksum_tells_an_altered_print(annual: Workbook):
    marks, printed = _meta(annual)
    altered = [replace(cell, value="1.00") if cell.field == "finances.granted_eur" else cell for cell in printed]
    assert checksum(marks, altered) != marks[CHECKSUM_MARK]


def test_every_locked_cell_of_the_form_is_listed_with_its_value(annual: Workbook):
    _, printed = _meta(annual)
    assert Printed("finances.granted_eur", "Sachkosten", "8000.50") in printed
    assert Printed("finances.grant", "Lotsen Einsatz", GUIDES) in printed
    assert Printed("cover.year", "", "2026") in printed
    assert Printed("topics.topic", "Einbürgerung", "Einbürgerung") in printed
    assert Printed("targets.target", "Z 1", "40.00") in printed


def test_grants_are_printed_in_the_order_of_cost_types_and_spare_rows_are_hidden(annual: Workbook):
    sheet = annual["03 Finanzen"]
    assert [[cell.value for cell in row] for row in sheet["B9:D11"]] == [
        ["Koordination", CENTRE, 120000],
        ["Sachkosten", CENTRE, 8000.5],
        ["Lotsen Einsatz", GUIDES, 9000],
    ]
    assert sheet["D9"].protection.locked
    assert [sheet.row_dimensions[row].hidden for row in (11, 12, 24)] == [False, True, True]


@pytest.mark.slow
def test_the_same_cost_type_of_two_grants_has_both_in_its_key(written: Callable[..., Workbook], centre: Prefill):
    second = Grant("HMSI-WIR-2026-0999", "Koordination", 2026, Decimal(1000))
    _, printed = _meta(written(replace(centre, grants=(*centre.grants, second))))
    keys = {cell.row_key for cell in printed if cell.field == "finances.granted_eur"}
    assert keys == {f"Koordination · {CENTRE}", "Koordination · HMSI-WIR-2026-0999", "Sachkosten", "Lotsen Einsatz"}


@pytest.mark.slow
def test_a_body_with_many_grants_gets_a_row_for_each(written: Callable[..., Workbook], centre: Prefill):
    many = tuple(Grant(f"WIR-{number:02}", "Koordination", 2026, Decimal(number)) for number in range(1, 17))
    sheet = written(replace(centre, grants=many))["03 Finanzen"]
    assert [sheet.cell(row, 3).value for row in range(9, 25)] == [f"WIR-{number:02}" for number in range(1, 17)]


def test_more_grants_than_the_form_holds_is_said_with_what_to_change(centre: Prefill):
    many = tuple(Grant(f"WIR-{number:02}", "Koordination", 2026, Decimal(number)) for number in range(1, 18))
    with pytest.raises(TemplateError, match="`rows` von `finances`"):
        write_template(form_of(2026), parse_period("2026"), replace(centre, grants=many), io.BytesIO())


def test_a_body_without_registered_grant_names_its_notices_itself(of_unregistered: Workbook, form: Form):
    sheet = of_unregistered["03 Finanzen"]
    assert tuple(sheet.cell(row, 2).value for row in range(9, 17)) == form.labels("cost_types")
    assert not sheet["C9"].protection.locked
    assert sheet["C9"].value is None
    assert sheet["D9"].protection.locked
    assert sheet.row_dimensions[17].hidden
    rules = {area.coord: rule.type for rule in sheet.data_validations.dataValidation for area in rule.sqref.ranges}
    assert rules["C9:C16"] == rules["C30:C53"] == "custom"


def test_the_only_grant_stands_in_every_row_and_can_be_overwritten(of_lone_centre: Workbook):
    workbook = of_lone_centre
    assert [cell.value for (cell,) in workbook["02 Personal"]["C9:C20"]] == [CENTRE] * 12
    assert not workbook["02 Personal"]["C9"].protection.locked
    assert workbook["09 Weiterleitung"]["C68"].value == CENTRE


def test_of_several_grants_a_section_offers_those_of_its_cost_types(annual: Workbook):
    assert annual["02 Personal"]["C9"].value is None
    assert annual["07 Integrationslotsen"]["B16"].value == GUIDES
    assert annual.defined_names["wir.list.grants.guide_training"].attr_text.count("$2:") == 1


def test_sections_without_a_fitting_grant_say_so_and_take_nothing(of_lone_centre: Workbook):
    workbook = of_lone_centre
    assert _constants(workbook)["wir.identity.skipped"] == (
        "assignments,guide_training,guides,interpreter_training,interpreters,languages"
    )
    sheet = workbook["07 Integrationslotsen"]
    assert sheet.sheet_state == "visible"
    assert sheet["B6"].value.startswith("Entfällt: Ihrer Kommune ist hierfür nichts bewilligt")
    assert all(cell.protection.locked for row in sheet.iter_rows() for cell in row)
    assert not sheet.data_validations.dataValidation
    assert "entfällt" in [cell.value for cell in workbook["00 Anleitung"]["E"]]


def test_last_figures_stand_grey_and_locked_beside_the_input(annual: Workbook):
    sheet = annual["05 Anlaufstelle"]
    assert sheet["G8"].value == "zuletzt gemeldet (2026-H1)"
    assert sheet["G10"].value == 120
    assert sheet["E45"].value == 311
    assert sheet["G10"].protection.locked
    assert annual.defined_names["wir.last.enquiries"].attr_text == "'05 Anlaufstelle'!$G$9:$I$12"
    assert annual.defined_names["wir.last.counselling"].attr_text == "'05 Anlaufstelle'!$E$43:$E$46"


def test_a_printed_text_that_begins_like_a_formula_stays_a_text(annual: Workbook):
    cell = annual["10 Zielvereinbarung"]["D9"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=Vierzig Personen im Jahr", "s", True)


@pytest.mark.slow
def test_values_are_filled_in_right_or_wrong(written: Callable[..., Workbook], centre: Prefill):
    values = {
        "cover.prepared_on": {"": date(2027, 3, 1)},
        "cover.signatory_role": {"": "@Leitung"},
        "finances.expenditure_eur": {"Koordination": Decimal("61000.10"), "Sachkosten": "6.000,00"},
        "finances.granted_eur": {"Koordination": Decimal(1)},
        "posts.post_number": {"2": "P2"},
        "counselling.consultations": {"": "nicht erhoben"},
        "enquiries.persons": {"Telefon": "nicht erhoben", "aufsuchend": None},
    }
    workbook = written(centre, values=values)
    assert workbook["01 Deckblatt"]["C12"].value.date() == date(2027, 3, 1)
    assert workbook["01 Deckblatt"]["C13"].value == "@Leitung"
    assert [cell.value for (cell,) in workbook["03 Finanzen"]["E9:E10"]] == [61000.1, "6.000,00"]
    assert workbook["03 Finanzen"]["D9"].value == 1
    assert workbook["02 Personal"]["B10"].value == "P2"
    assert workbook["05 Anlaufstelle"]["C45"].value == "nicht erhoben"
    assert workbook["05 Anlaufstelle"]["C10"].value == "nicht erhoben"
    _, printed = _meta(workbook)
    assert Printed("finances.granted_eur", "Koordination", "120000.00") in printed


@pytest.mark.parametrize(
    "values",
    [{"posts.remark": {"13": "x"}}, {"posts.remarks": {"1": "x"}}, {"finances.expenditure_eur": {"Mikroprojekte": 1}}],
)
def test_a_value_for_a_cell_that_is_not_there_is_refused(
    values: dict[str, dict[str, object]], written: Callable[..., Workbook], centre: Prefill
):
    with pytest.raises(TemplateError, match="keine Zelle"):
        written(centre, values=values)


@pytest.mark.slow
def test_the_final_report_sums_all_years_by_grant(written: Callable[..., Workbook], lone_centre: Prefill):
    grants = tuple(replace(lone_centre.grants[0], budget_year=year) for year in range(2026, 2031))
    workbook = written(replace(lone_centre, grants=grants), "2026-2030")
    assert [cell.value for cell in workbook["03 Finanzen"]["B76:C76"][0]] == [CENTRE, 300000]
    assert workbook["01 Deckblatt"]["C9"].value == "Schlussbericht"


@pytest.mark.slow
def test_a_workbook_is_written_whole_or_not_at_all(tmp_path: Path, centre: Prefill, form: Form):
    with pytest.raises(ValueError, match="object"):
        write_template(
            form, parse_period("2026"), centre, tmp_path / "a.xlsx", values={"posts.remark": {"1": object()}}
        )
    assert list(tmp_path.iterdir()) == []
    write_template(form, parse_period("2026"), centre, tmp_path / "b.xlsx")
    assert [file.name for file in tmp_path.iterdir()] == ["b.xlsx"]
    assert load_workbook(tmp_path / "b.xlsx").active.title == "00 Anleitung"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Bergstraße", "WIR_06431_Bergstrasse_2026-H1.xlsx"),
        ("Hanau, Brüder-Grimm-Stadt", "WIR_06431_Hanau-Brueder-Grimm-Stadt_2026-H1.xlsx"),
        ("Bad Homburg v. d. Höhe", "WIR_06431_Bad-Homburg-v-d-Hoehe_2026-H1.xlsx"),
    ],
)
def test_file_names_are_ascii(name: str, expected: str, centre: Prefill):
    assert file_name(parse_period("2026-H1"), replace(centre, body_name=name)) == expected


MUNICIPALITIES = pl.DataFrame(
    {
        "ags": ["06415", "06435014"],
        "name": ["Hanau, Brüder-Grimm-Stadt"] * 2,
        "type": ["Kreisfreie Stadt", "Sonderstatusstadt"],
        "valid_from": [date(2026, 1, 1), date(1900, 1, 1)],
        "valid_to": [date(9999, 12, 31), date(2025, 12, 31)],
    }
)


def test_prefill_is_what_the_registers_say_of_the_body_for_the_period():
    grants = pl.DataFrame(
        {
            "grant_number": ["G-2", "G-1", "G-1", "G-9"],
            "ags": ["06415", "06415", "06415", "06431"],
            "cost_type": ["Lotsen Einsatz", "Koordination", "Koordination", "Koordination"],
            "budget_year": [2026, 2027, 2026, 2026],
            "granted_eur": [Decimal(9000), Decimal(61000), Decimal(60000), Decimal(1)],
        }
    )
    targets = pl.DataFrame(
        {
            "ags": ["06415", "06415"],
            "target_number": ["Z 1", "Z 2"],
            "field_of_action": ["Arbeit", "Wohnen"],
            "target_text": ["Mehr", "Später"],
            "year_from": [2026, 2029],
            "year_to": [2028, 2030],
            "baseline": [1.0, 2.0],
            "target": [2.0, 3.0],
            "unit": ["Personen", "Personen"],
            "direction": ["steigend", "steigend"],
        }
    )
    frames = {"municipalities": MUNICIPALITIES, "grants": grants, "targets": targets}
    prefill = prefill_for(frames, "06415", parse_period("2026"))
    assert prefill.body_type == "Kreisfreie Stadt"
    assert [(grant.grant_number, grant.budget_year) for grant in prefill.grants] == [("G-1", 2026), ("G-2", 2026)]
    assert [target["years"] for target in prefill.targets] == ["2026–2028"]


def test_a_key_that_is_no_body_any_more_is_refused_with_the_day():
    with pytest.raises(UnknownBodyError, match=r"06435014 ist am 30\.06\.2026 keine berichtende Kommune"):
        prefill_for({"municipalities": MUNICIPALITIES}, "06435014", parse_period("2026-H1"))
