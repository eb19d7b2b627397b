"""What must hold of a built database before anybody reads it."""

from collections.abc import Mapping

import duckdb

from flows.warehouse.sqlfiles import BuildError

_NUMBERS = "('integer', 'money', 'hours', 'fte', 'number')"
_TERM = "indicator_id, ags, period, submission_id, section, row_key, breakdown"
_CHECKS: Mapping[str, str] = {
    "two submissions of one body and period are in force": """
        SELECT ags || ', ' || period FROM intake.submissions WHERE in_force GROUP BY ags, period HAVING count(*) > 1
    """,
    "a submission is in force without an accepting verdict": """
        SELECT submission_id FROM intake.submissions
        WHERE in_force AND verdict NOT IN ('accepted', 'accepted_with_warnings')
    """,
    "two terms of one indicator bear the same name": f"""
        SELECT concat_ws(', ', {_TERM}) FROM indicators.terms GROUP BY {_TERM} HAVING count(*) > 1
    """,
    "a term belongs to no body of its period": """
        SELECT DISTINCT concat_ws(', ', terms.indicator_id, terms.ags, terms.period) FROM indicators.terms AS terms
        WHERE NOT EXISTS (
            SELECT 1 FROM reference.areas AS areas
            WHERE areas.area_key = areas.ags AND areas.ags = terms.ags AND areas.period = terms.period
        )
    """,
    "a term comes from a section or register of which its indicator reads no field": """
        SELECT DISTINCT terms.indicator_id || ', ' || terms.section FROM indicators.terms AS terms
        WHERE NOT EXISTS (
            SELECT 1 FROM indicators.fields AS fields
            WHERE fields.indicator_id = terms.indicator_id AND fields.section = terms.section
        )
    """,
    "a breakdown is not declared in its indicator's header": """
        SELECT DISTINCT terms.indicator_id || ', ' || terms.breakdown
        FROM indicators.terms AS terms INNER JOIN indicators.catalogue AS catalogue ON terms.indicator_id = catalogue.id
        WHERE terms.breakdown <> 'gesamt'
            AND NOT contains('; ' || catalogue.breakdowns, '; ' || string_split(terms.breakdown, '=')[1] || ' (')
    """,
    "a term that counts has no address, neither a cell nor a register's row": """
        WITH addresses AS (
            SELECT cells.submission_id, cells.section, cells.row_key, cells.field AS path FROM reports.cells AS cells
            UNION ALL
            SELECT NULL, register, row_key, register || '.' || field FROM audit.register_values
        ),
        addressed AS (
            SELECT DISTINCT fields.indicator_id, addresses.submission_id, addresses.section, addresses.row_key
            FROM addresses INNER JOIN indicators.fields AS fields ON addresses.path = fields.path
            UNION ALL
            SELECT DISTINCT terms.indicator_id, terms.submission_id, terms.section, '' FROM indicators.terms AS terms
            SEMI JOIN accepted.empty_tables AS empty_tables
                ON terms.submission_id = empty_tables.submission_id AND terms.section = empty_tables.section
        )
        SELECT concat_ws(', ', terms.indicator_id, terms.ags, terms.period, terms.section, terms.row_key)
        FROM indicators.terms AS terms ANTI JOIN addressed
            ON addressed.indicator_id = terms.indicator_id AND addressed.section = terms.section
            AND addressed.row_key = terms.row_key
            AND (addressed.submission_id = terms.submission_id OR addressed.submission_id IS NULL)
        WHERE terms.numerator IS NOT NULL
    """,
    "a figure does not follow from its terms": """
        WITH recomputed AS (
            SELECT terms.indicator_id, areas.area_key, terms.period, terms.breakdown,
                sum(terms.numerator) AS numerator, sum(terms.denominator) AS denominator
            FROM indicators.terms_in_force AS terms
            INNER JOIN reference.areas AS areas ON terms.ags = areas.ags AND terms.period = areas.period
            INNER JOIN indicators.body_values AS bodies
                ON bodies.ags = terms.ags AND bodies.period = terms.period AND bodies.breakdown = terms.breakdown
                AND bodies.indicator_id = terms.indicator_id AND bodies.state = 'ok'
            GROUP BY ALL
        )
        SELECT concat_ws(', ', figures.indicator_id, figures.area_key, figures.period, figures.breakdown)
        FROM indicators.figures AS figures
        INNER JOIN indicators.catalogue AS catalogue ON figures.indicator_id = catalogue.id
        LEFT JOIN recomputed
            ON recomputed.indicator_id = figures.indicator_id AND recomputed.area_key = figures.area_key
            AND recomputed.period = figures.period AND recomputed.breakdown = figures.breakdown
        WHERE figures.state = 'ok' AND (
            (catalogue.aggregation <> 'distinct' AND figures.numerator <> coalesce(recomputed.numerator, 0))
            OR figures.denominator IS DISTINCT FROM if(figures.denominator IS NULL, NULL, recomputed.denominator)
        )
    """,
}
"""What is wrong → SELECT of the first places where it is."""


