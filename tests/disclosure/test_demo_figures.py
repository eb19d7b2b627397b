"""The demo's figures, released twice, against the attacker who knows the definitions of all indicators."""

import io
import shutil
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl
import pytest
from rich.console import Console

from flows.demo.run import run_demo
from flows.disclosure import Hidden, hide
from flows.settings import DataFolder
from tests.disclosure.attacker import Definitions, Interval, Published, attack

pytestmark = pytest.mark.slow

TOPICS = ("Aufenthalt", "Sprache", "Wohnen", "Gesundheit", "Familie", "Diskriminierung", "Sonstiges")
PERSONS = ("ANL-01", "numerator", "enquirer=Personen")
DISCRIMINATION = ("OEF-04", "numerator", "gesamt")
DEFINITIONS = Definitions(
    wholes=[
        *(("ANL-01", "numerator", dimension) for dimension in ("channel", "enquirer", "quarter")),
        ("ANL-02", "numerator", "topic"),
        *(("DOL-02", "numerator", dimension) for dimension in ("field", "mode")),
        *(("DOL-03", side, "language") for side in ("numerator", "denominator")),
        ("KOO-07", "numerator", "measure_type"),
        ("KOO-08", "numerator", "transition"),
        *((one, "numerator", dimension) for one in ("LOT-01", "LOT-03") for dimension in ("guide_type", "role")),
        ("OEF-02", "numerator", "institution_type"),
    ],
    parts=[(one, "numerator", "gender") for one in ("DOL-01", "DOL-05", "KOO-07", "LOT-01", "LOT-02", "OEF-02")],
    shares=["ANL-03", "ANL-04", "DOL-03", "LOT-04", "OEF-05"],
    same=[
        (("ANL-03", "denominator", "gesamt"), PERSONS),
        (("ANL-02", "denominator", "gesamt"), PERSONS),
        *((("ANL-02", "denominator", f"topic={topic}"), PERSONS) for topic in TOPICS),
        (("ANL-02", "numerator", "topic=Diskriminierung"), DISCRIMINATION),
        (("OEF-05", "denominator", "gesamt"), DISCRIMINATION),
        (("LOT-04", "numerator", "gesamt"), ("LOT-03", "numerator", "guide_type=Integration")),
    ],
    flows=["ANL-01", "DOL-02", "LOT-03"],
    fractions=["LOT-03", "LOT-04"],
    not_added=["DOL-04"],
    differences={"DOL-06": "DOL-03"},
)
GROUPS = (("ANL", "OEF"), ("DOL",), ("KOO",), ("LOT",))
"""Indicators that no definition connects with those of another group."""


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The demo's last two publications, in their order."""
    folder = DataFolder(tmp_path_factory.mktemp("demo"))
    run_demo(folder, plain=True, console=Console(file=io.StringIO(), width=120))
    found = [path for path in folder.published.glob("wir-*.duckdb") if not path.is_symlink()]
    return sorted(found, key=_business_at)


def _business_at(database: Path) -> str:
    with closing(duckdb.connect(str(database), read_only=True)) as connection:
        return str(connection.execute("SELECT business_at FROM intake.business_time").fetchone())


def _released(database: Path, hidden: Hidden, target: Path) -> Path:
    """A database with what its release decided."""
    shutil.copy(database, target)
    with closing(duckdb.connect(str(target))) as connection:
        connection.register("frame", hidden.counts)
        connection.execute("INSERT INTO publication.counts BY NAME SELECT * FROM frame")
    return target


def _published(database: Path, cells: pl.DataFrame) -> Published:
    is_hidden, is_quota = pl.col("suppression") != "", pl.col("denominator").is_not_null()
    figures = cells.select(
        "indicator_id",
        "area_key",
        "period",
        "breakdown",
        pl.when(is_hidden).then(pl.lit("hidden")).otherwise("state").alias("state"),
        pl.when(pl.col("is_numerator_public") & (~is_hidden | is_quota)).then("numerator").alias("numerator"),
        pl.when("is_denominator_public").then("denominator").alias("denominator"),
        is_quota.alias("is_quota"),
    )
    with closing(duckdb.connect(str(database), read_only=True)) as connection:
        versions = connection.execute("SELECT period, ags, submission_id FROM intake.submissions WHERE in_force")
        reports = {(period, ags): number for period, ags, number in versions.fetchall()}
        areas = connection.execute("SELECT period, area_key, ags FROM reference.areas ORDER BY ALL").fetchall()
        protected = connection.execute(
            "SELECT id FROM indicators.catalogue WHERE protection IN ('persons', 'sensitive')"
        ).fetchall()
    members: dict[tuple[str, str], list[str]] = {}
    for period, area, ags in areas:
        members.setdefault((period, area), []).append(ags)
    return Published(figures, reports, members, frozenset(indicator for (indicator,) in protected))


def _thresholds(database: Path) -> dict[str, float]:
    with closing(duckdb.connect(str(database), read_only=True)) as connection:
        rows = connection.execute(
            "SELECT id, protection FROM indicators.catalogue WHERE protection IN ('persons', 'sensitive')"
        ).fetchall()
    return {indicator: 5.0 if protection == "sensitive" else 3.0 for indicator, protection in rows}


def _found(releases: Sequence[Published]) -> list[Interval]:
    return [
        interval
        for group in GROUPS
        for interval in attack(
            [replace(one, protected=frozenset(i for i in one.protected if i.startswith(group))) for one in releases],
            DEFINITIONS,
        )
    ]


def test_nobody_finds_a_hidden_count_of_the_demo(databases: list[Path], tmp_path: Path) -> None:
    first = hide(databases[0], [])
    second = hide(databases[1], [_released(databases[0], first, tmp_path / "first.duckdb")])
    releases = [_published(database, one.cells) for database, one in zip(databases, (first, second), strict=True)]
    thresholds = _thresholds(databases[1])
    found = _found(releases)
    assert len(found) > 100
    assert [one for one in found if one.width < thresholds[one.question.indicator] - 1e-4] == []
    assert second.gap < 1


def test_the_same_figures_are_hidden_every_time(databases: list[Path]) -> None:
    assert hide(databases[0], []).cells.equals(hide(databases[0], []).cells)
