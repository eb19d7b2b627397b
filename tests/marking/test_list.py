"""The first sheet: all findings, the gravest first, each with a link to its cell."""

import io
import xml.etree.ElementTree as ET
from dataclasses import replace

import openpyxl
import pytest

from expectations.finding import Finding, Judgement, Outcome, RuleResult, Severity, Verdict
from flows.marking import mark, mark_workbook, order_of
from flows.workbook import read_workbook
from tests.marking.packages import (
    HEAD,
    changed,
    complaints,
    finding,
    marked,
    parts_of,
    sheet_names,
    sheet_part,
    text_rows,
)
from tests.workbook.reports import FINANCES, POSTS

TITLE = "Prüfbericht"


def links(data: bytes) -> dict[str, str]:
    sheet = openpyxl.load_workbook(io.BytesIO(data))[TITLE]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    return {cell.value: cell.hyperlink.location for cell in cells}


def test_it_is_the_first_sheet_and_the_only_one_that_is_chosen(form: bytes):
    data = marked(form, [finding("F9")])
    workbook = openpyxl.load_workbook(io.BytesIO(data))
    assert workbook.sheetnames == [TITLE, *sheet_names(form)]
    assert workbook.active.title == TITLE
    assert [sheet.title for sheet in workbook if sheet.sheet_view.tabSelected] == [TITLE]


def test_its_head_says_whose_report_it_is_what_became_of_it_and_what_to_do(form: bytes):
    head = [row["A"] for row in text_rows(marked(form, [finding("F9")]))[:5]]
    assert head[0] == TITLE
    assert head[1] == "Bergstraße (06431), Jahresbericht 2026 · geprüft am 01.04.2027 · Einreichung 12"
    assert head[2] == "Ergebnis: zurückgegeben, bitte berichtigen"
    assert head[3] == HEAD.next_step
    assert "so wie sie ist" in head[4]


def test_invented_data_are_called_invented_under_the_title(form: bytes):
    order = order_of(Judgement(Verdict.RETURNED, (finding("F9"),)), replace(HEAD, watermark="Alles ist erfunden."))
    data = mark(form, order).content
    assert data is not None
    head = [row["A"] for row in text_rows(data)[:3]]
    assert head == [TITLE, "Alles ist erfunden.", f"{HEAD.whose} · geprüft am 01.04.2027 · Einreichung 12"]


def test_errors_stand_before_warnings_before_hints_and_one_rule_stands_together(form: bytes):
    findings = [
        finding("F9", Severity.HINT, code="R-TEC-16"),
        finding("E9", code="R-FIN-01"),
        finding("G9", Severity.WARNING, code="R-FIN-05"),
        finding("H9", code="R-FIN-02"),
        finding("I9", code="R-FIN-01"),
    ]
    rows = text_rows(marked(form, findings))[6:]
    assert [row.get("B") or row["A"] for row in rows] == [
        "3 Fehler – bitte berichtigen",
        "R-FIN-01 · 2 Stellen",
        f"{FINANCES}, E9",
        f"{FINANCES}, I9",
        f"{FINANCES}, H9",
        "1 Auffälligkeit – bitte prüfen oder erläutern",
        f"{FINANCES}, G9",
        "1 Hinweis – zur Kenntnis",
        f"{FINANCES}, F9",
    ]


def test_a_finding_says_what_is_expected_and_what_to_do(form: bytes):
    told = finding("F9", message="Da steht 5.", expected="≥ 30.000,00", trial=True)
    row = next(row for row in text_rows(marked(form, [told])) if row.get("B") == f"{FINANCES}, F9")
    assert row["C"].splitlines() == [
        "Da steht 5.",
        "Erwartet: ≥ 30.000,00",
        "Diese Regel wird erprobt; sie entscheidet noch nichts.",
    ]
    assert row["D"] == "Bitte prüfen Sie die Zahl."


def test_an_explanation_is_shown_and_one_of_the_last_report_is_offered(form: bytes):
    explained = finding("F9", Severity.WARNING, explained="Nachzahlung aus dem Vorjahr")
    offered = finding("G9", Severity.WARNING, offered="Umzug")
    rows = {row.get("B"): row for row in text_rows(marked(form, [explained, offered]))}
    assert rows[f"{FINANCES}, F9"]["A"] == "erläutert"
    assert rows[f"{FINANCES}, F9"]["D"] == "Von Ihnen erläutert: Nachzahlung aus dem Vorjahr"
    assert "schrieben Sie dazu: „Umzug“" in rows[f"{FINANCES}, G9"]["D"]


