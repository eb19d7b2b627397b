"""What the next workbook takes over from earlier reports: what still stands, what is left out, what stands beside."""

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from expectations.finding import Finding, Severity
from expectations.form import form_of
from expectations.layout import layout_of
from expectations.period import parse_period
from expectations.privacy import MASK
from flows.template import Grant, PastReport, Prefill, with_what_stands, write_template
from flows.workbook import read_workbook

Values = dict[str, dict[str, Any]]
GRANT = "WIR-1"
LAST_YEAR = {
    "cover.signatory_role": {"": "Leitung Vielfaltszentrum"},
    "cover.contact_mailbox": {"": "vielfalt@kreis.example"},
    "cover.confirmed_complete": {"": "Ja"},
    "cover.prepared_on": {"": date(2027, 2, 1)},
    "posts.post_number": {"1": "K1", "2": "K2", "3": "K2"},
    "posts.function": dict.fromkeys("123", "WIR-Koordinationskraft"),
    "posts.fte_granted": dict.fromkeys("123", 1),
    "posts.filled_from": {"1": date(2021, 9, 1), "2": date(2024, 1, 1), "3": date(2026, 9, 1)},
    "posts.filled_to": {"2": date(2026, 6, 30)},
    "posts.staff_cost_eur": {"1": Decimal("71000.10")},
    "posts.remark": {"1": "Mit Zulage"},
    "drawdowns.drawn_on": {"1": date(2026, 4, 1)},
    "drawdowns.amount_eur": {"1": 30000},
    "strategy.status": {"": "beschlossen"},
    "strategy.adopted_on": {"": date(2024, 5, 2)},
    "strategy.state_meetings_attended": {"": 3},
    "counselling.consultations": {"": 311},
    "enquiries.persons": {"Telefon": 240, "persönlich": "nicht erhoben"},
    "languages.language": {"1": "Arabisch"},
    "languages.persons": {"1": 4},
    "interpreters.pool_persons": {"": 12},
    "forwarded_funds.project_number": {"1": "P-1", "2": "P-2", "3": "P-3"},
    "forwarded_funds.purpose": dict.fromkeys("123", "Lotsen"),
    "forwarded_funds.carrier_type": dict.fromkeys("123", "Verein"),
    "forwarded_funds.target_group": {"1": "Jugendliche", "2": "Frauen", "3": "alle"},
    "forwarded_funds.topic": {"1": "Beratung", "3": "Anruf unter 0171 2345678"},
    "forwarded_funds.forwarded_on": dict.fromkeys("123", date(2026, 3, 1)),
    "forwarded_funds.amount_eur": dict.fromkeys("123", Decimal("4000.50")),
    "forwarded_funds.proof_checked_on": {"2": date(2026, 12, 1), "3": date(2026, 12, 1)},
    "forwarded_funds.checked_eur": {"2": Decimal("4000.50"), "3": 1000},
    "explanations.finding_code": {"1": "R-KOO-04"},
    "explanations.explanation": {"1": "Nicht gezählt."},
}
HALF_YEAR = {
    "drawdowns.drawn_on": {"1": date(2026, 4, 1)},
    "drawdowns.amount_eur": {"1": 30000},
    "counselling.consultations": {"": 140},
    "enquiries.persons": {"Telefon": 90},
    "posts.post_number": {"1": "K1"},
}
THIS_HALF_YEAR = {"counselling.consultations": {"": 150}}


@pytest.fixture(scope="module")
def body() -> Prefill:
    years = range(2026, 2029)
    grants = tuple(Grant(GRANT, "Koordination", year, Decimal(60000)) for year in years)
    more = tuple(Grant(GRANT, "Laiendolmetschen Einsatz", year, Decimal(6000)) for year in years)
    return Prefill(ags="06431", body_name="Bergstraße", body_type="Landkreis", grants=(*grants, *more))


def past(body: Prefill, code: str, values: Values, *findings: Finding) -> PastReport:
    period, file = parse_period(code), io.BytesIO()
    form = form_of(period.year)
    write_template(form, period, body, file, values=values)
    return PastReport(period, form.version, read_workbook(file.getvalue(), 1).cells, findings)


