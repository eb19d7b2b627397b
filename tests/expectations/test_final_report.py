"""The final report end to end: filled into its template, read back, judged against the years' reports, recognised."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from expectations.batch import Case, Context
from expectations.finding import Judgement, Outcome, Verdict
from expectations.form import form_of
from expectations.judge import judge
from expectations.period import parse_period
from flows import line
from flows.demo.files import values_of
from flows.desk import explain, submit_files
from flows.desk.recognition import recognise
from flows.house import open_house
from flows.reference import import_file
from flows.settings import DataFolder
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


@pytest.mark.slow
def test_of_a_final_report_the_use_of_all_years_is_recognised_by_notice(
    other_report: Callable[[str], OtherReport], context: Context, tmp_path: Path
) -> None:
    folder, night = DataFolder(tmp_path / "data"), datetime(2031, 3, 2, 1, 15, tzinfo=UTC)
    sections, identity = other_report("final")
    _take_in_grants(folder, context, identity["ags"], tmp_path / "grants.csv")
    file = tmp_path / "schlussbericht.xlsx"
    file.write_bytes(filled(sections, identity["ags"], context))
    (receipt,), _ = submit_files(folder, [file], sender="")
    line.run_night(folder, business_at=night)
    explain(folder, receipt.submission_id, "R-VOR-05", "Die Jahresberichte liegen nur auf Papier vor.")
    (amount,) = recognise(
        folder, receipt.submission_id, why="Belege geprüft.", by="anna", recognised_eur={"B-9": Decimal(150_000)}
    ).amounts
    assert (amount.reported_eur, amount.cut_eur) == (Decimal(151_500), Decimal(1_500))
    line.run_night(folder, business_at=night + timedelta(days=1))
    with duckdb.connect(str(folder.database), read_only=True) as connection:
        figures = connection.execute(
            "SELECT breakdown, numerator, denominator FROM indicators.figures WHERE indicator_id = 'MIT-07' "
            "AND period = '2026-2030' AND area_key = ? AND state = 'ok' ORDER BY ALL",
            [identity["ags"]],
        ).fetchall()
    assert figures == [
        ("gesamt", 150_000, 163_000),
        ("grant=B-9", 150_000, 163_000),
        ("outcome=gekürzt", 1_500, 163_000),
    ]


def _take_in_grants(folder: DataFolder, context: Context, ags: str, file: Path) -> None:
    """The body's notices as the ministry's register has them."""
    facts = {
        "financing_kind": "Festbetrag",
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2030, 12, 31),
        "proof_kind": "Zwischennachweis",
        "duty_basis": "Bescheid",
    }
    known = [pl.lit(value).alias(name) for name, value in facts.items()]
    context.reference["grants"].filter(pl.col("ags") == ags).with_columns(known).write_csv(file)
    import_file(folder, open_house(folder), file, now=datetime(2026, 7, 1, tzinfo=UTC))
