"""A figure leads back to its cells, an empty table to its first cell, a register's figure to the register's row."""

from pathlib import Path
from typing import Any

import pytest

from flows.warehouse import NoPublicationError, build, trace_figure
from tests.warehouse.worlds import Report, sql_of, with_sections, world


def _rows(built: Path, indicator: str, area: str) -> list[dict[str, Any]]:
    figure, rows = trace_figure(built, indicator, area, "2026")
    assert figure is not None
    return rows


def test_a_figure_comes_with_its_name_and_every_cell_that_it_rests_on(built: Path) -> None:
    figure, rows = trace_figure(built, "ANL-01", "06431", "2026")
    assert figure is not None
    assert (figure["value"], figure["name_de"], figure["area"]) == (15, "Anfragen an die Anlaufstelle", "Bergstraße")
    cells = {row["field"]: (row["sheet"], row["cell"], row["raw"]) for row in rows}
    assert cells["enquiries.persons"] == ("05 Anlaufstelle", "C9", "12")
    assert {"enquiries.persons", "enquiries.organisations", "enquiries.authorities"} <= set(cells)
    assert {(row["submission_id"], row["sha256"], row["verdict"]) for row in rows} == {(2, f"{2:064x}", "accepted")}


def test_a_zero_from_an_empty_table_has_the_address_of_its_first_cell(built: Path) -> None:
    (row,) = _rows(built, "PER-01", "06431")
    assert (row["term"], row["sheet"], row["cell"], row["value"]) == ("posts", "02 Personal", "B9", "0")


def test_a_term_from_the_register_names_its_row_instead_of_a_cell(built: Path) -> None:
    rows = _rows(built, "MIT-01", "06431")
    assert {row["term"] for row in rows} == {"reference.grants: B-1 · Koordination · 2026"}
    assert {row["cell"] for row in rows} == {None}
    assert {row["field"]: row["value"] for row in rows}["reference.grants.granted_eur"] == "60000.00"


@pytest.mark.slow
def test_what_a_denominator_rests_on_is_named_even_where_it_adds_nothing(tmp_path: Path) -> None:
    guide = {"guide_type": "Integration", "active_total": 2, "coordinating": 1, "hours": 345}
    inputs = with_sections(world([Report("06431", "2026", {"guides": [guide]})]), {"guides"})
    built = build(inputs, tmp_path / "wir.duckdb", sql=sql_of(["LOT-04"], {"guides"}))
    rows = _rows(built, "LOT-04", "06431")
    limits = {row["value"]: row["sha256"] for row in rows if row["field"] == "reference.parameters.number"}
    assert limits == {"276.000000": None, "414.000000": None}
    assert {row["numerator"] for row in rows if row["section"] == "reference.parameters"} == {0}


def test_a_total_lists_only_the_bodies_that_count_in_it(built: Path) -> None:
    assert {row["ags"] for row in _rows(built, "MIT-03", "06")} == {"06431"}


def test_a_missing_report_is_a_figure_without_terms(built: Path) -> None:
    figure, rows = trace_figure(built, "ANL-01", "06611", "2026")
    assert figure is not None
    assert (figure["state"], rows) == ("missing_report", [])


def test_a_figure_that_there_is_not_is_none(built: Path) -> None:
    assert trace_figure(built, "ANL-01", "06", "2031") == (None, [])


def test_an_indicator_may_be_asked_for_in_small_letters(built: Path) -> None:
    assert trace_figure(built, "anl-01", "06431", "2026") == trace_figure(built, "ANL-01", "06431", "2026")
    assert _rows(built, "anl-01", "06431")


def test_before_the_first_publication_the_error_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(NoPublicationError, match="wir nightly"):
        trace_figure(tmp_path / "wir.duckdb", "ANL-01", "06", "2026")
