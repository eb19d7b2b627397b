"""The final report end to end: the template is filled in, read back and judged against the years' reports."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from expectations.batch import Case, Context
from expectations.finding import Judgement, Outcome, Verdict
from expectations.form import form_of
from expectations.judge import judge
from expectations.period import parse_period
from flows.demo.files import values_of
from flows.template import prefill_for, write_template
from flows.workbook import read_workbook
from tests.expectations.conftest import OtherReport, Rows, changed

FINAL_RULES = {"R-FIN-21", "R-FIN-22", "R-FIN-23", "R-FIN-24", "R-VOR-05"}


@pytest.fixture
def answer(other_report: Callable[[str], OtherReport], context: Context) -> Callable[..., Judgement]:
    """What is said of a final report, changed or not, that was filled into its own template."""

    def judged(change: dict[str, Any] | None = None, **further: Any) -> Judgement:
        sections, identity = other_report("final")
        sections = changed(sections, change or {}, 2030)
        reading = read_workbook(filled(sections, identity["ags"], context), 1)
        assert reading.findings == ()
        return judge([Case(1, reading, identity["received_on"])], replace(context, **further))[1]

    return judged


def filled(sections: Rows, ags: str, context: Context) -> bytes:
    form, period = form_of(2030), parse_period("2026-2030")
    agreed = [{**row, "year_from": 2026, "year_to": 2030, "ags": ags} for row in sections["targets"]]
    targets = context.reference["targets"]
    own = pl.DataFrame([{name: row[name] for name in targets.columns} for row in agreed], strict=False)
    prefill = prefill_for({**context.reference, "targets": own.cast(targets.schema)}, ags, period)
    sections["targets"] = [{**row, "years": "2026–2030"} for row in sections["targets"]]
    file = io.BytesIO()
    write_template(form, period, prefill, file, values=values_of(form, sections))
    return file.getvalue()


@pytest.mark.slow
def test_a_final_report_whose_sums_are_those_of_its_years_is_accepted(answer: Callable[..., Judgement]) -> None:
    judgement = answer()
    outcomes = {result.code: result.outcome for result in judgement.results}
    assert judgement.findings == ()
    assert judgement.verdict is Verdict.ACCEPTED
    assert {outcomes[code] for code in FINAL_RULES} == {Outcome.PASSED}


@pytest.mark.slow
def test_a_final_report_that_adds_up_otherwise_is_returned_with_every_difference(
    answer: Callable[..., Judgement],
) -> None:
    wrong = {"final_finances": {"B-9": {"expenditure_total_eur": 180000.00, "state_funds_total_eur": 164000.00}}}
    judgement = answer(wrong)
    found = {(finding.code, finding.field, finding.cell) for finding in judgement.findings}
    assert judgement.verdict is Verdict.RETURNED
    assert found == {
        ("R-FIN-21", "final_finances.expenditure_total_eur", "D76"),
        ("R-FIN-21", "final_finances.state_funds_total_eur", "E76"),
        ("R-FIN-22", "final_finances.state_funds_total_eur", "E76"),
        ("R-FIN-23", "final_finances.expenditure_total_eur", "D76"),
        ("R-FIN-23", "final_finances.state_funds_total_eur", "E76"),
    }


@pytest.mark.slow
def test_without_the_years_reports_the_sums_wait_and_the_sender_is_asked(
    answer: Callable[..., Judgement], context: Context
) -> None:
    years = {name: frame.filter(pl.col("period") != "2028") for name, frame in context.history.items()}
    judgement = answer(history=years)
    outcomes = {result.code: result.outcome for result in judgement.results}
    (found,) = judgement.findings
    assert outcomes["R-FIN-21"] is Outcome.NOT_APPLICABLE
    assert found.code == "R-VOR-05"
    assert "Angenommen sind bisher 4 Jahresberichte Ihrer Kommune (2026, 2027, 2029, 2030)" in found.message