_WITHOUT_COMMENT = """
    SELECT name FROM (
        SELECT schema_name || '.' || table_name AS name, comment FROM duckdb_tables()
        WHERE database_name = 'warehouse'
        UNION ALL
        SELECT schema_name || '.' || view_name, comment FROM duckdb_views()
        WHERE database_name = 'warehouse' AND NOT internal
        UNION ALL
        SELECT schema_name || '.' || table_name || '.' || column_name, comment FROM duckdb_columns()
        WHERE database_name = 'warehouse' AND NOT internal
    )
    WHERE coalesce(comment, '') = '' ORDER BY name
"""


def check_comments(connection: duckdb.DuckDBPyConnection) -> None:
    """See that every table, view and column of a database says in German what it is.

    Raises:
        BuildError: one does not; the message names it.
    """
    name = _first(connection, f"{_WITHOUT_COMMENT} LIMIT 1")
    if name is not None:
        raise BuildError(f"an object of the database has no comment: {name}")


def check_contents(connection: duckdb.DuckDBPyConnection, loaded: Mapping[str, int]) -> None:
    """Check a built database.

    Args:
        connection: the database in use is the new one.
        loaded: full table name → rows that were put in.

    Raises:
        BuildError: something does not hold; the message says what, and where first.
    """
    for name, expected in loaded.items():
        found = _first(connection, f"SELECT count(*) FROM {name}")
        if found != expected:
            raise BuildError(f"{name} holds {found} rows, {expected} were put in")
    _check_control_totals(connection, [name for name in loaded if name.startswith("accepted.")])
    for mistake, select in _CHECKS.items():
        place = _first(connection, f"{select} LIMIT 1")
        if place is not None:
            raise BuildError(f"{mistake}: {place}")


def _check_control_totals(connection: duckdb.DuckDBPyConnection, sections: list[str]) -> None:
    """Per report, the sum of money and of all numbers is the same in the cells and in the sections' tables."""
    numbers = connection.execute(
        f"SELECT DISTINCT section, field, string_split(field, '.')[2], type = 'money' FROM reference.form_fields "
        f"WHERE type IN {_NUMBERS} ORDER BY ALL"
    ).fetchall()
    parts = [
        f'SELECT submission_id, {is_money} AS is_money, CAST("{name}" AS DECIMAL(28, 2)) AS number '
        f"FROM accepted.{section}"
        for section, _, name, is_money in numbers
        if f"accepted.{section}" in sections
    ]
    difference = _first(
        connection,
        f"""
        WITH typed AS ({" UNION ALL ".join(parts)}),
        from_tables AS (
            SELECT submission_id, sum(number) FILTER (WHERE is_money) AS money, sum(number) AS numbers
            FROM typed GROUP BY submission_id
        ),
        number_fields AS (
            SELECT DISTINCT field, type = 'money' AS is_money FROM reference.form_fields WHERE type IN {_NUMBERS}
        ),
        from_cells AS (
            SELECT cells.submission_id,
                sum(CAST(cells.value AS DECIMAL(28, 2))) FILTER (WHERE number_fields.is_money) AS money,
                sum(CAST(cells.value AS DECIMAL(28, 2))) AS numbers
            FROM reports.cells AS cells
            INNER JOIN number_fields ON cells.field = number_fields.field
            SEMI JOIN (
                SELECT submission_id FROM history.intake_submissions
                WHERE verdict IN ('accepted', 'accepted_with_warnings')
            ) AS accepted ON cells.submission_id = accepted.submission_id
            GROUP BY cells.submission_id
        )
        SELECT concat_ws(', ', coalesce(cells.submission_id, tables.submission_id), cells.money, tables.money)
        FROM from_cells AS cells FULL JOIN from_tables AS tables ON cells.submission_id = tables.submission_id
        WHERE (cells.money, cells.numbers) IS DISTINCT FROM (tables.money, tables.numbers)
        ORDER BY ALL LIMIT 1
        """,
    )
    if difference is not None:
        raise BuildError(f"cells and tables have different control totals (submission, money in each): {difference}")


def _first(connection: duckdb.DuckDBPyConnection, select: str) -> object:
    row = connection.execute(select).fetchone()
    return None if row is None else row[0]
