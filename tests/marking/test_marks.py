"""Cells are marked as long as what was rejected stands in them."""

import re

import pytest

from expectations.finding import Severity
from flows.marking.conditions import condition
from flows.marking.contents import BLANK, Content
from tests.marking.packages import changed, complaints, finding, formulas, marked, outcome, sheet_part, text_rows
from tests.workbook.reports import FINANCES, parts_of, type_into


def test_a_marked_form_is_in_order(form: bytes):
    findings = [finding("E9"), finding("F9", Severity.WARNING), finding("G9", Severity.HINT, code="R-FIN-05")]
    assert complaints(form) == []
    assert complaints(marked(form, findings)) == []


def test_a_rejected_number_is_marked_while_it_stands_there(form: bytes):
    found = formulas(marked(form, [finding("E9")]), FINANCES)
    assert 'AND(AND(ISNUMBER(E9),E9=60000.05),N("wir.marks")=0)' in found["E9"]


def test_a_blank_cell_is_marked_while_it_is_blank(form: bytes):
    found = formulas(marked(form, [finding("F9")]), FINANCES)
    assert 'AND(LEN(TRIM(F9))=0,N("wir.marks")=0)' in found["F9"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cell", "holds"),
    [
        ("ca. 12", 'EXACT(F9,"ca. 12")'),
        ('sagt "ja"', 'EXACT(F9,"sagt ""ja""")'),
        ("  12 Personen ", 'EXACT(TRIM(F9),"12 Personen")'),
        ("=1+1", 'EXACT(F9,"=1+1")'),
        ("a" * 300, f'AND(LEN(F9)=300,EXACT(LEFT(F9,200),"{"a" * 200}"))'),
        ("erste\nzweite Zeile", 'EXACT(LEFT(F9,5),"erste")'),
        ("gut 😀", 'EXACT(LEFT(F9,4),"gut ")'),
        ('<c t="b"><v>1</v></c>', "AND(ISLOGICAL(F9),F9=TRUE)"),
        ('<c t="e"><v>#REF!</v></c>', "ISERROR(F9)"),
        ("<c><f>SUM(G9:H9)</f></c>", "_xlfn.ISFORMULA(F9)"),
        ("<c><f>SUM(G9:H9)</f><v>12.5</v></c>", "AND(ISNUMBER(F9),F9=12.5)"),
        ('<c t="d"><v>2026-12-31</v></c>', "AND(ISNUMBER(F9),F9=46387)"),
        ("<c><v>1E-3</v></c>", "AND(ISNUMBER(F9),F9=0.001)"),
        ('<c t="inlineStr"><is><r><t>zwei</t></r><r><t>teilig</t></r><rPh sb="0" eb="1"><t>x</t></rPh></is></c>',
         'EXACT(F9,"zweiteilig")'),
    ],
)  # fmt: skip
def test_a_mark_compares_with_what_the_cell_holds(form: bytes, cell: str, holds: str):
    found = formulas(marked(type_into(form, FINANCES, {"F9": cell}), [finding("F9")]), FINANCES)
    assert f'AND({holds},N("wir.marks")=0)' in found["F9"]


def test_a_text_of_the_shared_list_is_compared_too(form: bytes):
    with_list = type_into(form, FINANCES, {"F9": '<c t="s"><v>1</v></c>'})
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    data = changed(
        with_list,
        {
            "xl/sharedStrings.xml": f'<sst xmlns="{main}"><si/><si><r><t>zwölf</t></r></si></sst>'.encode(),
            "xl/_rels/workbook.xml.rels": lambda part: part.replace(
                b"</Relationships>",
                b'<Relationship Id="texts" Target="sharedStrings.xml" Type="http://schemas.openxmlformats.org/'
                b'officeDocument/2006/relationships/sharedStrings"/></Relationships>',
            ),
        },
    )
    assert 'AND(EXACT(F9,"zwölf"),N("wir.marks")=0)' in formulas(marked(data, [finding("F9")]), FINANCES)["F9"]


def test_no_formula_grows_beyond_what_programs_take():
    for text in ("x" * 32_767, '"' * 32_767, "ä\n" * 9_000, "\x01" * 50):
        assert len(condition(Content("text", text), "'03 Finanzen'!F9")) < 600
    assert condition(BLANK, "F9") == "LEN(TRIM(F9))=0"


