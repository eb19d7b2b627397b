"""An attacker who knows everything that was ever published finds no hidden count; one who sees less hidden does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.disclosure import Hidden, hide
from tests.disclosure.attacker import Interval, Published, Question, attack, rest, telling_medians
from tests.disclosure.small_worlds import (
    AREAS,
    DEFINITIONS,
    HALF,
    THRESHOLDS,
    YEAR,
    Report,
    World,
    published,
    write_database,
)

BODIES = tuple(AREAS)
QUIET = Report((20, 30, 40), women=45, referred=30, sensitive=20)
"""A report in which nothing is small."""


def _release(worlds: Sequence[World], folder: Path) -> list[tuple[World, Hidden]]:
    """Release one world after the other."""
    earlier: list[Path] = []
    released = []
    for number, world in enumerate(worlds):
        draft = write_database(world, folder / f"draft{number}.duckdb")
        hidden = hide(draft, earlier)
        earlier.append(write_database(world, folder / f"{number}.duckdb", hidden))
        released.append((world, hidden))
    return released


def _public(released: Sequence[tuple[World, Hidden]]) -> list[Published]:
    return [published(world, hidden.cells) for world, hidden in released]


def _narrow(releases: Sequence[Published]) -> list[Interval]:
    """Hidden counts of which the attacker knows more than he may."""
    return [
        found for found in attack(releases, DEFINITIONS) if found.width < THRESHOLDS[found.question.indicator] - 1e-4
    ]


def _year(reports: Mapping[str, Report], period: str = YEAR) -> World:
    return {(period, body): report for body, report in reports.items()}


def _quiet() -> dict[str, Report]:
    return dict.fromkeys(BODIES, QUIET)


def _only_small(hidden: Hidden) -> Hidden:
    """The same release with nothing hidden but what is small."""
    kept = pl.col("suppression") != "secondary"
    sides = hidden.counts.filter(suppression="primary").select(
        "indicator_id", "period", "area_key", "breakdown", "side"
    )
    cells = hidden.cells.with_columns(
        suppression=pl.when(kept).then("suppression").otherwise(pl.lit("")),
        is_numerator_public=_is_kept(hidden.cells, sides, "numerator"),
        is_denominator_public=_is_kept(hidden.cells, sides, "denominator"),
    )
    return replace(hidden, cells=cells)


def _is_kept(cells: pl.DataFrame, sides: pl.DataFrame, side: str) -> pl.Series:
    keys = {tuple(row) for row in sides.filter(side=side).drop("side").iter_rows()}
    return pl.Series(
        [row not in keys for row in cells.select("indicator_id", "period", "area_key", "breakdown").iter_rows()]
    )


def _a_small_kind() -> list[World]:
    return [_year({**_quiet(), "B1": Report((2, 30, 40), women=45, referred=30, sensitive=20)})]


def _a_small_sensitive_count() -> list[World]:
    return [_year({**_quiet(), "B2": replace(QUIET, sensitive=4)})]


def _a_small_numerator() -> list[World]:
    return [_year({**_quiet(), "B3": replace(QUIET, referred=1)})]


def _a_small_half_year() -> list[World]:
    halves = _year({**_quiet(), "B1": replace(QUIET, sensitive=2)}, HALF)
    years = _year({**_quiet(), "B1": replace(QUIET, sensitive=3)})
    return [{**halves, **years}]


def _a_small_district() -> list[World]:
    few = Report((1, 30, 40), women=45, referred=30, sensitive=20)
    return [_year({**_quiet(), "B1": few, "B2": few})]


def _a_late_small_report() -> list[World]:
    without = {body: report for body, report in _quiet().items() if body != "B4"}
    return [_year(without), _year({**without, "B4": Report((2, 1, 1), women=2, referred=1, sensitive=1)})]


def _a_correction() -> list[World]:
    before = {**_quiet(), "B5": replace(QUIET, sensitive=4)}
    after = {**before, "B5": replace(QUIET, sensitive=8, version=2), "B6": replace(QUIET, sensitive=24, version=2)}
    return [_year(before), _year(after)]


CASES: Sequence[Callable[[], list[World]]] = (
    _a_small_kind,
    _a_small_sensitive_count,
    _a_small_numerator,
    _a_small_half_year,
    _a_small_district,
    _a_late_small_report,
    _a_correction,
)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__.strip("_"))
def test_nobody_finds_a_hidden_count(case: Callable[[], list[World]], tmp_path: Path) -> None:
    released = _release(case(), tmp_path)
    assert any(hidden.counts.filter(suppression="primary").height for _, hidden in released)
    assert _narrow(_public(released)) == []


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__.strip("_"))
def test_the_attacker_finds_what_is_hidden_alone(case: Callable[[], list[World]], tmp_path: Path) -> None:
    released = [(world, _only_small(hidden)) for world, hidden in _release(case(), tmp_path)]
    assert _narrow(_public(released))


@pytest.mark.slow
def test_the_attacker_finds_what_a_release_that_forgets_the_one_before_tells(tmp_path: Path) -> None:
    worlds = _a_late_small_report()
    forgetful = [_release([world], _folder(tmp_path, number))[0] for number, world in enumerate(worlds)]
    assert _narrow(_public(forgetful))


def _folder(parent: Path, number: int) -> Path:
    folder = parent / str(number)
    folder.mkdir()
    return folder


@pytest.mark.slow
def test_who_is_not_counted_stays_unknown_too(tmp_path: Path) -> None:
    """Of 90 enquiries 89 come from women: the one man is as protected as one woman would be."""
    released = _release([_year({**_quiet(), "B1": replace(QUIET, women=89)})], tmp_path)
    everybody = Question(0, "AAA-01", "numerator", "gesamt", YEAR, "B1")
    least, most = rest(_public(released), DEFINITIONS, everybody, everybody._replace(breakdown="gender=Frauen"))
    assert most - least >= THRESHOLDS["AAA-01"]


# --- medians ---------------------------------------------------------------------------------------------------------


def _as_median(database: Path, *, of_the_land_only: bool = False) -> Path:
    """A built database in which the quota of an area is the median of its bodies'."""
    with duckdb.connect(str(database)) as connection:
        connection.execute("UPDATE indicators.catalogue SET aggregation = 'median' WHERE id = 'AAA-02'")
        if of_the_land_only:
            connection.execute("DELETE FROM indicators.figures WHERE indicator_id = 'AAA-02' AND area_kind <> 'land'")
    return database


