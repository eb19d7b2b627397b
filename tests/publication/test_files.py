"""The public files: what programs read, what people read, and the same bytes for the same tables."""

import csv
import io
import re
import zipfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from flows.publication import PublicTables, write_public
from tests.publication.report.releases import hide, made_tables, with_figure

FILES = {
    "LIESMICH.txt",
    "bericht.html",
    "catalogue.csv",
    "catalogue.parquet",
    "corrections.csv",
    "corrections.parquet",
    "figures.csv",
    "figures.parquet",
    "reporting.csv",
    "reporting.parquet",
    "suppressed.csv",
    "wir-monitoring.xlsx",
}


@pytest.fixture(scope="module")
def tables() -> PublicTables:
    quota = {"indicator_id": "MIT-02", "area_key": "06431", "period": "2026"}
    shown = with_figure(made_tables(), quota, numerator=None)
    silent = {"indicator_id": "ANL-01", "area_key": "06432", "period": "2026", "breakdown": "gesamt"}
    shown = with_figure(shown, silent, state="not_recorded", value=None, numerator=None)
    return hide(shown, indicator_id="ANL-01", area_key="06431", period="2026", breakdown="gesamt")


@pytest.fixture(scope="module")
def public(tables: PublicTables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("public")
    write_public(tables, folder)
    return folder


def rows(file: Path) -> list[dict[str, str]]:
    text = file.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";", strict=True))


def figure(public: Path, indicator: str, area: str, breakdown: str = "gesamt") -> dict[str, str]:
    place = {"Kennzahl": indicator, "Gebietsschlüssel": area, "Zeitraum": "2026", "Gliederung": breakdown}
    (found,) = [row for row in rows(public / "figures.csv") if place.items() <= row.items()]
    return found


@pytest.mark.slow
def test_the_same_tables_give_the_same_bytes(tables: PublicTables, public: Path, tmp_path: Path) -> None:
    again = replace(tables, figures=tables.figures.clone())
    write_public(again, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == FILES
    for path in sorted(tmp_path.iterdir()):
        assert sha256(path.read_bytes()).digest() == sha256((public / path.name).read_bytes()).digest(), path.name


def test_parquet_gives_programs_the_tables_as_they_are(tables: PublicTables, public: Path) -> None:
    for name in ("figures", "catalogue", "reporting", "corrections"):
        expected: pl.DataFrame = getattr(tables, name)
        read = pl.read_parquet(public / f"{name}.parquet")
        assert read.equals(expected, null_equal=True)
        assert read.schema == expected.schema


def test_parquet_says_what_it_is_and_that_its_data_are_invented(public: Path) -> None:
    note = pq.read_metadata(public / "figures.parquet").metadata
    assert note[b"title"].decode() == "Demonstrationsdaten: WIR-Monitoring, Veröffentlichung 2026-Erprobung"


def test_csv_is_written_for_a_german_spreadsheet(public: Path) -> None:
    data = (public / "figures.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfKennzahl;Name;Gebietsart;")
    assert data.count(b"\r\n") == data.count(b"\n")
    row = figure(public, "MIT-01", "06411")
    assert row["Wert"].partition(",")[2].isdigit()
    assert (row["Gebietsart"], row["Einheit"], row["Zustand"]) == ("Kommune", "Euro", "veröffentlicht")
    assert "." not in row["Wert"]


def test_csv_holds_every_figure_with_its_own_decimals(tables: PublicTables, public: Path) -> None:
    told = rows(public / "figures.csv")
    assert len(told) == tables.figures.height
    decimals = dict(tables.catalogue.select("id", "decimals").iter_rows())
    for row, true in zip(told, tables.figures.iter_rows(named=True), strict=True):
        if true["value"] is not None:
            expected = f"{true['value']:.{decimals[true['indicator_id']]}f}".replace(".", ",")
            assert row["Wert"] == expected


def test_a_dot_stands_where_something_is_hidden_and_words_where_nothing_is(public: Path) -> None:
    hidden, silent = figure(public, "ANL-01", "06431"), figure(public, "ANL-01", "06432")
    assert (hidden["Wert"], hidden["Zähler"], hidden["Nenner"], hidden["Zustand"]) == (".", ".", "", "geheim")
    assert (silent["Wert"], silent["Zähler"], silent["Zustand"]) == ("", "", "nicht erhoben")
    quota = figure(public, "MIT-02", "06431")
    assert quota["Wert"] not in ("", ".")
    assert quota["Zähler"] == "."
    assert quota["Nenner"] not in ("", ".")


def test_breakdowns_and_states_are_told_in_german(public: Path) -> None:
    assert figure(public, "ANL-01", "06", "Zugang: Telefon")
    catalogue = {row["Kennzahl"]: row for row in rows(public / "catalogue.csv")}
    assert catalogue["ANL-01"]["Gliederungen"] == "Zugang; Quartal"
    assert catalogue["MIT-02"]["Bildung der Summen"] == "Summe der Zähler durch Summe der Nenner"
    days = [row["Frist"] for row in rows(public / "reporting.csv") if row["Frist"]]
    assert all(re.fullmatch(r"[0-9]{2}\.[0-9]{2}\.[0-9]{4}", day) for day in days)
    assert {row["Stand"] for row in rows(public / "reporting.csv")} & {"fristgerecht angenommen", "fehlt"}


@pytest.mark.slow
def test_a_dimension_bears_the_name_that_its_own_indicator_gives_it(tables: PublicTables, tmp_path: Path) -> None:
    others = pl.when(pl.col("id") < "LOT").then(pl.lit("gender (Wer fragt)")).otherwise("breakdowns")
    write_public(replace(tables, catalogue=tables.catalogue.with_columns(others.alias("breakdowns"))), tmp_path)
    assert figure(tmp_path, "LOT-01", "06", "Geschlecht: Frauen")


def test_no_file_names_an_outside_address(public: Path) -> None:
    for path in public.iterdir():
        for name, data in _contents(path):
            own = data.replace(b"http://schemas.openxmlformats.org", b"").replace(b"http://purl.org/dc", b"")
            own = own.replace(b"http://www.w3.org", b"")
            assert b"http:" not in own, (path.name, name)
            assert b"https:" not in own, (path.name, name)


def _contents(path: Path) -> list[tuple[str, bytes]]:
    if not zipfile.is_zipfile(path):
        return [("", path.read_bytes())]
    with zipfile.ZipFile(path) as package:
        return [(name, package.read(name)) for name in package.namelist()]


def test_the_readme_says_what_lies_there_and_that_reports_were_not_approved(public: Path) -> None:
    text = (public / "LIESMICH.txt").read_bytes().decode("utf-8-sig")
    assert "Demonstrationsdaten" in text
    assert "nicht freigegeben waren bei der Veröffentlichung 2 geltende Berichte" in text
    for name in FILES - {"LIESMICH.txt"}:
        assert name.partition(".")[0] in text
    assert "sha256sum DATEI" in text
    assert max(len(line) for line in text.splitlines()) <= 120
