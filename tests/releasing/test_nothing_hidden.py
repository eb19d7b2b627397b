"""What is hidden is in no public file: neither as text nor as a number, nor in what a file says of its columns."""

import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest
from lxml import html
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.workbook.defined_name import DefinedName

from flows.publication import NotAReleaseError, read_public, write_public
from flows.releasing.corrections import no_corrections
from flows.releasing.tables import write_release_tables
from flows.warehouse import build
from tests.publication.report.public import Public
from tests.publication.report.ruler import beyond
from tests.publication.report.told import untold
from tests.publication.unpacked import public_numbers, smuggled
from tests.releasing.hiding import about, hiding, with_other_hidden_numbers
from tests.warehouse.worlds import Report, sql_of, with_sections, world

pytestmark = pytest.mark.slow

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
    write_release_tables(made, about("Probe"), no_corrections())
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


# --- whatever the hidden numbers are ---------------------------------------------------------------------------------


def files_of(database: Path, folder: Path) -> dict[str, bytes]:
    """The public files of a release."""
    folder.mkdir()
    write_public(read_public(database), folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_public_files_are_the_same_whatever_the_hidden_numbers_are(database: Path, tmp_path: Path) -> None:
    """No order, colour, length, count, width or statistic in any file depends on what is hidden."""
    other = with_other_hidden_numbers(database, tmp_path / "other.duckdb")
    assert files_of(other, tmp_path / "other") == files_of(database, tmp_path / "same")


@pytest.mark.parametrize("name", ["figures.parquet", "figures.csv", "wir-monitoring.xlsx", "bericht.html"])
def test_a_shown_number_that_is_another_changes_the_file(name: str, changed: set[str]) -> None:
    assert name in changed


@pytest.fixture(scope="module")
def changed(database: Path, public: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The files that differ once a shown number is another one."""
    folder = tmp_path_factory.mktemp("changed")
    shutil.copyfile(database, folder / "wir.duckdb")
    with duckdb.connect(str(folder / "wir.duckdb")) as connection:
        connection.execute(f"UPDATE publication.cells SET value = value + 1 WHERE value = {SHOWN}")
    files = files_of(folder / "wir.duckdb", folder / "public")
    return {name for name, data in files.items() if data != (public / name).read_bytes()}


def test_whoever_measures_the_report_or_unpacks_the_workbook_learns_nothing_more(public: Path) -> None:
    page, shown = html.document_fromstring((public / "bericht.html").read_text()), Public.in_folder(public)
    assert [*beyond(page, shown), *untold(page, shown)] == []
    assert smuggled(public / "wir-monitoring.xlsx", public_numbers(public)) == []


def test_a_workbook_that_was_opened_and_saved_holds_nothing_more(public: Path, tmp_path: Path) -> None:
    load_workbook(public / "wir-monitoring.xlsx").save(tmp_path / "book.xlsx")
    assert smuggled(tmp_path / "book.xlsx", public_numbers(public)) == []


def _with_hidden_sheet(book: Workbook) -> None:
    book.create_sheet("Rest").sheet_state = "hidden"


def _with_hidden_row(book: Workbook) -> None:
    book.worksheets[2].row_dimensions[9].hidden = True


def _with_name(book: Workbook) -> None:
    book.defined_names.add(DefinedName("wahr", attr_text=str(SECRETS[0])))


def _with_colours(book: Workbook) -> None:
    scale = ColorScaleRule(start_type="min", start_color="FFFFFF", end_type="max", end_color="000000")
    book.worksheets[2].conditional_formatting.add("A1:C9", scale)


def _with_formula(book: Workbook) -> None:
    book.worksheets[2]["Z1"] = "=1+1"


def _with_comment(book: Workbook) -> None:
    book.worksheets[2]["A1"].comment = Comment(str(SECRETS[0]), "x")


def _with_number(book: Workbook) -> None:
    book.worksheets[2]["A1"] = SECRETS[0] / 1000


@pytest.mark.parametrize(
    "plant",
    [_with_hidden_sheet, _with_hidden_row, _with_name, _with_colours, _with_formula, _with_comment, _with_number],
    ids=lambda plant: plant.__name__.strip("_"),
)
def test_what_is_smuggled_in_a_workbook_is_found(
    plant: Callable[[Workbook], None], public: Path, tmp_path: Path
) -> None:
    book = load_workbook(public / "wir-monitoring.xlsx")
    plant(book)
    book.save(tmp_path / "book.xlsx")
    assert smuggled(tmp_path / "book.xlsx", public_numbers(public)) != []


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
