"""What differs between two databases, and the cause that is named: one thing is changed at a time."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.releasing import Differences, differences
from flows.releasing.causes import CAUSES_DE, cause_de
from flows.warehouse import SqlTexts, WarehouseInputs, build
from flows.warehouse.inputs import LEDGER
from flows.warehouse.released import CELLS_OF_RELEASE
from tests.warehouse.worlds import Report, sql_of, with_sections, world

SECTIONS = ("finances", "enquiries", "quarters", "guides")
INDICATORS = ("ANL-01", "BER-01", "LOT-04", "MIT-01", "MIT-03")
BERGSTRASSE, KASSEL = "06431", "06611"
YEAR = "2026"
LATER = datetime.combine(date(2027, 4, 9), time(1))


def enquiries(persons: int) -> dict[str, Sequence[Mapping[str, Any]]]:
    return {"enquiries": [{"channel": "persönlich", "persons": persons, "organisations": 0, "authorities": 0}]}


FIRST = Report(BERGSTRASSE, YEAR, enquiries(10), received_on=date(2027, 3, 1))
OTHER = Report(KASSEL, YEAR, enquiries(40), received_on=date(2027, 3, 2))
GRANT = {
    "grant_number": "B-1",
    "ags": BERGSTRASSE,
    "funding_line": "2.1",
    "cost_type": "Koordination",
    "budget_year": 2026,
    "granted_eur": 60000.0,
}
DUTIES = [{"ags": ags, "period": YEAR} for ags in (BERGSTRASSE, KASSEL)]


def inputs_of(
    reports: Sequence[Report] = (FIRST, OTHER),
    *,
    grants: Sequence[Mapping[str, Any]] = (GRANT,),
    duties: Sequence[Mapping[str, Any]] = DUTIES,
    acts: Mapping[str, int] | None = None,
    **more: Any,
) -> WarehouseInputs:
    """A world; `acts`: kind of a ledger's entry → the submission that it is about."""
    inputs = world(reports, obligations=duties, registers={"grants": grants, "drawdowns": []}, **more)
    rows = [
        (seq, "2027-04-01T00:00:00+00:00", kind, json.dumps({"submission_id": number}), "", f"{seq}")
        for seq, (kind, number) in enumerate((acts or {}).items(), start=1)
    ]
    entries = pl.DataFrame(rows, schema=LEDGER.frame_schema, orient="row")
    return with_sections(replace(inputs, entries=entries), SECTIONS)


@pytest.fixture(scope="session")
def texts() -> SqlTexts:
    return sql_of(INDICATORS, SECTIONS)