@pytest.fixture(scope="module")
def last_year(body: Prefill) -> PastReport:
    place = layout_of(form_of(2026)).fields["forwarded_funds.topic"]
    personal = Finding(
        "R-DSG-01", Severity.WARNING, "", "", sheet=place.sheet, cell=f"G{place.row + 2}", explained="Ja"
    )
    uncounted = Finding(
        "R-KOO-04", Severity.WARNING, "", "", field="meetings.participants", row_key="Steuerung", explained="Ungezählt."
    )
    quoting = replace(uncounted, code="R-KOO-05", explained="Anruf unter 0171 2345678 erklärt es.")
    return past(body, "2026", LAST_YEAR, personal, uncounted, quoting)


@pytest.fixture(scope="module")
def half_year(body: Prefill) -> PastReport:
    return past(body, "2026-H1", HALF_YEAR)


def next_prefill(body: Prefill, code: str, *reports: PastReport, version: str = "") -> Prefill:
    period = parse_period(code)
    return with_what_stands(body, form_of(period.year, version=version), period, reports)


def rows(prefill: Prefill, section: str) -> list[dict[str, Any]]:
    carried = prefill.carried.get(section)
    return [dict(row) for row in carried.rows.values()] if carried else []


def workbook(prefill: Prefill, code: str) -> Workbook:
    period, file = parse_period(code), io.BytesIO()
    write_template(form_of(period.year), period, prefill, file)
    file.seek(0)
    return load_workbook(file)


def test_posts_that_have_not_ended_are_carried_over_without_money_and_remarks(body: Prefill, last_year: PastReport):
    posts = rows(next_prefill(body, "2027-H1", last_year), "posts")
    assert [(row["post_number"], row.get("filled_to")) for row in posts] == [("K1", None), ("K2", None)]
    assert posts[1]["filled_from"] == date(2026, 9, 1)
    assert not {"staff_cost_eur", "state_funds_eur", "remark"} & posts[0].keys()


def test_a_post_that_ended_within_the_year_stands_in_its_annual_report(body: Prefill, last_year: PastReport):
    ended = replace(last_year, period=parse_period("2026-H1"))
    assert len(rows(next_prefill(body, "2026", ended), "posts")) == 3


def test_projects_stand_until_their_proof_is_checked_for_all_of_the_money(body: Prefill, last_year: PastReport):
    projects = rows(next_prefill(body, "2027", last_year), "forwarded_funds")
    assert [row["project_number"] for row in projects] == ["P-1", "P-3"]
    assert projects[1]["checked_eur"] == 1000


@pytest.mark.slow
def test_an_entry_that_its_list_has_no_more_is_left_out_and_said_so(body: Prefill, last_year: PastReport):
    prefill = next_prefill(body, "2027", last_year)
    assert "target_group" not in rows(prefill, "forwarded_funds")[0]
    said = "Nicht übernommen: Zielgruppe „Jugendliche“ (steht nicht mehr in der Liste)."
    assert prefill.carried["forwarded_funds"].left_out == (said,)
    assert said in workbook(prefill, "2027")["09 Weiterleitung"]["B6"].value
    older = next_prefill(body, "2027", last_year, version="2026")
    assert rows(older, "forwarded_funds")[0]["target_group"] == "Jugendliche"


def test_a_grant_that_the_register_does_not_know_is_left_out(body: Prefill, last_year: PastReport):
    other = replace(body, grants=(Grant("WIR-2", "Koordination", 2027, Decimal(1)),))
    prefill = next_prefill(other, "2027-H1", last_year)
    assert "grant" not in rows(prefill, "posts")[0]
    assert "„WIR-1“" in prefill.carried["posts"].left_out[0]


def test_texts_with_likely_personal_data_are_not_carried_over(body: Prefill, last_year: PastReport):
    prefill = next_prefill(body, "2027", last_year)
    projects = rows(prefill, "forwarded_funds")
    assert [row.get("topic") for row in projects] == ["Beratung", None]
    assert "0171" not in repr(prefill)
    assert MASK not in repr(prefill)


