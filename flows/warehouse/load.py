"""Filling physical tables from frames, in a fixed order, each with its German comments."""

from collections.abc import Mapping

import duckdb
import polars as pl

from expectations.tables import Column
from flows.warehouse.inputs import Table, column
from flows.warehouse.sqlfiles import BuildError

KEY_SEPARATOR = " · "
_ROW_KEY = column("row_key", "VARCHAR", "Schlüssel der Zeile, unter dem Kennzahlen sie als Quelle nennen")


def table_columns(table: Table) -> tuple[Column, ...]:
    """A table's columns as they stand in the database."""
    return (*table.columns, _ROW_KEY) if table.cited else table.columns


def create_table(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Create an empty table with comments on it and on each column."""
    columns = ", ".join(
        f'"{item.name}" {item.duckdb_type}{" NOT NULL" if item.name in table.key else ""}'
        for item in table_columns(table)
    )
    connection.execute(f"CREATE TABLE {table.full_name} ({columns})")
    comments = {item.name: item.comment for item in table_columns(table)}
    write_comments(connection, "TABLE", table.full_name, table.comment, comments)


def fill_table(connection: duckdb.DuckDBPyConnection, table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Create a table and load a frame into it, as `load_table` does."""
    create_table(connection, table)
    return load_table(connection, table, frame)


def load_table(connection: duckdb.DuckDBPyConnection, table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Load a frame into an empty table.

    Returns:
        The frame as loaded: declared columns and types, ordered by the key.

    Raises:
        BuildError: the frame has a column that is not declared, a value of another type, or two rows with one key.
    """
    rows = conformed(table, frame)
    if rows.height:
        insert_frame(connection, table.full_name, rows)
    return rows


def insert_frame(connection: duckdb.DuckDBPyConnection, full_name: str, rows: pl.DataFrame) -> None:
    """Append a frame's rows to a table, column by name.

    Raises:
        BuildError: a value is missing where one must stand.
    """
    connection.register("frame", rows)
    try:
        connection.execute(f"INSERT INTO {full_name} BY NAME SELECT * FROM frame")
    except duckdb.Error as error:
        # The transaction ends with it: on its connection nothing more could be unregistered.
        raise BuildError(f"{full_name} could not be filled: {error}") from error
    connection.unregister("frame")


def conformed(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """A frame with the table's columns, types and order; columns that it lacks are null.

    Raises:
        BuildError: as in `load_table`.
    """
    unknown = set(frame.columns) - set(table.frame_schema)
    if unknown:
        raise BuildError(f"{table.full_name}: nobody declared the column {', '.join(sorted(unknown))}")
    if frame.is_empty():
        return with_row_key(table, pl.DataFrame(schema=table.frame_schema))
    missing = [pl.lit(None).alias(name) for name in table.frame_schema if name not in frame.columns]
    try:
        rows = frame.with_columns(missing).select(pl.col(name).cast(kind) for name, kind in table.frame_schema.items())
    except pl.exceptions.PolarsError as error:
        raise BuildError(f"{table.full_name}: a value is not of its column's type: {error}") from error
    rows = rows.sort(*table.key, *(name for name in rows.columns if name not in table.key))
    if table.is_unique and rows.select(table.key).is_duplicated().any():
        double = rows.filter(rows.select(table.key).is_duplicated()).select(table.key).row(0)
        raise BuildError(f"{table.full_name}: two rows with the key {', '.join(str(part) for part in double)}")
    return with_row_key(table, rows)


def with_exact_numbers(frame: pl.DataFrame) -> pl.DataFrame:
    """Numbers from the text that was read or decided, where a frame carries a float beside it."""
    if "number" not in frame.columns:
        return frame
    exact = pl.col("value").cast(pl.Decimal(28, 6), strict=False)
    return frame.with_columns(pl.when(pl.col("number").is_not_null()).then(exact).alias("number"))


def with_row_key(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the name under which terms cite them, where the table is cited."""
    if not table.cited:
        return rows
    return rows.with_columns(pl.concat_str(pl.col(table.key).cast(pl.String), separator=KEY_SEPARATOR).alias("row_key"))


def write_comments(
    connection: duckdb.DuckDBPyConnection, kind: str, full_name: str, comment: str, columns: Mapping[str, str]
) -> None:
    """Write the comment of a table, view or macro (`kind` as SQL calls it) and of its columns."""
    statements = [f"COMMENT ON {kind} {full_name} IS {quoted(comment)}"]
    statements += [f'COMMENT ON COLUMN {full_name}."{name}" IS {quoted(text)}' for name, text in columns.items()]
    connection.execute(";".join(statements))


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