@pytest.fixture(scope="session")
def before(texts: SqlTexts, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(inputs_of(), tmp_path_factory.mktemp("before") / "wir.duckdb", sql=texts)


class Compare:
    """Builds the later database and compares."""

    def __init__(self, before: Path, folder: Path, texts: SqlTexts) -> None:
        self.before, self.folder, self.texts = before, folder, texts

    def __call__(
        self, inputs: WarehouseInputs, *, sql: SqlTexts | None = None, since: Path | None = None
    ) -> Differences:
        after = build(inputs, self.folder / "after.duckdb", sql=sql or self.texts)
        return differences(since or self.before, after)


@pytest.fixture
def compare(before: Path, tmp_path: Path, texts: SqlTexts) -> Compare:
    return Compare(before, tmp_path, texts)


def causes(found: Differences, indicator: str, area: str, breakdown: str = "gesamt") -> list[dict[str, Any]]:
    """The causes of one figure of the year, without what they do not name."""
    rows = found.causes.filter(
        pl.col("indicator_id") == indicator,
        pl.col("area_key") == area,
        pl.col("period") == YEAR,
        pl.col("breakdown") == breakdown,
    ).to_dicts()
    place = ("indicator_id", "area_key", "period", "breakdown")
    return [
        {name: value for name, value in row.items() if name not in place and value not in (None, "")} for row in rows
    ]


def figure(found: Differences, indicator: str, area: str) -> dict[str, Any]:
    return found.figures.row(
        by_predicate=(pl.col("indicator_id") == indicator)
        & (pl.col("area_key") == area)
        & (pl.col("period") == YEAR)
        & (pl.col("breakdown") == "gesamt"),
        named=True,
    )


def codes(found: Differences) -> set[str]:
    return set(found.causes["cause"])


@pytest.mark.slow
def test_two_builds_of_the_same_do_not_differ(compare: Compare) -> None:
    found = compare(inputs_of())
    assert found.figures.is_empty()
    assert found.causes.is_empty()


@pytest.mark.slow
def test_every_figure_that_differs_has_a_cause(compare: Compare) -> None:
    corrected = Report(BERGSTRASSE, YEAR, enquiries(12), received_on=date(2027, 4, 5), supersedes=1)
    found = compare(
        inputs_of([replace(FIRST, in_force=False), OTHER, corrected], grants=[GRANT | {"granted_eur": 1.0}])
    )
    key = ["indicator_id", "area_key", "period", "breakdown"]
    assert not found.figures.is_empty()
    assert found.figures.join(found.causes, on=key, how="anti").is_empty()
    assert "computation" not in codes(found)


@pytest.mark.slow
def test_a_corrected_report_is_named_with_both_submissions_and_days(compare: Compare) -> None:
    corrected = Report(BERGSTRASSE, YEAR, enquiries(12), received_on=date(2027, 4, 5), supersedes=1)
    found = compare(inputs_of([replace(FIRST, in_force=False), OTHER, corrected]))
    expected = {
        "cause": "resubmission",
        "ags": BERGSTRASSE,
        "submission_before": 1,
        "submission_after": 3,
        "received_before": date(2027, 3, 1),
        "received_after": date(2027, 4, 5),
    }
    assert causes(found, "ANL-01", BERGSTRASSE) == [expected]
    assert causes(found, "ANL-01", "06") == [expected]
    assert causes(found, "ANL-01", KASSEL) == []
    assert (figure(found, "ANL-01", "06")["value_before"], figure(found, "ANL-01", "06")["value_after"]) == (50, 52)
    assert cause_de(found.causes.row(0, named=True), found.names) == (
        "Bergstraße (06431): neue Einreichung, Einreichung 3 vom 05.04.2027 statt Einreichung 1 vom 01.03.2027"
    )


@pytest.mark.slow
def test_a_first_report_is_told_from_a_corrected_one(compare: Compare, tmp_path: Path, texts: SqlTexts) -> None:
    alone = build(inputs_of([FIRST]), tmp_path / "alone.duckdb", sql=texts)
    found = compare(inputs_of(), since=alone)
    assert [one["cause"] for one in causes(found, "ANL-01", KASSEL)] == ["first_report"]
    assert figure(found, "ANL-01", KASSEL)["state_before"] == "missing_report"
    assert causes(found, "ANL-01", "06")[0]["ags"] == KASSEL
    assert "first_report" in {one["cause"] for one in causes(found, "BER-01", "06")}


@pytest.mark.slow
def test_a_report_accepted_later_is_told_from_one_that_came_later(
    compare: Compare, tmp_path: Path, texts: SqlTexts
) -> None:
    waiting = replace(OTHER, verdict="awaiting_explanation", in_force=False)
    earlier = build(inputs_of([FIRST, waiting]), tmp_path / "waiting.duckdb", sql=texts)
    found = compare(inputs_of(), since=earlier)
    assert [one["cause"] for one in causes(found, "ANL-01", KASSEL)] == ["acceptance"]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "cause"), [("voiding", "voiding"), ("erased", "erasure")])
def test_voiding_and_erasure_bring_the_report_before_back_and_are_told_apart(
    compare: Compare, tmp_path: Path, texts: SqlTexts, kind: str, cause: str
) -> None:
    corrected = Report(BERGSTRASSE, YEAR, enquiries(12), received_on=date(2027, 4, 5), supersedes=1)
    both = [replace(FIRST, in_force=False), OTHER, corrected]
    earlier = build(inputs_of(both), tmp_path / "both.duckdb", sql=texts)
    restored = [FIRST, OTHER, replace(corrected, in_force=False)]
    found = compare(inputs_of(restored, acts={kind: 3}), since=earlier)
    told = causes(found, "ANL-01", BERGSTRASSE)
    assert [(one["cause"], one["submission_before"], one["submission_after"]) for one in told] == [(cause, 3, 1)]


