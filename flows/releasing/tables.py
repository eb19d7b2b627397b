"""What a release adds to its database once that is built: what it is, and what it corrects."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from flows.warehouse.inputs import Table, column
from flows.warehouse.load import fill_table, quoted

ABOUT_RELEASE = Table(
    "publication",
    "about",
    "Was diese Veröffentlichung ist; eine Zeile",
    ("name",),
    (
        column("name", "VARCHAR", "Name der Veröffentlichung"),
        column("released_on", "DATE", "Tag der Veröffentlichung"),
        column("business_at", "TIMESTAMP", "Stand der Daten (UTC)"),
        column("is_demo", "BOOLEAN", "Wahr, wenn die Daten erfunden sind"),
        column("program_version", "VARCHAR", "Fassung des Programms"),
        column("head_hash", "VARCHAR", "Prüfsumme des letzten Eintrags im Journal, auf dem sie beruht"),
        column("unapproved", "INTEGER", "Berichte in Kraft, die noch nicht freigegeben waren"),
        column(
            "gap",
            "DECIMAL(28, 6)",
            "Höchstens um diesen Anteil wäre mit weniger Sperrungen auszukommen; 0 = erwiesen die wenigsten",
        ),
    ),
)
CORRECTIONS = Table(
    "publication",
    "corrections",
    "Berichtigungen: Kennzahlen, die in der vorigen und in dieser Veröffentlichung gezeigt werden, aber anders",
    ("indicator_id", "period", "area_key", "breakdown"),
    (
        column("release_before", "VARCHAR", "Name der vorigen Veröffentlichung"),
        column("indicator_id", "VARCHAR", "Kennzahl"),
        column("area_key", "VARCHAR", "Schlüssel des Gebiets"),
        column("area", "VARCHAR", "Name des Gebiets"),
        column("period", "VARCHAR", "Berichtszeitraum"),
        column("breakdown", "VARCHAR", "gesamt oder eine Gliederung als name=wert"),
        column("before", "DECIMAL(20, 2)", "Wert in der vorigen Veröffentlichung; leer, wenn es keinen gab"),
        column("after", "DECIMAL(20, 2)", "Wert in dieser; leer, wenn es keinen mehr gibt"),
        column("cause", "VARCHAR", "Schlüssel der Ursachen, durch Semikolon getrennt"),
        column("cause_de", "VARCHAR", "Ursachen als Satz"),
    ),
)


def write_release_tables(database: Path, about: Mapping[str, Any], corrections: pl.DataFrame) -> None:
    """Add `publication.about` and `publication.corrections` to a built database, and bring it to the disk.

    Args:
        database: nobody reads it yet.
        about: the one row of `ABOUT_RELEASE`.
        corrections: rows of `CORRECTIONS`.
    """
    with closing(duckdb.connect(config={"threads": 1, "temp_directory": f"{database}.tmp"})) as connection:
        connection.execute(f"ATTACH {quoted(str(database))} AS release").fetchall()
        connection.execute("USE release").fetchall()
        connection.execute("BEGIN").fetchall()
        fill_table(connection, ABOUT_RELEASE, pl.DataFrame([dict(about)]))
        fill_table(connection, CORRECTIONS, corrections)
        connection.execute("COMMIT").fetchall()
        connection.execute("CHECKPOINT release").fetchall()
        connection.execute("USE memory").fetchall()
        connection.execute("DETACH release").fetchall()
