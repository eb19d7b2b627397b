"""A filled workbook moved into the current form: the same values, today's print, and everything else is listed."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from expectations.form import Form, form_of
from expectations.layout import layout_of
from expectations.markers import META_SHEET
from expectations.period import parse_period
from expectations.privacy import MASK
from flows.desk.migration import Migrated, SameFileError, Unreadable, migrate
from flows.template import Grant, Prefill, moved_values, questionnaire_of, write_template
from flows.workbook import printed_in, read_workbook
from tests.cli.calling import Wir
from tests.line.reports import WriteReport

BODY = Prefill(
    ags="06431",
    body_name="Bergstraße",
    body_type="Landkreis",
    grants=tuple(
        Grant("WIR-1", cost_type, year, Decimal(amount))
        for year in (2026, 2027)
        for cost_type, amount in (("Koordination", 60000), ("Lotsen Einsatz", 9000))
    ),
)
Values = dict[str, dict[str, Any]]
WriteFile = Callable[..., Path]


@pytest.fixture
def write_file(tmp_path: Path) -> WriteFile:
    """Write a workbook of 2027, by default in the form of 2026."""

    def write(values: Values, *, code: str = "2027", version: str = "2026", body: Prefill = BODY) -> Path:
        period, target = parse_period(code), tmp_path / f"{code} in {version}.xlsx"
        write_template(form_of(period.year, version=version), period, body, target, values=values)
        return target

    return write


def moved(file: Path, out: str = "neu.xlsx") -> Migrated:
    migrated = migrate(None, file, file.with_name(out))
    assert isinstance(migrated, Migrated)
    return migrated


def answers(file: Path, *paths: str) -> dict[tuple[str, str], tuple[str | None, str]]:
    """(field, row key) → value and state of the cells that hold anything, or of these fields."""
    cells = read_workbook(file.read_bytes(), 1).cells
    wanted = cells.filter(pl.col("field").is_in(paths)) if paths else cells.filter(pl.col("state") != "blank")
    rows = wanted.select("field", "row_key", "value", "state").iter_rows()
    return {(field, key): (value, state) for field, key, value, state in rows}


# --- the same form ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("code", ["2026-H1", "2026"])
def test_a_report_moved_into_its_own_form_reads_back_the_same(write_report: WriteReport, code: str):
    file = write_report("06431", of=code)
    migrated = moved(file)
    assert (migrated.lost, migrated.newly_asked, migrated.missing) == ((), (), ())
    assert answers(migrated.out) == answers(file)
    before, after = (read_workbook(one.read_bytes(), 1) for one in (file, migrated.out))
    assert after.identity == before.identity
    assert after.findings == before.findings == ()
    assert printed_in(migrated.out.read_bytes()) == printed_in(file.read_bytes())


@pytest.mark.slow
def test_a_body_whose_grants_nobody_registered_keeps_the_notices_that_it_names(write_file: WriteFile):
    values = {"finances.grant": {"Koordination": "AZ 12"}, "finances.expenditure_eur": {"Koordination": 7}}
    file = write_file(values, code="2026", body=replace(BODY, grants=()))
    migrated = moved(file)
    assert migrated.lost == ()
    assert answers(migrated.out) == answers(file)


@pytest.mark.slow
def test_a_damaged_workbook_is_repaired(write_report: WriteReport, tmp_path: Path):
    file = write_report("06431", of="2026")
    workbook = load_workbook(file)
    del workbook[META_SHEET]
    del workbook["10 Zielvereinbarung"]
    workbook["03 Finanzen"].insert_rows(3)
    workbook["04 Koordination"].title = "Blatt 4"
    workbook["01 Deckblatt"]["H30"] = "bitte zurückrufen"
    damaged = tmp_path / "beschädigt.xlsx"
    workbook.save(damaged)
    migrated = moved(damaged)
    kept = {key: answer for key, answer in answers(file).items() if not key[0].startswith("targets.")}
    assert {key: answer for key, answer in answers(migrated.out).items() if not key[0].startswith("targets.")} == kept
    assert [one.code for one in read_workbook(migrated.out.read_bytes(), 1).findings] == []
    assert [(one.reason, one.given) for one in migrated.lost] == [("outside", "bitte zurückrufen")]
    assert any("10 Zielvereinbarung" in sentence for sentence in migrated.missing)


@pytest.mark.slow
def test_an_altered_print_is_printed_again_and_listed(write_report: WriteReport, tmp_path: Path):
    file = write_report("06431", of="2026")
    workbook = load_workbook(file)
    workbook["03 Finanzen"]["D9"] = 1
    altered = tmp_path / "geändert.xlsx"
    workbook.save(altered)
    migrated = moved(altered)
    assert [(one.reason, one.field, one.given) for one in migrated.lost] == [
        ("outside", "finances.granted_eur", "1,00")
    ]
    assert answers(migrated.out, "finances.granted_eur") == answers(file, "finances.granted_eur")


# --- another version -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_what_the_new_form_has_no_place_for_is_listed_with_its_value(write_file: WriteFile):
    file = write_file(
        {
            "proof.annual_talk_on": {"": date(2027, 11, 3)},
            "forwarded_funds.project_number": {"1": "P-1", "2": "P-2"},
            "forwarded_funds.target_group": {"1": "Jugendliche", "2": "Frauen"},
            "counselling.consultations": {"": "–"},
        }
    )
    migrated = moved(file)
    assert [one.says for one in migrated.lost] == [
        "01 Deckblatt, C25: Jahresgespräch am „03.11.2027“ – danach wird nicht mehr gefragt.",
        "05 Anlaufstelle, C45: Beratungen „–“ – das ließ sich nicht lesen.",
        "09 Weiterleitung, F9: Zielgruppe (P-1) „Jugendliche“ – dieser Eintrag steht nicht mehr in der Liste.",
    ]
    assert answers(migrated.out, "forwarded_funds.target_group") == {
        ("forwarded_funds.target_group", "P-1"): (None, "blank"),
        ("forwarded_funds.target_group", "P-2"): ("Frauen", "given"),
    }
    assert migrated.newly_asked == (
        "Verweise und Beratungen: davon per Video",
        "Verweise und Beratungen: Antidiskriminierungsberatung vor Ort",
    )
    reading = read_workbook(migrated.out.read_bytes(), 1)
    assert reading.identity is not None
    assert (reading.identity.form_version, reading.findings) == ("2027", ())


@pytest.mark.slow
def test_likely_personal_data_without_a_place_are_listed_by_their_place_alone(write_file: WriteFile):
    file = write_file({"counselling.consultations": {"": "Frau Erika Mustermann, 0171 2345678"}})
    (lost,) = moved(file).lost
    assert (lost.reason, lost.given) == ("not_read", MASK)
    assert "Mustermann" not in lost.says


@pytest.mark.slow
def test_the_older_version_is_read_with_a_hint_that_names_what_it_could_not_ask(write_file: WriteFile):
    reading = read_workbook(write_file({}, code="2027-H1").read_bytes(), 1)
    (hint,) = reading.findings
    assert (hint.code, hint.severity) == ("R-TEC-24", "hint")
    assert "nicht gefragt war darin: „Verweise und Beratungen: davon per Video“" in hint.message
    assert "counselling.consultations_by_video" not in reading.cells["field"].to_list()


@pytest.mark.slow
def test_explanations_name_their_cells_where_these_now_stand(write_file: WriteFile):
    old, new = (layout_of(form_of(2027, version=version)).fields for version in ("2026", "2027"))
    path = "counselling.consultations"
    assert old[path].first_cell != new[path].first_cell
    values = {
        "counselling.consultations": {"": 3},
        "explanations.finding_code": {"1": "R-ANL-05", "2": "R-ANL-05", "3": "R-VOR-02"},
        "explanations.cell": {"1": old[path].first_cell, "2": f"05 Anlaufstelle!{old[path].first_cell}", "3": "alle"},
        "explanations.explanation": dict.fromkeys("123", "Wie besprochen."),
    }
    migrated = moved(write_file(values))
    assert [value for value, _ in answers(migrated.out, "explanations.cell").values()] == [
        new[path].first_cell,
        f"05 Anlaufstelle!{new[path].first_cell}",
        "alle",
    ]


def test_rows_beyond_the_new_form_are_listed_and_the_others_move_up(write_file: WriteFile):
    period = parse_period("2027")
    numbers = {str(number): f"K{number}" for number in (2, 5, 12)}
    data = write_file({"posts.post_number": numbers}).read_bytes()
    shorter = _with_rows(form_of(2027), "posts", 2)
    q = questionnaire_of(shorter, period, BODY, {})
    found = moved_values(q, form_of(2027, version="2026"), read_workbook(data, 1).cells, printed_in(data))
    assert found.values["posts.post_number"] == {"1": "K2", "2": "K5"}
    assert [(one.reason, one.given) for one in found.lost] == [("no_row", "K12"), ("no_row", "WIR-1")]


def _with_rows(form: Form, section: str, rows: int) -> Form:
    sheets = tuple(
        replace(
            sheet, sections=tuple(replace(one, rows=rows) if one.name == section else one for one in sheet.sections)
        )
        for sheet in form.sheets
    )
    return replace(form, sheets=sheets)


@pytest.mark.slow
def test_answers_are_written_as_they_were_typed(write_file: WriteFile):
    values = {
        "cover.signatory_role": {"": "=Leitung"},
        "counselling.consultations": {"": "nicht erhoben"},
        "finances.expenditure_eur": {"Koordination": "61.000,10"},
        "strategy.adopted_on": {"": "01.05.1850"},
        "strategy.status": {"": "bald"},
    }
    file = write_file(values)
    migrated = moved(file)
    assert migrated.lost == ()
    assert answers(migrated.out, *values) == answers(file, *values)
    cover = load_workbook(migrated.out)["01 Deckblatt"]["C13"]
    assert (cover.value, cover.data_type, cover.quotePrefix) == ("=Leitung", "s", True)
    assert load_workbook(migrated.out)["03 Finanzen"]["E9"].value == 61000.1


_NUMBERS = st.sampled_from(["nicht erhoben", "k. A.", "1.234,5", "-3"]) | st.decimals(0, 99_999, places=1)
_TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20)
_BY_TYPE = {"date": st.dates(date(1900, 3, 1), date(2199, 1, 1)), "text": _TEXTS, "choice": _TEXTS | st.just("Ja")}


def _an_answer(form: Form) -> st.SearchStrategy[tuple[str, str, Any]]:
    inputs = [field for field in form.fields() if not field.locked and field.section in {"cover", "posts", "languages"}]
    inputs += form.section("counselling").fields
    row = {"posts": st.integers(1, 12).map(str), "languages": st.integers(1, 60).map(str)}
    return st.sampled_from(inputs).flatmap(
        lambda field: st.tuples(
            st.just(field.path), row.get(field.section, st.just("")), _BY_TYPE.get(field.type, _NUMBERS)
        )
    )


@pytest.mark.slow
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(typed=st.lists(_an_answer(form_of(2027, version="2026")), max_size=40))
def test_whatever_was_typed_reads_the_same_after_the_move_or_is_listed(typed: list[tuple[str, str, Any]]):
    values: Values = {}
    for path, key, value in typed:
        values.setdefault(path, {})[key] = value
    period, body = parse_period("2027"), replace(BODY, skipped=frozenset())
    before, after = io.BytesIO(), io.BytesIO()
    older = form_of(2027, version="2026")
    write_template(older, period, body, before, values=values)
    cells = read_workbook(before.getvalue(), 1).cells
    found = moved_values(questionnaire_of(form_of(2027), period, body, {}), older, cells, printed_in(before.getvalue()))
    write_template(form_of(2027), period, body, after, values=found.values)
    keys = ["field", "row_key"]
    given = cells.filter((pl.col("state") != "blank") & (pl.col("section") != "cover"))
    read = read_workbook(after.getvalue(), 1).cells
    same = given.join(read, on=[*keys, "value", "state"], how="semi", nulls_equal=True)
    lost = {(one.field, one.row_key) for one in found.lost}
    assert set(given.select(keys).iter_rows()) - set(same.select(keys).iter_rows()) <= lost


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_command_says_what_became_of_the_file(wir: Wir, write_file: WriteFile, tmp_path: Path):
    file = write_file({"proof.annual_talk_on": {"": date(2027, 11, 3)}, "counselling.consultations": {"": 9}})
    ran = wir("migrate", file, "--out", tmp_path / "neu.xlsx")
    assert ran.code == 0
    assert "neu.xlsx geschrieben: Bergstraße (06431), Zeitraum 2027, Fassung 2027; " in ran.out
    assert "Keinen Platz fanden:\n  01 Deckblatt, C25: Jahresgespräch am „03.11.2027“" in ran.out
    assert "Neu gefragt und noch offen:\n  Verweise und Beratungen: davon per Video" in ran.out


@pytest.mark.slow
def test_the_commands_document_holds_the_same(wir: Wir, write_file: WriteFile, tmp_path: Path):
    ran = wir("migrate", write_file({"proof.annual_talk_on": {"": date(2027, 11, 3)}}), "--out", tmp_path, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.document["out"] == str(tmp_path / "WIR_06431_Bergstrasse_2027.xlsx")
    versions = (ran.document["period"], ran.document["from_version"], ran.document["form_version"])
    assert versions == ("2027", "2026", "2027")
    assert [lost["field"] for lost in ran.document["lost"]] == ["proof.annual_talk_on"]


def test_a_file_that_is_no_report_is_named_and_nothing_is_written(wir: Wir, tmp_path: Path):
    (tmp_path / "brief.xlsx").write_text("Sehr geehrte Damen und Herren")
    for file, code in (("brief.xlsx", "R-DAT-"), ("fehlt.xlsx", "R-DAT-00")):
        ran = wir("migrate", tmp_path / file, "--out", tmp_path / "neu.xlsx")
        assert ran.code == 2
        assert code in ran.err
        ran = wir("migrate", tmp_path / file, "--out", tmp_path / "neu.xlsx", "--json")
        assert ran.document["findings"][0]["code"].startswith(code)
    assert not (tmp_path / "neu.xlsx").exists()
    assert isinstance(migrate(None, tmp_path / "brief.xlsx", tmp_path / "neu.xlsx"), Unreadable)


@pytest.mark.slow
def test_the_file_itself_is_never_overwritten(write_file: WriteFile, tmp_path: Path):
    file = write_file({})
    before = file.read_bytes()
    (tmp_path / "link.xlsx").symlink_to(file)
    for out in (file, tmp_path / "link.xlsx"):
        with pytest.raises(SameFileError, match="ist die Datei selbst"):
            migrate(None, file, out)
    assert file.read_bytes() == before


def test_the_ministry_can_still_hand_out_an_older_version(wir: Wir, tmp_path: Path):
    wanted = ("template", "--ags", "06431", "--period", "2027", "--out", tmp_path / "alt.xlsx", "--form-version")
    written = wir(*wanted, "2026")
    identity = read_workbook((tmp_path / "alt.xlsx").read_bytes(), 1).identity
    assert identity is not None
    assert (written.code, identity.year, identity.form_version) == (0, 2027, "2026")
    refused = wir(*wanted, "2025")
    assert (refused.code, "use 2026 or 2027" in refused.err) == (64, True)