def test_every_cell_is_linked_and_cells_that_lie_together_are_one_link(form: bytes):
    also_at = ("F10", "F11", "F13", "G13", "B20:C21", "und 7 weitere")
    found = links(marked(form, [finding("F9", also_at=also_at), finding("", sheet=POSTS)]))
    assert found == {
        f"{FINANCES}, F9": f"'{FINANCES}'!F9",
        f"{FINANCES}, F10:F11": f"'{FINANCES}'!F10:F11",
        f"{FINANCES}, F13:G13": f"'{FINANCES}'!F13:G13",
        f"{FINANCES}, B20:C21": f"'{FINANCES}'!B20:C21",
        POSTS: f"'{POSTS}'!A1",
    }
    rows = text_rows(marked(form, [finding("F9", also_at=also_at)]))
    assert any(row.get("C") == "Ebenso: und 7 weitere." for row in rows)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["Müller's Büro", "O''Brien", "Öffnung & <Mehr>", "ein Blatt"])
def test_links_reach_sheets_whatever_they_are_called(form: bytes, name: str):
    workbook = openpyxl.load_workbook(io.BytesIO(form))
    workbook[FINANCES].title = name
    file = io.BytesIO()
    workbook.save(file)
    data = marked(file.getvalue(), [finding("F9", sheet=name)])
    assert complaints(data) == []
    quoted = name.replace("'", "''")
    assert links(data)[f"{name}, F9"] == f"'{quoted}'!F9"
    assert f"'{quoted}'!F9" in parts_of(data)[sheet_part(data, TITLE)].decode().replace("&amp;", "&").replace(
        "&lt;", "<"
    ).replace("&gt;", ">").replace("&#246;", "ö").replace("&#214;", "Ö").replace("&#252;", "ü")


def test_a_sheet_whose_name_could_lead_elsewhere_is_named_but_not_referred_to(form: bytes):
    renamed = changed(
        form, {"xl/workbook.xml": lambda part: part.replace(b'name="03 Finanzen"', b'name="[1]03 Finanzen"')}
    )
    data = marked(renamed, [finding("F9", sheet="[1]03 Finanzen")])
    sheet = parts_of(data)[sheet_part(data, TITLE)].decode()
    assert "[1]03 Finanzen, F9" in sheet
    assert "location=" not in sheet
    assert "<f>" not in sheet


def test_the_state_of_each_place_is_a_formula_with_its_result(form: bytes):
    data = marked(form, [finding("E9", also_at=("F9", "G9")), finding("H9", Severity.HINT)])
    sheet = ET.fromstring(parts_of(data)[sheet_part(data, TITLE)])
    space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    states = {
        cell.find("m:f", space).text: cell.find("m:v", space).text for cell in sheet.iterfind(".//m:c[m:f]", space)
    }
    one = f"IF(OR(IFERROR(AND(ISNUMBER('{FINANCES}'!E9),'{FINANCES}'!E9=60000.05),FALSE)),\"offen\",\"geändert\")"
    two = ",".join(f"IFERROR(LEN(TRIM('{FINANCES}'!{cell}))=0,FALSE)" for cell in ("F9", "G9"))
    assert states == {one: "offen", f'IF(OR({two}),"offen","geändert")': "offen"}


def test_it_prints_on_a4_with_its_headings_on_each_page(form: bytes):
    sheet = openpyxl.load_workbook(io.BytesIO(marked(form, [finding("F9")])))[TITLE]
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$6:$6"
    assert sheet.freeze_panes == "A7"
    assert sheet.print_area.startswith("'Prüfbericht'!$A$1:$E$")
    assert sheet.column_dimensions["F"].hidden


def test_rules_that_were_not_run_are_told_with_their_reason(form: bytes):
    results = (RuleResult("R-FIN-20", Outcome.NOT_RUN, "Das Bescheidregister fehlt."),) * 2
    done = mark_workbook(form, read_workbook(form, 1), Judgement(Verdict.RETURNED, (), results), HEAD)
    told = [row["A"] for row in text_rows(done.content) if "Nicht geprüft" in row.get("A", "")]
    assert told == ["Nicht geprüft: Das Bescheidregister fehlt."]


def test_what_people_typed_becomes_neither_formula_nor_markup(form: bytes):
    nasty = '=HYPERLINK("http://x","y")<script>&amp;\x00\x1b[31m\u202e_x000D_ ]]></t>'
    findings: list[Finding] = [finding("F9", message=nasty, advice="+1", expected=nasty, also_at=(nasty,), code="@R")]
    data = marked(form, findings)
    assert complaints(data) == []
    row = next(row for row in text_rows(data) if row.get("B") == f"{FINANCES}, F9")
    assert row["C"].startswith('=HYPERLINK("http://x","y")<script>&amp;[31m_\u2060x000D_ ]]></t>')
    workbook = openpyxl.load_workbook(io.BytesIO(data))
    typed = [cell for line in workbook[TITLE].iter_rows() for cell in line if cell.data_type == "f"]
    assert {cell.column_letter for cell in typed} == {"A"}
    assert all(cell.quotePrefix for line in workbook[TITLE].iter_rows(min_row=7, min_col=2, max_col=5) for cell in line)