def test_errors_warnings_and_hints_differ_by_border_and_not_by_colour_alone(form: bytes):
    findings = [finding("E9"), finding("F9", Severity.WARNING), finding("G9", Severity.HINT)]
    data = marked(form, findings)
    sheet = parts_of(data)[sheet_part(data, FINANCES)].decode()
    numbers = {cell: int(re.search(rf'sqref="{cell}"><cfRule type="expression" dxfId="(\d+)"', sheet)[1])
               for cell in ("E9", "F9", "G9")}  # fmt: skip
    looks = re.findall(r"<dxf>.*?</dxf>", parts_of(data)["xl/styles.xml"].decode())
    borders = [re.search(r'<left style="(\w+)"', looks[number])[1] for number in numbers.values()]
    assert borders == ["thin", "dashed", "dotted"]
    assert "<b/>" in looks[numbers["E9"]]
    assert "<fill>" not in looks[numbers["G9"]]


@pytest.mark.parametrize("more", [{"explained": "Nachzahlung"}, {"trial": True}])
def test_what_asks_nothing_of_anybody_any_more_is_marked_as_a_hint(form: bytes, more: dict):
    as_hint = marked(form, [finding("F9", Severity.HINT, code="R-FIN-05")])
    data = marked(form, [finding("F9", Severity.WARNING, code="R-FIN-05", **more)])
    part = sheet_part(data, FINANCES)
    assert parts_of(data)[part] == parts_of(as_hint)[part]


def test_the_gravest_finding_of_a_cell_decides_its_look(form: bytes):
    once = marked(form, [finding("F9")])
    data = marked(form, [finding("F9", Severity.HINT), finding("F9"), finding("F9", Severity.WARNING)])
    assert parts_of(data)[sheet_part(data, FINANCES)] == parts_of(once)[sheet_part(once, FINANCES)]


def test_marks_come_before_the_formats_that_are_there(form: bytes):
    before, after = (
        [int(number) for number in re.findall(rb'priority="(\d+)"', parts_of(data)[sheet_part(data, FINANCES)])]
        for data in (form, marked(form, [finding("E9"), finding("F9")]))
    )
    assert after[:2] == [1, 2]
    assert min(after[2:]) == 3
    assert [number - min(after[2:]) for number in after[2:]] == [number - min(before) for number in before]


def test_further_cells_of_the_same_cause_are_marked_too(form: bytes):
    found = formulas(marked(form, [finding("F9", also_at=("F10", "G10:H10", "und 3 weitere"))]), FINANCES)
    assert {"F9", "F10", "G10"} <= {cell for cell, told in found.items() if any("wir.marks" in one for one in told)}


def test_a_cell_that_no_sheet_can_have_is_told_but_not_marked(form: bytes):
    findings = [finding("XFE9"), finding("A1048577"), finding("Summe"), finding("C9", sheet="Gibt es nicht")]
    data = marked(form, findings)
    assert complaints(data) == []
    assert "wir.marks" not in parts_of(data)[sheet_part(data, FINANCES)].decode()
    assert sum(row.get("E") == "R-FIN-04" for row in text_rows(data)) == 4


@pytest.mark.slow
def test_two_thousand_findings_are_all_told_and_beyond_three_thousand_cells_it_is_said(form: bytes):
    many = [finding(f"{'EFGHIJ'[number % 6]}{9 + number // 6}", code=f"R-FIN-{number % 9}") for number in range(3_100)]
    data = marked(form, many)
    assert complaints(data) == []
    rows = text_rows(data)
    assert sum(row.get("E", "").startswith("R-FIN-") for row in rows) == 3_100
    assert rows[-1]["A"].startswith("Markiert sind die ersten 3.000 Zellen; 100 weitere nennen nur diese Liste und")
    assert len(data) < 2 * 1024 * 1024


def test_a_clean_report_gets_a_list_that_says_so(form: bytes):
    done = outcome(form, [])
    assert done.reason == ""
    assert any("nichts zu beanstanden" in row.get("A", "") for row in text_rows(done.content))
