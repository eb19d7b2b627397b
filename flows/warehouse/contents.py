"""What a database holds, as hashes: the file itself is never byte-identical, its contents are."""

from contextlib import closing
from pathlib import Path

import duckdb


def contents_hash(database: Path) -> dict[str, str]:
    """SHA-256 over the rows of every table, in an order of their own.

    Returns:
        `schema.table` → hash. Two builds from the same inputs give the same.
    """
    with closing(duckdb.connect(str(database), read_only=True)) as connection:
        names = connection.execute(
            "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE NOT internal ORDER BY ALL"
        ).fetchall()
        return {str(name): _table_hash(connection, str(name)) for (name,) in names}


def _table_hash(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    row = connection.execute(
        f"""
        WITH lines AS (SELECT CAST(whole_row AS VARCHAR) AS line FROM {name} AS whole_row)
        SELECT sha256(coalesce(string_agg(line, chr(10) ORDER BY line), '')) FROM lines
        """
    ).fetchone()
    return "" if row is None else str(row[0])
