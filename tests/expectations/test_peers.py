"""Peer bounds: median ± k · MAD of a type's changes, what makes no bound, and what cannot move one."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from expectations.batch import Case, Context
from expectations.form import form_of
from expectations.peers import PEERS_SCHEMA, no_peers, peer_bounds
from expectations.tables import section_columns
from tests.expectations.conftest import OtherReport

DAY_ONE, FOREVER = date(1900, 1, 1), date(9999, 12, 31)
CHANGES = (0.8, 0.9, 1.0, 1.1, 1.25, 1.4, 1.5)
"""What became of 100 enquiries in seven Landkreise."""


def municipalities(count: int, type_: str = "Landkreis", first: int = 0) -> pl.DataFrame:
    rows = [(f"06{first + number:03}", type_, DAY_ONE, FOREVER) for number in range(count)]
    return pl.DataFrame(rows, schema=["ags", "type", "valid_from", "valid_to"], orient="row")


def parameters(**numbers: float) -> pl.DataFrame:
    rows = [(name, float(number), DAY_ONE, FOREVER) for name, number in numbers.items()]
    return pl.DataFrame(rows, schema=["name", "number", "valid_from", "valid_to"], orient="row")


USUAL = parameters(peer_bound_mads=5, peer_bodies_min=5)


def history(section: str, *reports: Mapping[str, Any]) -> dict[str, pl.DataFrame]:
    columns = {column.name: column.polars_type for column in section_columns(form_of(2026).section(section))}
    schema = {**columns, "ags": pl.String(), "period": pl.String()}
    return {section: pl.DataFrame([{name: row.get(name) for name in schema} for row in reports], schema=schema)}


def telephone(changes: Sequence[float], first: int = 0) -> list[dict[str, Any]]:
    """Bodies with 100 enquiries in 2026 and as many times more in 2027, on two rows."""
    rows = []
    for number, change in enumerate(changes):
        common = {"ags": f"06{first + number:03}", "submission_id": number}
        for period, total in (("2026", 100), ("2027", round(100 * change))):
            rows.append({**common, "period": period, "row_key": "Telefon", "persons": total - 40})
            rows.append({**common, "period": period, "row_key": "persönlich", "persons": 40})
    return rows


def bound(frame: pl.DataFrame, field: str = "enquiries.persons") -> dict[str, Any]:
    (row,) = frame.filter(pl.col("field") == field).rows(named=True)
    return row


def test_a_bound_is_the_median_and_k_times_the_mad_of_logarithmic_changes() -> None:
    found = bound(peer_bounds(history("enquiries", *telephone(CHANGES)), municipalities(7), USUAL, 2028))
    median = math.log(1.1)
    deviations = sorted(abs(math.log(change) - median) for change in CHANGES)
    assert (found["year"], found["type"], found["measure"], found["bodies"]) == (2028, "Landkreis", "change", 7)
    assert found["median"] == pytest.approx(median)
    assert found["mad"] == pytest.approx(deviations[3])
    assert found["low"] == pytest.approx(1.1 * math.exp(-5 * deviations[3]))
    assert found["high"] == pytest.approx(1.1 * math.exp(5 * deviations[3]))


def test_bodies_of_another_type_are_no_peers() -> None:
    rows = [*telephone(CHANGES), *telephone([10.0] * 4, first=100)]
    bodies = pl.concat([municipalities(7), municipalities(4, "Kreisfreie Stadt", first=100)])
    found = peer_bounds(history("enquiries", *rows), bodies, USUAL, 2028)
    assert found["type"].unique().to_list() == ["Landkreis"]
    assert bound(found) == bound(peer_bounds(history("enquiries", *telephone(CHANGES)), municipalities(7), USUAL, 2028))


def test_a_type_is_the_one_that_a_body_had_in_the_year_before() -> None:
    bodies = municipalities(7).with_columns(valid_to=pl.lit(date(2026, 12, 31)))
    assert peer_bounds(history("enquiries", *telephone(CHANGES)), bodies, USUAL, 2028).is_empty()


@pytest.mark.parametrize("changes", [CHANGES[:4], [1.1] * 7], ids=["four bodies", "all the same"])
def test_few_bodies_or_no_spread_make_no_bound(changes: Sequence[float]) -> None:
    found = peer_bounds(history("enquiries", *telephone(changes)), municipalities(7), USUAL, 2028)
    assert found.equals(no_peers())


def test_three_absurd_reports_of_seven_hardly_move_a_bound() -> None:
    absurd = (*CHANGES[:4], 1000.0, 2000.0, 3000.0)
    found = bound(peer_bounds(history("enquiries", *telephone(absurd)), municipalities(7), USUAL, 2028))
    assert found["high"] < 10


def test_what_was_not_recorded_or_zero_is_left_out() -> None:
    rows = telephone(CHANGES)
    rows[0]["persons"] = None
    rows[4].update(persons=0)
    rows[5].update(persons=0)
    found = bound(peer_bounds(history("enquiries", *rows), municipalities(7), USUAL, 2028))
    assert found["bodies"] == 5


def test_half_years_and_other_years_are_left_out() -> None:
    rows = telephone(CHANGES)
    other = [{**row, "period": period, "persons": 9999} for row in rows for period in ("2027-H1", "2025", "2026-2030")]
    with_others = peer_bounds(history("enquiries", *rows, *other), municipalities(7), USUAL, 2028)
    assert with_others.equals(peer_bounds(history("enquiries", *rows), municipalities(7), USUAL, 2028))


def test_in_the_second_year_the_figures_themselves_are_bounded() -> None:
    common = {"period": "2026", "row_key": ""}
    sizes = (40, 60, 80, 100, 150, 200, 400)
    rows = [{**common, "ags": f"06{number:03}", "consultations": size} for number, size in enumerate(sizes)]
    found = bound(
        peer_bounds(history("counselling", *rows), municipalities(7), USUAL, 2027), "counselling.consultations"
    )
    assert found["measure"] == "level"
    assert found["low"] < 40
    assert 400 < found["high"] < 10000


def test_the_first_year_has_no_year_before() -> None:
    assert peer_bounds({}, municipalities(7), USUAL, 2026).equals(no_peers())


def test_without_its_parameters_there_is_no_bound() -> None:
    for known in (parameters(peer_bound_mads=5), parameters(peer_bodies_min=5)):
        assert peer_bounds(history("enquiries", *telephone(CHANGES)), municipalities(7), known, 2028).is_empty()


def test_tables_and_final_sums_are_not_compared() -> None:
    rows = [
        {"ags": f"06{number:03}", "period": period, "row_key": "1", "amount_eur": Decimal(1000 + 100 * number)}
        for number in range(7)
        for period in ("2026", "2027")
    ]
    assert peer_bounds(history("drawdowns", *rows), municipalities(7), USUAL, 2028).is_empty()


def test_the_order_of_bodies_changes_nothing() -> None:
    rows = telephone(CHANGES)
    one, other = (
        peer_bounds(history("enquiries", *ordered), municipalities(7), USUAL, 2028) for ordered in (rows, rows[::-1])
    )
    assert one.equals(other)
    assert one.schema == pl.Schema(PEERS_SCHEMA)


@pytest.mark.slow
def test_a_report_beyond_the_bounds_of_its_peers_is_asked_and_one_within_is_not(
    case: Callable[..., Case], other_report: Callable[[str], OtherReport], context: Context
) -> None:
    from expectations.judge import judge

    landkreise = ("06431", "06432", "06433", "06434", "06435", "06436", "06437")
    sizes = dict(zip(landkreise, (60, 65, 70, 75, 80, 85, 90), strict=True))
    common = {"period": "2026", "row_key": "", "submission_id": 1}
    before = history("counselling", *({**common, "ags": ags, "consultations": size} for ags, size in sizes.items()))
    peers = peer_bounds(before, context.reference["municipalities"], context.reference["parameters"], 2027)
    found = bound(peers, "counselling.consultations")
    cases = []
    for number, consultations in enumerate((math.ceil(found["high"]), 900), start=1):
        sections, identity = other_report("next_year")
        sections["counselling"][0]["consultations"] = consultations
        cases.append(case(number, sections, **identity))
    judgements = judge(cases, replace(context, history=before, peers=peers))
    asked = [[one for one in judgement.findings if one.code == "R-VOR-04"] for judgement in judgements.values()]
    assert [len(findings) for findings in asked] == [0, 1]
    assert (
        "Beratungen“ insgesamt: 900; im Vorjahr waren es 70. Nach den Berichten von 7 Kommunen" in asked[1][0].message
    )
    assert asked[1][0].expected == str(math.ceil(found["high"]))
