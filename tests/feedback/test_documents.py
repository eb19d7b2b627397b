"""What a municipality is told of its report: the same findings for people and for programs."""

import polars as pl
import pytest

from expectations.finding import Finding, Judgement, Outcome, RuleResult, Severity, Verdict
from expectations.period import ReportKind
from expectations.privacy import MASK
from expectations.reading import CELLS_SCHEMA, Identity, Reading, no_cells
from flows.feedback import Checked, as_document, plain_text, protocol

CELL = {
    "submission_id": 1,
    "sheet": "02 Personal",
    "section": "posts",
    "field": "posts.remark",
    "ordinal": 1,
    "state": "given",
    "found_type": "text",
    "number": None,
    "date": None,
}


@pytest.fixture
def checked() -> Checked:
    """A report with two remarks, one of which names somebody."""
    remarks = (("M9", "1", "Bitte Frau Muster fragen"), ("M10", "2", "Stelle ab Mai besetzt"))
    cells = [{**CELL, "cell": cell, "row_key": key, "raw": text, "value": text} for cell, key, text in remarks]
    named = Finding("R-DSG-01", Severity.WARNING, "Der Text …", "Bitte entfernen Sie …", "02 Personal", "M9")
    identity = Identity("06431", "Bergstraße", ReportKind.YEAR, 2026, "2026", frozenset(), ())
    reading = Reading(identity, pl.DataFrame(cells, schema=CELLS_SCHEMA, orient="row"), (), {})
    return Checked("bogen.xlsx", "0" * 64, reading, Judgement(Verdict.AWAITING_EXPLANATION, (named,)), "1")


@pytest.fixture
def unreadable() -> Checked:
    finding = Finding("R-DAT-01", Severity.FATAL, "Die Datei ist leer.", "Bitte senden Sie sie erneut.")
    unrun = RuleResult("R-FIN-01", Outcome.NOT_RUN, "Die Datei ist nicht als Bericht lesbar.")
    judgement = Judgement(Verdict.UNREADABLE, (finding,), (unrun,))
    return Checked("leer.xlsx", "0" * 64, Reading(None, no_cells(), (finding,)), judgement, "1")


def test_likely_personal_data_are_masked_and_nothing_else(checked: Checked) -> None:
    values = {value["cell"]: (value["raw"], value["value"]) for value in as_document(checked)["values"]}
    assert values == {"M9": (MASK, MASK), "M10": ("Stelle ab Mai besetzt", "Stelle ab Mai besetzt")}


def test_the_protocol_as_text_has_no_blanks_at_the_ends_of_its_lines(checked: Checked) -> None:
    lines = plain_text(protocol(checked)).splitlines()
    assert "1 Auffälligkeit" in lines
    assert lines == [line.rstrip() for line in lines]


def test_an_unreadable_file_is_told_its_reason_and_no_list_of_rules(unreadable: Checked) -> None:
    text = plain_text(protocol(unreadable))
    assert "Die Datei ist leer." in text
    assert "nicht geprüft" not in text
    assert [entry["code"] for entry in as_document(unreadable)["not_run"]] == ["R-FIN-01"]