@pytest.mark.slow
def test_a_voided_report_without_another_leaves_a_gap_that_is_explained(compare: Compare) -> None:
    found = compare(inputs_of([replace(FIRST, in_force=False), OTHER], acts={"voiding": 1}))
    assert [one["cause"] for one in causes(found, "ANL-01", BERGSTRASSE)] == ["voiding"]
    assert figure(found, "ANL-01", BERGSTRASSE)["state_after"] == "missing_report"


@pytest.mark.slow
def test_a_recheck_that_reads_otherwise_names_what_its_verdict_rests_on(compare: Compare) -> None:
    inputs = inputs_of([Report(BERGSTRASSE, YEAR, enquiries(11), received_on=date(2027, 3, 1)), OTHER])
    rechecked = pl.when(pl.col("submission_id") == 1)
    submissions = inputs.submissions.with_columns(
        rechecked.then(LATER).otherwise("verdict_at").cast(pl.Datetime("us")).alias("verdict_at"),
        rechecked.then(pl.lit("2")).otherwise("reader_version").alias("reader_version"),
        rechecked.then(pl.lit("r2")).otherwise("rules_version").alias("rules_version"),
    )
    found = compare(replace(inputs, submissions=submissions))
    assert [(one["cause"], one["detail"]) for one in causes(found, "ANL-01", "06")] == [
        ("recheck", "Prüfregeln, Leser")
    ]


@pytest.mark.slow
def test_an_approval_alone_changes_nothing(compare: Compare) -> None:
    inputs = inputs_of()
    approved = inputs.submissions.with_columns(pl.lit(LATER).alias("approved_at"))
    assert compare(replace(inputs, submissions=approved)).figures.is_empty()


@pytest.mark.slow
def test_a_changed_grant_is_named_by_its_row(compare: Compare) -> None:
    found = compare(inputs_of(grants=[GRANT | {"granted_eur": 61000.0}]))
    expected = {
        "cause": "reference",
        "ags": BERGSTRASSE,
        "register": "reference.grants",
        "row_key": "B-1 · Koordination · 2026",
        "detail": "granted_eur",
    }
    assert causes(found, "MIT-01", BERGSTRASSE) == [expected]
    assert causes(found, "MIT-01", "06", "cost_type=Koordination") == [expected]
    assert codes(found) == {"reference"}


@pytest.mark.slow
def test_a_changed_parameter_is_named_and_others_are_not(compare: Compare, tmp_path: Path, texts: SqlTexts) -> None:
    guides = {"guide_type": "Integration", "active_women": 3, "active_total": 4, "coordinating": 1, "hours": 100}
    report = Report(BERGSTRASSE, YEAR, {"guides": [guides]})
    earlier = build(inputs_of([report]), tmp_path / "guides.duckdb", sql=texts)
    inputs = inputs_of([report])
    name = pl.col("name")
    parameters = inputs.reference["parameters"].with_columns(
        pl.when(name.is_in(["guide_hours_per_year", "retention_years"]))
        .then(pl.lit("300"))
        .otherwise("value")
        .alias("value"),
        pl.when(name.is_in(["guide_hours_per_year", "retention_years"]))
        .then(300.0)
        .otherwise("number")
        .alias("number"),
    )
    found = compare(replace(inputs, reference={**inputs.reference, "parameters": parameters}), since=earlier)
    told = causes(found, "LOT-04", BERGSTRASSE)
    assert {(one["register"], one["row_key"].split(" · ")[0]) for one in told} == {
        ("reference.parameters", "guide_hours_per_year")
    }


@pytest.mark.slow
def test_a_waiver_or_an_extension_is_a_decision_on_the_duty(compare: Compare, tmp_path: Path, texts: SqlTexts) -> None:
    earlier = build(inputs_of([FIRST]), tmp_path / "owed.duckdb", sql=texts)
    waived = [DUTIES[0], DUTIES[1] | {"exempt": True}]
    found = compare(inputs_of([FIRST], duties=waived), since=earlier)
    expected = {
        "cause": "duty",
        "ags": KASSEL,
        "register": "intake.obligations",
        "row_key": f"{KASSEL} · {YEAR}",
        "detail": "exempt",
    }
    assert causes(found, "ANL-01", KASSEL) == [expected]
    assert codes(found) == {"duty"}


