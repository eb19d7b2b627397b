"""What is hidden is in no public file: neither as text nor as a number, nor in what a file says of its columns."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest

from flows.publication import NotAReleaseError, read_public, write_public
from flows.releasing.corrections import no_corrections
from flows.releasing.tables import write_release_tables
from flows.warehouse import build
from tests.releasing.hiding import hiding
from tests.warehouse.worlds import Report, sql_of, with_sections, world

SECTIONS = ("finances", "enquiries", "quarters")
SECRETS = (48611, 27644, 76255)
"""Two bodies' enquiries and their sum: prime enough to stand nowhere by chance."""
SHOWN = 13931


def enquiries(persons: int) -> dict[str, Any]:
    return {"enquiries": [{"channel": "persönlich", "persons": persons, "organisations": 0, "authorities": 0}]}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three bodies, of whom one is shown and two are hidden with every sum that holds them."""
    folder = tmp_path_factory.mktemp("release")
    reports = [
        Report("06431", "2026", enquiries(SECRETS[0])),
        Report("06432", "2026", enquiries(SECRETS[1])),
        Report("06611", "2026", enquiries(SHOWN)),
    ]
    duties = [{"ags": report.ags, "period": "2026"} for report in reports]
    inputs = with_sections(world(reports, obligations=duties, registers={"grants": [], "drawdowns": []}), SECTIONS)
    texts = sql_of(("ANL-01", "MIT-01", "MIT-03"), SECTIONS)
    draft = build(inputs, folder / "draft.duckdb", sql=texts)
    hidden = hiding(f"figures.indicator_id = 'ANL-01' AND figures.value <> {SHOWN}")(draft, ())
    counts = hidden.suppressed.with_columns(
        pl.lit("Probe").alias("release"), pl.lit(1, pl.Int32).alias("release_number")
    )
    released = replace(inputs, released={"cells": hidden.cells, "suppressed": counts})
    made = build(released, folder / "wir.duckdb", sql=texts)
    about = {
        "name": "Probe",
        "released_on": date(2027, 5, 1),
        "business_at": datetime.combine(date(2027, 5, 1), time(1)),
        "is_demo": False,
        "program_version": "0.1.0",
        "head_hash": "ab" * 32,
        "unapproved": 0,
        "gap": 0.0,
    }
    write_release_tables(made, about, no_corrections())
    return made


@pytest.fixture(scope="module")
def public(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("public")
    write_public(read_public(database), folder)
    return folder


def texts_of(path: Path) -> Iterator[str]:
    """Everything that a file says, as text: its parts, its values, its statistics."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as package:
            yield from (package.read(name).decode() for name in package.namelist())
    elif path.suffix == ".parquet":
        yield from (str(column.to_list()) for column in pl.read_parquet(path))
        metadata = pq.read_metadata(path)
        yield str(metadata.metadata)
        for group in range(metadata.num_row_groups):
            yield from (str(metadata.row_group(group).column(column)) for column in range(metadata.num_columns))
    else:
        yield path.read_bytes().decode("utf-8-sig")


def places(public: Path, number: int) -> set[str]:
    """The files that hold a number, written with or without marks between its digits."""
    pattern = re.compile(r"(?<![0-9])" + r"[.,\s\u00a0\u202f]?".join(str(number)) + r"(?![0-9])")
    return {path.name for path in public.iterdir() if any(pattern.search(text) for text in texts_of(path))}


def test_a_number_that_is_shown_is_found_in_every_kind_of_file(public: Path) -> None:
    assert places(public, SHOWN) == {"figures.csv", "figures.parquet", "wir-monitoring.xlsx", "bericht.html"}


@pytest.mark.parametrize("secret", SECRETS)
def test_a_hidden_number_is_found_in_none(public: Path, secret: int) -> None:
    assert places(public, secret) == set()


@pytest.mark.parametrize("secret", SECRETS)
def test_no_bytes_of_a_hidden_number_stand_in_any_parquet_file(public: Path, secret: int) -> None:
    """Decimals are stored as whole numbers of their last place: none of those, in either byte order."""
    stored = {int(Decimal(secret) * scale) for scale in (1, 100, 1_000_000)}
    patterns = [
        n.to_bytes(16, order)[slice(*part)] for n in stored for order, part in (("big", (8, 16)), ("little", (0, 8)))
    ]
    for path in public.glob("*.parquet"):
        frame = pl.read_parquet(path)
        plain = path.with_suffix(".plain")
        frame.write_parquet(plain, compression="uncompressed")
        data = path.read_bytes() + plain.read_bytes()
        plain.unlink()
        assert not any(pattern in data for pattern in patterns), path.name


def test_the_release_itself_keeps_the_true_values_for_auditors(database: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        values = {
            int(value)
            for (value,) in connection.execute("SELECT value FROM publication.cells WHERE value > 0").fetchall()
        }
    assert set(SECRETS[:2]) <= values


def test_hidden_figures_have_a_state_and_neither_value_nor_parts(database: Path) -> None:
    hidden = read_public(database).figures.filter(pl.col("state") == "hidden")
    assert hidden.height > 4
    assert hidden.select(pl.col("value", "numerator", "denominator").is_null().all()).row(0) == (True, True, True)


def test_a_hidden_sum_hides_its_numerator_whatever_the_flag_says(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "wir.duckdb"
    copy.write_bytes(database.read_bytes())
    with duckdb.connect(str(copy)) as connection:
        connection.execute("UPDATE publication.cells SET is_numerator_public = TRUE")
    hidden = read_public(copy).figures.filter(pl.col("state") == "hidden")
    assert hidden["numerator"].is_null().all()


def test_a_database_that_is_no_release_is_told_as_such(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "a.duckdb")) as connection:
        connection.execute("CREATE TABLE a (b INTEGER)")
    with pytest.raises(NotAReleaseError, match="no release's database"):
        read_public(tmp_path / "a.duckdb")