def test_payments_of_the_same_year_stand_in_the_annual_report_and_in_no_later_one(
    body: Prefill, half_year: PastReport, last_year: PastReport
):
    annual = rows(next_prefill(body, "2026", half_year), "drawdowns")
    assert annual == [{"drawn_on": date(2026, 4, 1), "grant": GRANT, "amount_eur": Decimal(30000)}]
    assert rows(next_prefill(body, "2027-H1", last_year, half_year), "drawdowns") == []


def test_a_section_comes_from_the_last_report_that_was_asked_for_it(body: Prefill, last_year: PastReport):
    between = past(body, "2027-H1", {"posts.post_number": {"1": "K9"}})
    prefill = next_prefill(body, "2027", between, last_year)
    assert [row["post_number"] for row in rows(prefill, "posts")] == ["K9"]
    assert prefill.carried["posts"].period == "2027-H1"
    assert prefill.carried["strategy"].period == "2026"
    assert rows(prefill, "strategy") == [{"status": "beschlossen", "adopted_on": date(2024, 5, 2)}]


def test_the_final_report_comes_after_the_last_years(body: Prefill, last_year: PastReport):
    year_2030 = replace(last_year, period=parse_period("2030"), form_version="2027")
    prefill = next_prefill(body, "2026-2030", year_2030)
    assert len(rows(prefill, "posts")) == 3
    assert len(rows(prefill, "forwarded_funds")) == 3
    assert prefill.last_periods["counselling.consultations"] == "2030"


def test_more_rows_than_the_next_form_holds_are_said(body: Prefill):
    period, form = parse_period("2027-H1"), form_of(2027)
    many = past(body, "2026", {"posts.post_number": {str(number): f"K{number}" for number in range(1, 13)}})
    sheets = tuple(
        replace(sheet, sections=tuple(replace(one, rows=10) if one.name == "posts" else one for one in sheet.sections))
        for sheet in form.sheets
    )
    carried = with_what_stands(body, replace(form, sheets=sheets), period, [many]).carried["posts"]
    assert len(carried.rows) == 10
    assert carried.left_out == ("Nicht übernommen: 2 weitere Zeilen (der Bogen hat dafür keinen Platz).",)


@pytest.mark.slow
def test_carried_answers_stand_in_open_inputs_and_say_where_they_come_from(body: Prefill, last_year: PastReport):
    sheet = workbook(next_prefill(body, "2027-H1", last_year), "2027-H1")["02 Personal"]
    assert "übernommen aus dem Bericht 2026 – bitte prüfen" in sheet["B6"].value
    assert [cell.value for cell in sheet["B9:D9"][0]] == ["K1", GRANT, "WIR-Koordinationskraft"]
    assert not sheet["B9"].protection.locked
    assert sheet["B9"].font.italic
    assert not sheet["B12"].font.italic
    assert sheet["K9"].value is None


@pytest.mark.slow
def test_the_status_says_that_what_was_carried_over_must_be_checked(body: Prefill, last_year: PastReport):
    overview = workbook(next_prefill(body, "2027-H1", last_year), "2027-H1")["00 Anleitung"]
    by_sheet = {row[1].value: str(row[4].value) for row in overview.iter_rows(max_col=5)}
    assert "vollständig, wenn geprüft" in by_sheet["02 Personal"]
    assert "wenn geprüft" not in by_sheet["05 Anlaufstelle"]


def test_no_confirmation_and_no_figure_of_the_period_is_carried_over(body: Prefill, last_year: PastReport):
    carried = next_prefill(body, "2027", last_year).carried
    names = {f"{section}.{name}" for section, one in carried.items() for row in one.rows.values() for name in row}
    assert {"cover.contact_mailbox", "cover.signatory_role", "languages.language"} <= names
    assert not {name for name in names if "confirmed" in name or name in {"cover.prepared_on", "languages.persons"}}