@pytest.mark.slow
def test_a_body_that_changes_its_area_is_a_change_of_reference_data(compare: Compare) -> None:
    inputs = inputs_of()
    is_kassel = pl.col("ags") == KASSEL
    moved = inputs.reference["municipalities"].with_columns(
        pl.when(is_kassel).then(pl.lit("Landkreis")).otherwise("type").alias("type")
    )
    found = compare(replace(inputs, reference={**inputs.reference, "municipalities": moved}))
    told = causes(found, "ANL-01", "type:Landkreis")
    assert [(one["cause"], one["register"], one["ags"]) for one in told] == [
        ("reference", "reference.municipalities", KASSEL)
    ]


@pytest.mark.slow
def test_another_definition_is_named_by_what_changed_in_it(compare: Compare, texts: SqlTexts) -> None:
    other = texts.indicators["MIT-01"].replace("grants.granted_eur AS", "2 * grants.granted_eur AS")
    found = compare(inputs_of(), sql=replace(texts, indicators={**texts.indicators, "MIT-01": other}))
    assert causes(found, "MIT-01", "06") == [{"cause": "definition", "detail": "SQL der Kennzahl"}]
    assert codes(found) == {"definition"}


@pytest.mark.slow
def test_a_change_in_the_sql_that_all_indicators_share_is_told_as_such(compare: Compare, texts: SqlTexts) -> None:
    shared = texts.views["indicators.figures"].replace(
        "THEN cast(round(exact.exact_value, 0)", "THEN cast(1 + round(exact.exact_value, 0)"
    )
    assert shared != texts.views["indicators.figures"]
    found = compare(inputs_of(), sql=replace(texts, views={**texts.views, "indicators.figures": shared}))
    assert causes(found, "ANL-01", "06") == [{"cause": "computation"}]


@pytest.mark.slow
def test_figures_of_a_period_that_closed_since_are_no_corrections(
    compare: Compare, tmp_path: Path, texts: SqlTexts
) -> None:
    half_year = Report(BERGSTRASSE, "2026-H1", enquiries(4), received_on=date(2026, 8, 3))
    at_half_year = inputs_of([half_year], business_at=datetime.fromisoformat("2026-09-02T01:15:00+00:00"))
    earlier = build(at_half_year, tmp_path / "half.duckdb", sql=texts)
    found = compare(inputs_of([half_year, FIRST, OTHER]), since=earlier)
    assert [one["cause"] for one in causes(found, "ANL-01", "06")] == ["new_period"]


@pytest.mark.slow
def test_a_figure_that_is_hidden_now_is_told_although_its_value_is_the_same(
    compare: Compare, tmp_path: Path, texts: SqlTexts
) -> None:
    inputs = inputs_of()
    earlier = build(with_cells(inputs, hidden=False), tmp_path / "shown.duckdb", sql=texts)
    found = compare(with_cells(inputs, hidden=True), since=earlier)
    assert causes(found, "ANL-01", KASSEL) == [{"cause": "disclosure", "detail": "jetzt geheim gehalten"}]
    row = figure(found, "ANL-01", KASSEL)
    assert (row["is_hidden_before"], row["is_hidden_after"]) == (False, True)
    assert found.figures.height == 1


def with_cells(inputs: WarehouseInputs, *, hidden: bool) -> WarehouseInputs:
    """A release of one cell."""
    cell = {
        **dict.fromkeys(CELLS_OF_RELEASE.frame_schema),
        "indicator_id": "ANL-01",
        "area_kind": "body",
        "area_key": KASSEL,
        "period": YEAR,
        "breakdown": "gesamt",
        "state": "ok",
        "suppression": "primary" if hidden else "",
    }
    return replace(inputs, released={"cells": pl.DataFrame([cell], schema=CELLS_OF_RELEASE.frame_schema)})


def test_every_code_of_a_cause_has_german_words(compare: Compare) -> None:
    sql = (Path(__file__).parents[2] / "sql" / "changes").glob("*.sql")
    written = {word for file in sql for word in file.read_text(encoding="utf-8").split("'") if word.isidentifier()}
    assert {*CAUSES_DE} <= written