def _medians_of(hidden: Hidden) -> dict[str, str]:
    """Area → why its median is hidden, `""` where it is shown."""
    rows = hidden.cells.filter(pl.col("area_kind") != "body", indicator_id="AAA-02")
    return dict(rows.select("area_key", "suppression").iter_rows())


@pytest.mark.slow
@pytest.mark.parametrize("before", [{}, {"B3": QUIET}], ids=["at once", "after a release in which nothing was small"])
def test_a_median_is_shown_only_where_all_its_bodies_are(before: dict[str, Report], tmp_path: Path) -> None:
    earlier = []
    if before:
        quiet = _year(_quiet() | before)
        first = hide(_as_median(write_database(quiet, tmp_path / "quiet.duckdb")), [])
        assert set(_medians_of(first).values()) == {""}
        earlier.append(_as_median(write_database(quiet, tmp_path / "first.duckdb", first)))
    world = _year({**_quiet(), "B3": replace(QUIET, referred=1, version=2)})
    hidden = hide(_as_median(write_database(world, tmp_path / "draft.duckdb")), earlier)
    assert telling_medians(published(world, hidden.cells), frozenset({"AAA-02"})) == []
    found = _medians_of(hidden)
    assert {"065", "type:Landkreis", "06"} <= {area for area, why in found.items() if why} < found.keys()


@pytest.mark.slow
def test_a_median_that_is_hidden_with_its_bodies_only_by_chance_is_found(tmp_path: Path) -> None:
    world = _year({**_quiet(), "B3": replace(QUIET, referred=1)})
    as_quota = hide(write_database(world, tmp_path / "draft.duckdb"), [])
    assert telling_medians(published(world, _only_small(as_quota).cells), frozenset({"AAA-02"}))


@pytest.mark.slow
def test_a_median_of_which_no_body_is_shown_is_not_shown_either(tmp_path: Path) -> None:
    world = _year(_quiet())
    draft = _as_median(write_database(world, tmp_path / "draft.duckdb"), of_the_land_only=True)
    hidden = hide(draft, [])
    assert _medians_of(hidden) == {"06": "secondary"}
    assert telling_medians(published(world, hidden.cells), frozenset({"AAA-02"})) == []


reports = st.builds(
    lambda kinds, women, referred, sensitive: Report(
        kinds, min(women, sum(kinds)), min(referred, sum(kinds)), sensitive
    ),
    st.tuples(*[st.sampled_from([0, 0, 1, 2, 3, 5, 9, 30])] * 3),
    st.integers(0, 40),
    st.integers(0, 20),
    st.sampled_from([0, 1, 3, 4, 6, 20]),
)
half_years = st.dictionaries(st.sampled_from(BODIES), reports, min_size=2)


@st.composite
def histories(draw: st.DrawFn) -> list[World]:
    """Two or three releases: half-years, the years of some bodies, then the others' and corrections."""
    halves = draw(half_years)
    worlds: list[World] = [{(HALF, body): report for body, report in halves.items()}]
    for version in range(1, draw(st.integers(2, 3))):
        world = dict(worlds[-1])
        for body in draw(st.lists(st.sampled_from(sorted(halves)), unique=True)):
            world[YEAR, body] = replace(_grown(halves[body], draw(reports)), version=version)
        worlds.append(world)
    return worlds


def _grown(half: Report, more: Report) -> Report:
    kinds = (half.kinds[0] + more.kinds[0], half.kinds[1] + more.kinds[1], half.kinds[2] + more.kinds[2])
    return Report(kinds, half.women + more.women, half.referred, half.sensitive + more.sensitive)


@pytest.mark.slow
@settings(max_examples=8, deadline=None, derandomize=True)
@given(histories())
def test_nobody_finds_a_hidden_count_of_any_small_history(worlds: list[World]) -> None:
    with TemporaryDirectory() as folder:
        released = _release(worlds, Path(folder))
        assert _narrow(_public(released)) == []
        for world, hidden in released:
            _check_what_is_hidden(world, hidden)


def _check_what_is_hidden(world: World, hidden: Hidden) -> None:
    """Everything small is hidden unless it was out already, zeros are shown, and the unprotected is never hidden."""
    cells = hidden.cells.filter(state="ok")
    small = pl.col("value").is_between(0, pl.col("threshold"), closed="none")
    thresholds = pl.col("indicator_id").replace_strict(THRESHOLDS, default=None, return_dtype=pl.Float64())
    counts = hidden.counts.with_columns(thresholds.alias("threshold")).filter(pl.col("threshold").is_not_null())
    assert counts.filter(small, suppression="").is_empty()
    assert counts.filter(pl.col("value") == 0, pl.col("suppression") != "").is_empty()
    assert cells.filter(pl.col("suppression") != "", indicator_id="CCC-01").is_empty()
    assert cells.filter(area_kind="body", indicator_id="EEE-01", suppression="").is_empty()
