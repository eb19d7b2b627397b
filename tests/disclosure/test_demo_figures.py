"""The demo's figures, released twice, against the attacker who knows the definitions of all indicators."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from math import inf
from pathlib import Path

import duckdb
import polars as pl
import pytest
from lxml import html

from flows.disclosure import Hidden, hide
from flows.disclosure.reading import read_figures, read_release
from flows.publication import read_public, write_public
from flows.releasing.changes import differences
from flows.releasing.corrections import corrections, no_corrections
from flows.releasing.tables import write_release_tables
from tests.demo.played import played_demo
from tests.disclosure.attacker import Definitions, Interval, Published, attack, telling_medians
from tests.publication.report.public import Public
from tests.publication.report.ruler import beyond, charts
from tests.publication.report.told import untold
from tests.publication.unpacked import public_numbers, smuggled
from tests.releasing.hiding import about, with_other_hidden_numbers

pytestmark = pytest.mark.slow

TOPICS = ("Aufenthalt", "Sprache", "Wohnen", "Gesundheit", "Familie", "Diskriminierung", "Sonstiges")
PERSONS = ("ANL-01", "numerator", "enquirer=Personen")
DISCRIMINATION = ("OEF-04", "numerator", "gesamt")
SIMPLE_HOURS, COORDINATING_HOURS = 276.0, 414.0
GUIDES = ("LOT-01", "numerator", "guide_type=Integration")
COORDINATING = ("LOT-01", "numerator", "coordinating guides for integration")
"""A count that no table shows; it follows from the hours that all guides together may work."""
DEFINITIONS = Definitions(
    wholes=[
        *(("ANL-01", "numerator", dimension) for dimension in ("channel", "enquirer", "quarter")),
        ("ANL-02", "numerator", "topic"),
        *(("PER-03", side, "function") for side in ("numerator", "denominator")),
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
    fractions=["LOT-03", "LOT-04", "PER-03"],
    not_added=["DOL-04"],
    differences={"DOL-06": "DOL-03"},
    within=[(("DOL-03", "numerator", "language"), ("DOL-02", "numerator", "language"))],
    weighted=[
        (
            ("LOT-04", "denominator", "gesamt"),
            [(GUIDES, SIMPLE_HOURS), (COORDINATING, COORDINATING_HOURS - SIMPLE_HOURS)],
        )
    ],
    below=[(COORDINATING, GUIDES), (COORDINATING, ("LOT-01", "numerator", "role=koordinierend"))],
)
STAFF = {
    "gesamt": ("Koordination", "Mitarbeitsstelle"),
    "function=WIR-Koordinationskraft": ("Koordination",),
    "function=WIR-Mitarbeitsstelle": ("Mitarbeitsstelle",),
}
"""Whom PER-03 counts, and by which kinds of cost the Land pays for them."""
DAYS = 365
"""Of the demo's one year: PER-03 counts euros times days."""
GROUPS = (("ANL", "OEF"), ("DOL",), ("KOO",), ("LOT",), ("PER",))
"""Indicators that no definition connects with those of another group."""


EMPLOYEES_SHARE = 0.1
ASKED_TO_THE_END = float("inf")
Truth = Mapping[tuple[str, str, str, str, str], float]
"""Indicator, side, breakdown, period, area → its true count."""


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The demo's last two publications, in their order."""
    folder = played_demo(tmp_path_factory).folder
    found = [path for path in folder.published.glob("wir-*.duckdb") if not path.is_symlink()]
    return sorted(found, key=_business_at)


def _business_at(database: Path) -> str:
    with closing(duckdb.connect(str(database), read_only=True)) as connection:
        return str(connection.execute("SELECT business_at FROM intake.business_time").fetchone())


@pytest.fixture(scope="module")
def releases(databases: list[Path], tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Hidden, Path]]:
    """What two releases decide, one after the other, and their databases."""
    folder = tmp_path_factory.mktemp("releases")
    found: list[tuple[Hidden, Path]] = []
    for number, database in enumerate(databases, start=1):
        hidden = hide(database, [path for _, path in found])
        found.append((hidden, _released(database, hidden, folder / f"{number}.duckdb")))
    return found


