"""The public files, each kind for its readers.

Parquet is for programs: exact types, codes, English identifiers. CSV is for people who open it in a German spreadsheet
by a double click: semicolons, decimal commas, German words, a mark that tells the encoding.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from expectations.german import date_text
from flows.publication.harmless import harmless_frame
from flows.publication.readme import readme_text
from flows.publication.report.duties import STANDINGS
from flows.publication.report.wording import HIDDEN_SIGN, STATES_DE, unit_name
from flows.publication.tables import HIDDEN, PublicTables

_DIMENSION = r"([a-z_]+) \(([^()]*)\)"
"""A dimension in the catalogue: its key and its German label."""
_AREA_KINDS_DE = {"body": "Kommune", "regierungsbezirk": "Regierungsbezirk", "type": "Art der Kommune", "land": "Land"}
_DIRECTIONS_DE = {"higher_better": "mehr ist besser", "lower_better": "weniger ist besser", "neutral": "ohne Wertung"}
_PROTECTION_DE = {
    "none": "kein Schutz nötig",
    "persons": "Personen",
    "sensitive": "besonders schutzwürdige Angaben",
    "employees": "einzelne Beschäftigte",
}
_AGGREGATIONS_DE = {
    "sum": "Summe der Kommunen",
    "ratio": "Summe der Zähler durch Summe der Nenner",
    "median": "Median der Kommunen",
    "distinct": "Anzahl verschiedener Einträge",
}


@dataclass(frozen=True)
class Column:
    """A column of a CSV file: its German head, and the words for its codes."""

    head: str
    words: Mapping[str, str] | None = None


_FIGURES = {
    "indicator_id": Column("Kennzahl"),
    "name_de": Column("Name"),
    "area_kind": Column("Gebietsart", _AREA_KINDS_DE),
    "area_key": Column("Gebietsschlüssel"),
    "area": Column("Gebiet"),
    "period": Column("Zeitraum"),
    "report_kind": Column("Berichtsart"),
    "breakdown": Column("Gliederung"),
    "value": Column("Wert"),
    "numerator": Column("Zähler"),
    "denominator": Column("Nenner"),
    "unit": Column("Einheit"),
    "state": Column("Zustand", {**STATES_DE, "ok": "veröffentlicht", HIDDEN: "geheim"}),
    "bodies_counted": Column("Kommunen gezählt"),
    "bodies_due": Column("Kommunen berichtspflichtig"),
    "denominator_note": Column("Anmerkung zum Nenner"),
}
_CATALOGUE = {
    "id": Column("Kennzahl"),
    "group": Column("Gruppe"),
    "name_de": Column("Name"),
    "name_en": Column("Name auf Englisch"),
    "question_de": Column("Frage"),
    "definition": Column("Definition"),
    "formula": Column("Formel"),
    "unit": Column("Einheit"),
    "decimals": Column("Nachkommastellen"),
    "direction": Column("Richtung", _DIRECTIONS_DE),
    "protection": Column("Schutz", _PROTECTION_DE),
    "aggregation": Column("Bildung der Summen", _AGGREGATIONS_DE),
    "breakdowns": Column("Gliederungen"),
    "notes": Column("Anmerkungen"),
    "denominator_note": Column("Anmerkung zum Nenner"),
}
_REPORTING = {
    "ags": Column("Gemeindeschlüssel"),
    "name": Column("Kommune"),
    "period": Column("Zeitraum"),
    "report_kind": Column("Berichtsart"),
    "due_on": Column("Frist"),
    "extended_to": Column("Verlängert bis"),
    "received_on": Column("Eingegangen am"),
    "days_late": Column("Tage zu spät"),
    "state": Column("Stand", {code: standing.name for code, standing in STANDINGS.items()}),
}
_CORRECTIONS = {
    "release_before": Column("Vorige Veröffentlichung"),
    "indicator_id": Column("Kennzahl"),
    "area_key": Column("Gebietsschlüssel"),
    "area": Column("Gebiet"),
    "period": Column("Zeitraum"),
    "breakdown": Column("Gliederung"),
    "before": Column("Bisher"),
    "after": Column("Jetzt"),
    "cause": Column("Ursache (Schlüssel)"),
    "cause_de": Column("Ursache"),
}
_SUPPRESSED = {
    "group": Column("Gruppe"),
    "period": Column("Zeitraum"),
    "cells": Column("Zellen mit Wert"),
    "hidden": Column("geheim: kleine Zahl oder zu ihrem Schutz"),
    "policy": Column("geheim: nie veröffentlicht"),
}


def write_public(tables: PublicTables, target: Path) -> None:
    """Write everything that the public gets, but for the manifest; the same tables give the same bytes.

    Args:
        tables: the public tables.
        target: an empty folder.
    """
    from flows.publication.book import write_book
    from flows.publication.report import FILE_NAME, write_report

    note = _file_note(tables)
    parquet = {"figures": tables.figures, "catalogue": tables.catalogue, "reporting": tables.reporting}
    for name, frame in {**parquet, "corrections": tables.corrections}.items():
        frame.write_parquet(target / f"{name}.parquet", compression="zstd", metadata=note)
    for name, (frame, columns) in _texts(tables).items():
        write_csv(frame, columns, target / f"{name}.csv")
    write_book(tables, target / "wir-monitoring.xlsx")
    write_report(tables, target / FILE_NAME)
    (target / "LIESMICH.txt").write_bytes(readme_text(tables).encode("utf-8-sig"))


def write_csv(frame: pl.DataFrame, columns: Mapping[str, Column], target: Path) -> None:
    """Write a frame as a German spreadsheet reads it: semicolons, decimal commas, a byte order mark, CR LF.

    Args:
        frame: with the declared columns at least; numbers as texts already where they have their own decimals.
        columns: name → its German head and words, in order.
        target: the file.
    """
    texts = frame.select(_as_text(frame.schema[name], name, column) for name, column in columns.items())
    harmless_frame(texts).rename({name: column.head for name, column in columns.items()}).write_csv(
        target, separator=";", line_terminator="\r\n", include_bom=True, quote_style="necessary"
    )


def _as_text(kind: pl.DataType, name: str, column: Column) -> pl.Expr:
    value = pl.col(name)
    if column.words is not None:
        return value.replace(dict(column.words))
    if kind == pl.Date():
        return value.dt.strftime("%d.%m.%Y")
    return decimal_comma(value) if kind.is_decimal() else value.cast(pl.String).replace("", None)


def decimal_comma(number: pl.Expr) -> pl.Expr:
    """Exact numbers as German text without thousands dots: with as many decimals as their type has."""
    return number.cast(pl.String).str.replace(".", ",", literal=True)


def _texts(tables: PublicTables) -> dict[str, tuple[pl.DataFrame, Mapping[str, Column]]]:
    return {
        "figures": (_figures(tables), _FIGURES),
        "catalogue": (_catalogue(tables), _CATALOGUE),
        "reporting": (tables.reporting, _REPORTING),
        "corrections": (_corrections(tables), _CORRECTIONS),
        "suppressed": (tables.suppressed, _SUPPRESSED),
    }


def _figures(tables: PublicTables) -> pl.DataFrame:
    """Figures with the names of the indicators, numbers as text, and a dot wherever something is hidden."""
    about = tables.catalogue.select("id", "name_de", "decimals", "aggregation")
    is_quota = pl.col("aggregation") == "ratio"
    is_shown = pl.col("state").is_in(["ok", HIDDEN])
    figures = _in_words(tables.figures, tables.catalogue)
    return figures.join(about, left_on="indicator_id", right_on="id", how="left", maintain_order="left").select(
        pl.exclude("value", "numerator", "denominator", "decimals", "aggregation", "unit"),
        unit=pl.col("unit").map_elements(unit_name, pl.String),
        value=_dot_where(pl.col("state") == HIDDEN, _rounded(pl.col("value"))),
        numerator=_dot_where(is_shown & (pl.col("aggregation") != "median"), _trimmed(pl.col("numerator"))),
        denominator=_dot_where(is_shown & is_quota, _trimmed(pl.col("denominator"))),
    )


def _corrections(tables: PublicTables) -> pl.DataFrame:
    about = tables.catalogue.select("id", "decimals")
    told = _in_words(tables.corrections, tables.catalogue)
    joined = told.join(about, left_on="indicator_id", right_on="id", how="left", maintain_order="left")
    return joined.with_columns(_rounded(pl.col("before")), _rounded(pl.col("after")))


def _catalogue(tables: PublicTables) -> pl.DataFrame:
    return tables.catalogue.with_columns(
        pl.col("unit").map_elements(unit_name, pl.String),
        pl.col("breakdowns").str.replace_all(_DIMENSION, "$2"),
    )


def _in_words(frame: pl.DataFrame, catalogue: pl.DataFrame) -> pl.DataFrame:
    """Breakdowns as people read them: `channel=Telefon` as `Zugang: Telefon`; each indicator has labels of its own."""
    labels = catalogue.select(
        pl.col("id").alias("indicator_id"), pl.col("breakdowns").str.extract_all(_DIMENSION).alias("declared")
    ).explode("declared")
    labels = labels.select(
        "indicator_id",
        dimension=pl.col("declared").str.extract(_DIMENSION, 1),
        label=pl.col("declared").str.extract(_DIMENSION, 2),
    ).drop_nulls()
    parts = pl.col("breakdown").str.splitn("=", 2)
    told = frame.with_columns(dimension=parts.struct.field("field_0"), choice=parts.struct.field("field_1")).join(
        labels, on=("indicator_id", "dimension"), how="left", maintain_order="left"
    )
    said = pl.coalesce("label", "dimension") + ": " + pl.col("choice")
    return told.with_columns(breakdown=pl.coalesce(said, "breakdown")).drop("dimension", "choice", "label")


def _rounded(value: pl.Expr) -> pl.Expr:
    """A value with the decimals of its indicator."""
    places = pl.col("decimals")
    whole = [pl.when(places == count).then(decimal_comma(value.cast(pl.Decimal(38, count)))) for count in (0, 1)]
    return whole[0].otherwise(whole[1].otherwise(decimal_comma(value.cast(pl.Decimal(38, 2)))))


def _trimmed(value: pl.Expr) -> pl.Expr:
    """A number with as many decimals as it needs."""
    return decimal_comma(value).str.strip_chars_end("0").str.strip_chars_end(",")


def _dot_where(may_be_hidden: pl.Expr, text: pl.Expr) -> pl.Expr:
    return pl.when(may_be_hidden & text.is_null()).then(pl.lit(HIDDEN_SIGN)).otherwise(text)


def _file_note(tables: PublicTables) -> dict[str, str]:
    """What each Parquet file says of itself."""
    about = tables.about.row(0, named=True)
    mark = "Demonstrationsdaten: " if about["is_demo"] else ""
    return {
        "title": f"{mark}WIR-Monitoring, Veröffentlichung {about['name']}",
        "released_on": date_text(about["released_on"]),
        "ledger_head": about["head_hash"],
    }
