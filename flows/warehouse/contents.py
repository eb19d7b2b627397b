"""What a database holds, as hashes: the file itself is never byte-identical, its contents are."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import duckdb

from flows.warehouse.reading import open_for_reading


def contents_hash(database: Path) -> dict[str, str]:
    """SHA-256 over the rows of every table, in an order of their own.

    Returns:
        `schema.table` → hash. Two builds from the same inputs give the same.
    """
    with closing(open_for_reading(database)) as connection:
        names = connection.execute(
            "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE NOT internal ORDER BY ALL"
        ).fetchall()
        return {str(name): table_hash(connection, str(name)) for (name,) in names}


def table_hash(connection: duckdb.DuckDBPyConnection, name: str, *, columns: Sequence[str] = ()) -> str:
    """SHA-256 over the rows of one table, as text with the names of the columns, in the order of that text.

    Args:
        connection: to the database.
        name: the table.
        columns: those that count; all by default.
    """
    wanted = ", ".join(f'"{column}"' for column in columns) or "*"
    row = connection.execute(
        f"""
        WITH wanted AS (SELECT {wanted} FROM {name}),
        lines AS (SELECT CAST(whole_row AS VARCHAR) AS line FROM wanted AS whole_row)
        SELECT sha256(coalesce(string_agg(line, chr(10) ORDER BY line), '')) FROM lines
        """
    ).fetchone()
    return "" if row is None else str(row[0])