@pytest.mark.slow
def test_explanations_of_the_last_report_are_printed_with_the_question_whether_they_still_hold(
    body: Prefill, last_year: PastReport
):
    prefill = next_prefill(body, "2027-H1", last_year)
    assert [row["finding_code"] for row in prefill.explanations] == ["R-DSG-01", "R-KOO-04"]
    sheet = workbook(prefill, "2027-H1")["11 Erläuterungen"]
    printed = [cell.value for cell in sheet["B10:E10"][0]]
    assert printed == ["R-KOO-04", "Teilnahmen · Steuerung", "Ungezählt. (erläutert zu 2026)", None]
    assert [cell.protection.locked for cell in sheet["B10:E10"][0]] == [True, True, True, False]
    assert [sheet.row_dimensions[row].hidden for row in (10, 11, 48)] == [False, True, True]


@pytest.mark.slow
def test_a_body_that_explained_nothing_finds_a_sentence_instead_of_empty_rows(body: Prefill, half_year: PastReport):
    sheet = workbook(next_prefill(body, "2027-H1", half_year), "2027-H1")["11 Erläuterungen"]
    assert sheet["B6"].value == "Entfällt: Hierzu liegt uns nichts vor."
    assert all(sheet.row_dimensions[row].hidden for row in range(7, 49))


def test_the_form_of_2026_takes_no_earlier_explanations(body: Prefill, half_year: PastReport):
    told = Finding("R-KOO-04", Severity.WARNING, "", "", explained="Ungezählt.")
    assert next_prefill(body, "2026", replace(half_year, findings=(told,))).explanations == ()


@pytest.mark.parametrize(
    ("code", "figures"),
    [
        ("2027-H1", {"counselling.consultations": ("2026-H1", 140)}),
        ("2027", {"counselling.consultations": ("2027-H1", 150), "interpreters.pool_persons": ("2026", 12)}),
    ],
)
def test_a_running_total_stands_beside_the_one_it_compares_with_and_a_state_beside_the_last(
    code: str, figures: dict[str, tuple[str, int]], body: Prefill, last_year: PastReport, half_year: PastReport
):
    between = [past(body, "2027-H1", THIS_HALF_YEAR)] if code == "2027" else []
    prefill = next_prefill(body, code, *between, last_year, half_year)
    for path, (period, value) in figures.items():
        assert (prefill.last_periods[path], prefill.last[path, ""]) == (period, value)
    assert ("interpreters.pool_persons" in prefill.last_periods) == (code == "2027")


@pytest.mark.slow
def test_every_last_figure_names_its_own_period(body: Prefill, last_year: PastReport):
    between = past(body, "2027-H1", THIS_HALF_YEAR)
    made = workbook(next_prefill(body, "2027", between, last_year), "2027")
    counselling, pool = made["05 Anlaufstelle"], made["08 Laiendolmetschende"]
    place = layout_of(form_of(2027)).fields["counselling.consultations"]
    beside = counselling.cell(place.row, 5)
    assert (beside.value, beside.number_format) == (150, '"zuletzt (2027-H1): "#,##0')
    assert pool["E7"].number_format == '"zuletzt (2026): "#,##0'


@pytest.mark.slow
def test_an_untouched_workbook_reads_without_strays_and_with_everything_open(
    body: Prefill, last_year: PastReport, half_year: PastReport
):
    for code in ("2027-H1", "2027"):
        prefill = next_prefill(body, code, last_year, half_year)
        period, file = parse_period(code), io.BytesIO()
        write_template(form_of(2027), period, prefill, file)
        reading = read_workbook(file.getvalue(), 1)
        assert [one.code for one in reading.findings] == []
        blank = reading.cells.filter(reading.cells["state"] == "blank")["field"].to_list()
        assert {"cover.confirmed_complete", "cover.prepared_on", "counselling.consultations_by_video"} <= set(blank)


@pytest.mark.slow
def test_carried_texts_are_known_as_ours_even_without_the_hidden_sheet(body: Prefill, half_year: PastReport):
    made = workbook(next_prefill(body, "2027-H1", half_year), "2027-H1")
    del made["wir_meta"]
    file = io.BytesIO()
    made.save(file)
    assert [one.code for one in read_workbook(file.getvalue(), 1).findings] == ["R-TEC-25"]
