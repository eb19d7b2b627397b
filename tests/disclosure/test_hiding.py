"""What a release hides, and how it says so."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from flows.disclosure import Hidden, hide
from flows.disclosure.patience import UndecidedError
from flows.warehouse.load import conformed
from flows.warehouse.released import CELLS_OF_RELEASE, COUNTS_OF_RELEASE
from tests.disclosure.small_worlds import AREAS, YEAR, Report, World, write_database

QUIET = Report((20, 30, 40), women=45, referred=30, sensitive=20)


def _world(**reports: Report) -> World:
    return {(YEAR, body): report for body, report in {**dict.fromkeys(AREAS, QUIET), **reports}.items()}


@pytest.fixture
def hidden(tmp_path: Path) -> Hidden:
    """One body with a single sensitive count, one with none."""
    world = _world(B1=replace(QUIET, sensitive=1), B2=replace(QUIET, sensitive=0))
    return hide(write_database(world, tmp_path / "draft.duckdb"), [])


def _cell(hidden: Hidden, indicator: str, area: str) -> dict[str, object]:
    return hidden.cells.row(
        by_predicate=(pl.col("indicator_id") == indicator)
        & (pl.col("area_key") == area)
        & (pl.col("breakdown") == "gesamt"),
        named=True,
    )


def test_a_small_count_is_hidden_and_a_zero_is_shown(hidden: Hidden) -> None:
    assert _cell(hidden, "BBB-01", "B1")["suppression"] == "primary"
    assert _cell(hidden, "BBB-01", "B2")["suppression"] == ""


def test_what_would_tell_it_is_hidden_with_it(hidden: Hidden) -> None:
    assert hidden.cells.filter(indicator_id="BBB-01", suppression="secondary").height > 0
    assert _cell(hidden, "BBB-01", "06")["suppression"] == ""


def test_what_protects_nobody_is_shown(hidden: Hidden) -> None:
    assert hidden.cells.filter(pl.col("suppression") != "", indicator_id="CCC-01").is_empty()
    assert hidden.cells.filter(pl.col("suppression") != "", indicator_id="AAA-01").is_empty()


def test_employees_are_shown_in_areas_of_enough_bodies_only(hidden: Hidden) -> None:
    assert _cell(hidden, "EEE-01", "B1")["suppression"] == "policy"
    assert _cell(hidden, "EEE-01", "064")["suppression"] == "policy"
    assert _cell(hidden, "EEE-01", "06")["suppression"] == ""


@pytest.mark.slow
def test_a_quota_is_hidden_with_its_numerator_while_its_denominator_is_shown(tmp_path: Path) -> None:
    found = hide(write_database(_world(B1=replace(QUIET, referred=1)), tmp_path / "draft.duckdb"), [])
    cell = _cell(found, "AAA-02", "B1")
    assert (cell["suppression"], cell["is_numerator_public"], cell["is_denominator_public"]) == ("primary", False, True)


@pytest.mark.slow
def test_what_was_shown_once_stays_shown(tmp_path: Path) -> None:
    before = _world()
    first = hide(write_database(before, tmp_path / "draft.duckdb"), [])
    earlier = write_database(before, tmp_path / "first.duckdb", first)
    after = _world(B1=replace(QUIET, sensitive=1, version=2))
    second = hide(write_database(after, tmp_path / "second.duckdb"), [earlier])
    changed = pl.col("area_key").is_in(["B1", "064", "type:Landkreis", "06"])
    kept = second.counts.filter(~changed & (pl.col("indicator_id") != "EEE-01"))
    assert kept.filter(pl.col("suppression") != "").is_empty()
    assert second.counts.filter(changed & (pl.col("suppression") != ""), indicator_id="BBB-01").height > 1


def test_nothing_is_hidden_where_nothing_is_small(tmp_path: Path) -> None:
    found = hide(write_database(_world(), tmp_path / "draft.duckdb"), [])
    assert found.cells.filter(~pl.col("suppression").is_in(["", "policy"]), indicator_id="AAA-01").is_empty()


def test_the_counts_of_suppression_are_those_of_the_cells(hidden: Hidden) -> None:
    shown = hidden.cells.filter(state="ok")
    assert hidden.suppressed["cells"].sum() == shown.height
    for reason in ("primary", "secondary", "policy"):
        assert hidden.suppressed[reason].sum() == shown.filter(suppression=reason).height


def test_the_frames_are_those_that_the_warehouse_declares(hidden: Hidden) -> None:
    assert conformed(CELLS_OF_RELEASE, hidden.cells).height == hidden.cells.height
    assert conformed(COUNTS_OF_RELEASE, hidden.counts).height == hidden.counts.height


def test_the_gap_says_how_much_might_have_been_shown_more(hidden: Hidden) -> None:
    assert hidden.loss > 0
    assert 0 <= hidden.gap < 1


@pytest.fixture
def intertwined(tmp_path: Path) -> Path:
    """A draft in which many counts are small."""
    reports = {
        body: Report((1, 2, 9 + place), women=4, referred=2, sensitive=place) for place, body in enumerate(AREAS)
    }
    return write_database(_world(**reports), tmp_path / "draft.duckdb")


@pytest.mark.slow
def test_the_same_database_hides_the_same(intertwined: Path) -> None:
    assert hide(intertwined, []).counts.equals(hide(intertwined, []).counts)


@contextmanager
def _busy_machine() -> Iterator[None]:
    """Others compute beside us."""
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2 * (os.cpu_count() or 1))]
    try:
        yield
    finally:
        for one in others:
            one.kill()
            one.wait()


@pytest.mark.slow
def test_a_busy_machine_hides_the_same(intertwined: Path) -> None:
    alone = hide(intertwined, [], questions=50)
    with _busy_machine():
        beside_others = hide(intertwined, [], questions=50)
    assert beside_others.counts.equals(alone.counts)
    assert (beside_others.loss, beside_others.gap) == (alone.loss, alone.gap)


@pytest.mark.slow
def test_who_searches_less_still_protects_and_says_how_much_might_be_shown_more(intertwined: Path) -> None:
    long, short = hide(intertwined, []), hide(intertwined, [], questions=0)
    assert long.loss <= short.loss
    assert long.gap <= short.gap < 1


def test_a_search_that_takes_far_too_long_is_given_up_and_never_cut_short(intertwined: Path) -> None:
    with pytest.raises(UndecidedError, match="veröffentlicht ist nichts"):
        hide(intertwined, [], seconds=0.0)
