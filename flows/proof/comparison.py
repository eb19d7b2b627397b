"""Two databases compared: the rows of each table, the definitions of views and macros, and where they first differ."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb

from flows.warehouse import table_hash

INPUTS: Mapping[str, tuple[str, ...]] = {
    "audit.ledger": (),
    "intake.submissions": ("submission_id", "sha256", "size_bytes", "received_at", "collected_at", "channel"),
    "reports.cells": (),
}
"""Tables that hold what was received and recorded, and the columns that nothing later changes (none: all of them)."""
_DEFINITIONS = """
SELECT schema_name || '.' || view_name, concat_ws(chr(10), sql, comment)
FROM duckdb_views() WHERE NOT internal AND database_name = $database
UNION ALL
SELECT
    schema_name || '.' || function_name,
    concat_ws(chr(10), array_to_string(parameters, ', '), macro_definition, comment)
FROM duckdb_functions() WHERE NOT internal AND database_name = $database
UNION ALL
SELECT 'Erläuterung zu ' || schema_name || '.' || table_name, comment
FROM duckdb_tables() WHERE NOT internal AND database_name = $database
UNION ALL
SELECT 'Erläuterung zu ' || schema_name || '.' || table_name || '.' || column_name, comment
FROM duckdb_columns() WHERE NOT internal AND database_name = $database
"""
_COLUMNS = """
SELECT schema_name || '.' || table_name, list(column_name ORDER BY column_index)
FROM duckdb_columns()
WHERE NOT internal AND database_name = $database
    AND table_oid IN (SELECT table_oid FROM duckdb_tables() WHERE database_name = $database)
GROUP BY ALL
"""
_KEYS = """
SELECT list(column_name ORDER BY column_index)
FROM duckdb_columns()
WHERE database_name = 'published' AND schema_name || '.' || table_name = $name AND NOT is_nullable
"""
_KEY_COLUMNS = 5
_LONGEST_KEY = 160


@dataclass(frozen=True)
class Difference:
    """A table, view, macro or comment that is not the same.

    Attributes:
        name: `schema.name`.
        kind: whether only the published database has it (added), only the rebuilt one (missing), or both have others.
        row: of an altered table the key of the first row that only one of the two has.
    """

    name: str
    kind: Literal["added", "missing", "altered"]
    row: str = ""


@dataclass(frozen=True)
class Comparison:
    """What was found in two databases: differences in order of names, and how many tables and definitions there are."""

    differences: tuple[Difference, ...]
    tables: int
    definitions: int


def compared(published: Path, rebuilt: Path, *, names_rows: bool = True) -> Comparison:
    """What differs between a published database and one that was built anew: rows, definitions, comments.

    Args:
        published: the database as it lies there.
        rebuilt: the one that was built anew.
        names_rows: whether of each altered table the first row is sought.
    """
    with _both(published, rebuilt) as connection:
        tables = [_hashes(connection, name) for name in ("published", "rebuilt")]
        definitions = [_definitions(connection, name) for name in ("published", "rebuilt")]
        found = [
            Difference(name, kind, _first_row(connection, name) if names_rows and kind == "altered" else "")
            for name, kind in _differing(*tables)
        ]
        found += [Difference(name, kind) for name, kind in _differing(*definitions)]
    return Comparison(tuple(found), len(tables[0]), len(definitions[0]))


def inputs_compared(published: Path, rebuilt: Path) -> Comparison:
    """What differs in the tables of inputs, in columns that both have."""
    with _both(published, rebuilt) as connection:
        columns = [_columns(connection, name) for name in ("published", "rebuilt")]
        found = [
            Difference(name, "altered")
            for name, wanted in INPUTS.items()
            if not _is_same_input(connection, name, _common(name, wanted, *columns))
        ]
    return Comparison(tuple(found), len(INPUTS), 0)


def ledger_copy(database: Path) -> list[tuple[int, str]]:
    """Numbers and hashes of the ledger's entries as a database holds them."""
    with closing(duckdb.connect(str(database), read_only=True)) as connection:
        return connection.execute("SELECT seq, hash FROM audit.ledger ORDER BY seq").fetchall()


def built_by(database: Path) -> str:
    """Fingerprint of the program that built a database; `""` where it does not say."""
    try:
        with closing(duckdb.connect(str(database), read_only=True)) as connection:
            row = connection.execute("SELECT program_sha256 FROM audit.about").fetchone()
    except duckdb.Error:
        return ""
    return str(row[0]) if row else ""


@contextmanager
def _both(published: Path, rebuilt: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(duckdb.connect(config={"autoinstall_known_extensions": False, "temp_directory": ""})) as connection:
        for name, file in (("published", published), ("rebuilt", rebuilt)):
            path = str(file).replace("'", "''")
            connection.execute(f"ATTACH '{path}' AS {name} (READ_ONLY)")
        yield connection


def _hashes(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, str]:
    return {name: table_hash(connection, f"{database}.{name}") for name in sorted(_columns(connection, database))}


def _columns(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, list[str]]:
    return dict(connection.execute(_COLUMNS, {"database": database}).fetchall())


def _definitions(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, str]:
    """Views, macros and comments as text; which database they are in is no part of it."""
    return dict(connection.execute(_DEFINITIONS, {"database": database}).fetchall())


def _differing(
    one: Mapping[str, str], other: Mapping[str, str]
) -> Iterable[tuple[str, Literal["added", "missing", "altered"]]]:
    for name in sorted(one.keys() | other.keys()):
        if name not in other:
            yield name, "added"
        elif name not in one:
            yield name, "missing"
        elif one[name] != other[name]:
            yield name, "altered"


def _common(
    name: str, wanted: tuple[str, ...], one: Mapping[str, list[str]], other: Mapping[str, list[str]]
) -> list[str]:
    both = [column for column in one.get(name, []) if column in other.get(name, [])]
    return [column for column in both if not wanted or column in wanted]


def _is_same_input(connection: duckdb.DuckDBPyConnection, name: str, columns: list[str]) -> bool:
    one, other = (
        table_hash(connection, f"{database}.{name}", columns=columns) if columns else ""
        for database in ("published", "rebuilt")
    )
    return bool(columns) and one == other


def _first_row(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """The key of the first row that only one of the two has; nothing where the columns themselves differ."""
    columns = [_columns(connection, database)[name] for database in ("published", "rebuilt")]
    if columns[0] != columns[1]:
        return ""
    (key,) = connection.execute(_KEYS, {"name": name}).fetchone() or (None,)
    shown = ", ".join(f'"{column}"' for column in (key or columns[0])[:_KEY_COLUMNS])
    one, other = f"SELECT * FROM published.{name}", f"SELECT * FROM rebuilt.{name}"
    row = connection.execute(
        f"SELECT {shown} FROM (({one} EXCEPT ALL {other}) UNION ALL ({other} EXCEPT ALL {one})) ORDER BY ALL LIMIT 1"
    ).fetchone()
    return "" if row is None else " · ".join(str(part) for part in row if part is not None)[:_LONGEST_KEY]