@pytest.fixture(scope="module")
def folders(releases: list[tuple[Hidden, Path]], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The public files of both releases; the second has a log of corrections."""
    first, second = (path for _, path in releases)
    write_release_tables(first, about("erste"), no_corrections())
    write_release_tables(second, about("zweite"), corrections(differences(first, second), "erste"))
    folders = [tmp_path_factory.mktemp("public") for _ in releases]
    for (_, database), folder in zip(releases, folders, strict=True):
        write_public(read_public(database), folder)
    return folders


def _released(database: Path, hidden: Hidden, target: Path) -> Path:
    """A database with what its release decided."""
    shutil.copy(database, target)
    name = {"release": pl.lit(target.stem), "release_number": pl.lit(int(target.stem), pl.Int32)}
    frames = {"counts": hidden.counts, "cells": hidden.cells, "suppressed": hidden.suppressed.with_columns(**name)}
    with closing(duckdb.connect(str(target))) as connection:
        for table, frame in frames.items():
            connection.register("frame", frame)
            connection.execute(f"INSERT INTO publication.{table} BY NAME SELECT * FROM frame")
            connection.unregister("frame")
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
        "bodies_counted",
    )
    with closing(duckdb.connect(str(database), read_only=True)) as connection:
        versions = connection.execute("SELECT period, ags, submission_id FROM intake.submissions WHERE in_force")
        reports = {(period, ags): number for period, ags, number in versions.fetchall()}
        areas = connection.execute("SELECT period, area_key, ags FROM reference.areas ORDER BY ALL").fetchall()
        protected = connection.execute("SELECT id FROM indicators.catalogue WHERE protection <> 'none'").fetchall()
    members: dict[tuple[str, str], list[str]] = {}
    for period, area, ags in areas:
        members.setdefault((period, area), []).append(ags)
    names = frozenset(indicator for (indicator,) in protected)
    return Published(
        figures, reports, members, names, between={**dict(_cost_of_staff(figures)), **dict(_languages(figures))}
    )


def _cost_of_staff(figures: pl.DataFrame) -> Iterator[tuple[tuple[str, str, str, str, str], tuple[float, float]]]:
    """What the money tells of PER-03: staff costs at least what the Land pays for it, and at most all that is spent,
    less what the Land pays for other things.
    """
    paid = figures.filter(pl.col("breakdown").str.starts_with("cost_type="), indicator_id="MIT-03", state="ok")
    spent = figures.filter(indicator_id="MIT-05", breakdown="gesamt", state="ok")
    for period, body, total in spent.select("period", "area_key", "denominator").iter_rows():
        of_body = paid.filter(period=period, area_key=body)
        by_kind = {kind.partition("=")[2]: eur for kind, eur in of_body.select("breakdown", "numerator").iter_rows()}
        for breakdown, kinds in STAFF.items():
            own = sum(float(by_kind.get(kind, 0)) for kind in kinds)
            others = sum(float(eur) for kind, eur in by_kind.items() if kind not in kinds)
            between = own * DAYS, (float(total) - others) * DAYS
            yield ("PER-03", "numerator", breakdown, period, body), between


def _languages(figures: pl.DataFrame) -> Iterator[tuple[tuple[str, str, str, str, str], tuple[float, float]]]:
    """What DOL-02 tells of DOL-04: as zeros are shown, what is no zero is a language on offer."""
    of_languages = figures.filter(pl.col("breakdown").str.starts_with("language="), indicator_id="DOL-02")
    used = of_languages.filter((pl.col("state") == "hidden") | (pl.col("numerator") > 0))
    for (period, area), rows in used.group_by("period", "area_key"):
        yield ("DOL-04", "numerator", "gesamt", str(period), str(area)), (float(rows.height), inf)


def _truth(database: Path) -> Truth:
    with closing(duckdb.connect(str(database), read_only=True)) as connection:
        rows = connection.execute(
            "SELECT indicator_id, breakdown, period, area_key, numerator, denominator FROM indicators.figures"
        ).fetchall()
    return {
        (indicator, side, breakdown, period, area): float(value)
        for indicator, breakdown, period, area, *sides in rows
        for side, value in zip(("numerator", "denominator"), sides, strict=True)
        if value is not None
    }


def _logged(releases: Sequence[Published], truths: Sequence[Truth]) -> list[Published]:
    """What the log of corrections adds: the sums before and after, and which counts no new report changed."""
    before, after = releases
    stayed = {key for key in truths[0].keys() & truths[1].keys() if truths[0][key] == truths[1][key]}
    reported = before.versions.keys() & after.versions.keys()
    shown = [_shown_sums(one) for one in releases]
    corrections = [
        (*key, shown[0][key], shown[1][key])
        for key in sorted(shown[0].keys() & shown[1].keys())
        if shown[0][key] != shown[1][key]
    ]
    unchanged = frozenset(key for key in stayed if key[3:] in reported and key[0] in after.protected)
    return [before, replace(after, unchanged=unchanged, corrections=corrections)]


def _shown_sums(release: Published) -> dict[tuple[str, str, str, str], float]:
    shown = release.figures.filter(pl.col("state") == "ok", ~pl.col("is_quota"), pl.col("indicator_id") != "DOL-04")
    return {
        (indicator, area, period, breakdown): float(value)
        for indicator, area, period, breakdown, value in shown.select(
            "indicator_id", "area_key", "period", "breakdown", "numerator"
        ).iter_rows()
        if indicator in release.protected and indicator not in DEFINITIONS.differences
    }


def _widths(database: Path) -> dict[str, float]:
    """How wide the interval of a hidden count must be; what employees cost is asked to the end."""
    with closing(duckdb.connect(str(database), read_only=True)) as connection:
        rows = connection.execute("SELECT id, protection FROM indicators.catalogue WHERE protection <> 'none'")
        widths = {"persons": 3.0, "sensitive": 5.0, "employees": ASKED_TO_THE_END}
        return {indicator: widths[protection] for indicator, protection in rows.fetchall()}


def _found(releases: Sequence[Published], widths: Mapping[str, float]) -> list[Interval]:
    return [
        interval
        for group in GROUPS
        for interval in attack(
            [replace(one, protected=frozenset(i for i in one.protected if i.startswith(group))) for one in releases],
            DEFINITIONS,
            widths,
        )
    ]


def _is_narrow(found: Interval, widths: Mapping[str, float], truths: Sequence[Truth]) -> bool:
    release, *key = found.question
    width = widths[found.question.indicator]
    if width == ASKED_TO_THE_END:
        width = EMPLOYEES_SHARE * truths[release][tuple(key)]
    return found.width < width - 1e-4


def test_nobody_finds_a_hidden_count_of_the_demo(databases: list[Path], releases: list[tuple[Hidden, Path]]) -> None:
    cells = [_published(database, one.cells) for database, (one, _) in zip(databases, releases, strict=True)]
    truths = [_truth(database) for database in databases]
    widths = _widths(databases[1])
    found = _found(_logged(cells, truths), widths)
    assert {one.question.indicator[:3] for one in found} == {"ANL", "DOL", "KOO", "LOT", "OEF", "PER"}
    assert [one for one in found if _is_narrow(one, widths, truths)] == []
    assert releases[1][0].gap < 1


def test_the_attacker_finds_what_is_hidden_alone_in_the_demo(databases: list[Path]) -> None:
    """He is no straw man: with only what is too small hidden he finds it."""
    figures = read_figures(databases[1])
    protected = read_release(databases[1]).protection
    small = [
        protection is not None and value is not None and 0 < value < protection.threshold
        for protection, value in (
            (protected.get((indicator, period)), numerator)
            for indicator, period, numerator in figures.select("indicator_id", "period", "numerator").iter_rows()
        )
    ]
    cells = figures.with_columns(
        suppression=pl.when(pl.Series(small)).then(pl.lit("primary")).otherwise(pl.lit("")),
        is_numerator_public=~pl.Series(small),
        is_denominator_public=pl.lit(value=True),
    )
    widths, truths = _widths(databases[1]), [_truth(databases[1])]
    found = _found([_published(databases[1], cells)], widths)
    assert len([one for one in found if _is_narrow(one, widths, truths)]) > len(found) / 2


# --- what is published of them ---------------------------------------------------------------------------------------


def test_nobody_measures_more_in_the_reports_than_is_public(folders: list[Path]) -> None:
    for folder in folders:
        page, public = html.document_fromstring((folder / "bericht.html").read_text()), Public.in_folder(folder)
        assert [*beyond(page, public), *untold(page, public)] == []
        assert sum(len(chart.marks) for chart in charts(page)) > 300
        assert any(mark.written == "." for chart in charts(page) for mark in chart.marks)


def test_the_workbooks_hold_nothing_behind_their_sheets(folders: list[Path]) -> None:
    for folder in folders:
        assert smuggled(folder / "wir-monitoring.xlsx", public_numbers(folder)) == []


def test_the_public_files_are_the_same_whatever_the_hidden_numbers_are(
    releases: list[tuple[Hidden, Path]], folders: list[Path], tmp_path: Path
) -> None:
    """In all files of the second release, with its log of corrections against a first whose hidden ones differ too."""
    first, second = (
        with_other_hidden_numbers(path, tmp_path / f"{number}.duckdb") for number, (_, path) in enumerate(releases)
    )
    log = read_public(second).corrections
    assert log.height > 100
    assert corrections(differences(first, second), "erste").sort(log.columns).equals(log.sort(log.columns))
    write_public(read_public(second), _folder(tmp_path / "public"))
    for path in (tmp_path / "public").iterdir():
        assert path.read_bytes() == (folders[1] / path.name).read_bytes(), path.name


def test_every_public_median_rests_on_public_figures_only(
    databases: list[Path], releases: list[tuple[Hidden, Path]]
) -> None:
    for database, (hidden, _) in zip(databases, releases, strict=True):
        medians = _medians(database)
        public = _published(database, hidden.cells)
        shown = public.figures.filter(pl.col("indicator_id").is_in(medians), pl.col("area_key") == "06", state="ok")
        assert set(shown["indicator_id"]) == medians
        assert telling_medians(public, medians) == []


def _medians(database: Path) -> frozenset[str]:
    with closing(duckdb.connect(str(database), read_only=True)) as connection:
        rows = connection.execute("SELECT id FROM indicators.catalogue WHERE aggregation = 'median'").fetchall()
    return frozenset(indicator for (indicator,) in rows)


def _folder(path: Path) -> Path:
    path.mkdir()
    return path
