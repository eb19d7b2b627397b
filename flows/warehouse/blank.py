"""The database before any data: every table, view, macro and comment, which form and SQL alone determine.

Laying it out takes longer than filling it with a night's data. So a process lays out each kind of database once, and
begins every further one with a copy of that file.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from expectations.form import Form
from flows.warehouse.as_of import Relations, as_of_select, file_without_history, require_histories
from flows.warehouse.bookkeeping import (
    ABOUT,
    BUSINESS_TIME,
    CALENDAR,
    DEMO_MARK,
    QUESTIONS,
    REGISTER_VALUES,
    calendar,
)
from flows.warehouse.checks import check_comments
from flows.warehouse.decided import DECISIONS, STEPS
from flows.warehouse.history import DAYS, HISTORIES
from flows.warehouse.indicators import TERMS, check_terms, load_catalogue
from flows.warehouse.inputs import (
    CELLS,
    EMPTY_TABLES,
    FINDINGS,
    LEDGER,
    OBLIGATIONS,
    REFERENCE,
    RULE_RESULTS,
    SUBMISSIONS,
)
from flows.warehouse.load import create_table, fill_table, quoted, table_columns, write_comments
from flows.warehouse.recognised import RECOGNITIONS
from flows.warehouse.released import RELEASED
from flows.warehouse.sections import FORM_FIELDS, SectionTable, create_section, form_fields, section_tables_of
from flows.warehouse.sqlfiles import (
    AuditQuery,
    BuildError,
    Indicator,
    SqlTexts,
    View,
    audit_queries_of,
    indicators_of,
    views_of,
)

STORAGE_VERSION = "v1.5.0"
"""So that auditors' clients from DuckDB 1.5 on can read the file; version 2.0 would write a newer one by itself."""
_SCHEMAS = ("accepted", "reports", "intake", "reference", "history", "indicators", "audit", "publication")
_INPUTS = (
    SUBMISSIONS,
    FINDINGS,
    RULE_RESULTS,
    EMPTY_TABLES,
    OBLIGATIONS,
    DECISIONS,
    STEPS,
    RECOGNITIONS,
    LEDGER,
    CELLS,
    DAYS,
    ABOUT,
    BUSINESS_TIME,
    REGISTER_VALUES,
    TERMS,
    *REFERENCE.values(),
    *RELEASED.values(),
    *HISTORIES.values(),
)
"""The tables that stay empty here, beside those of the sections."""
_KINDS = 4
"""So many kinds of database a process keeps laid out: of real data, of a demo, with other SQL."""
_Texts = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Blank:
    """A database without data, and what fills it.

    Attributes:
        file: bytes of the database file.
        sections: the form's sections; their tables are empty.
        views: views and computed tables, each after those that it reads; the computed tables are empty.
        indicators: the SELECTs whose terms fill `indicators.terms`.
    """

    file: bytes
    sections: tuple[SectionTable, ...]
    views: tuple[View, ...]
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True)
class _Plan:
    """All that a blank database is a function of."""

    forms: tuple[tuple[int, Form], ...]
    views: _Texts
    indicators: _Texts
    audit: _Texts
    is_demo: bool

    @property
    def sql(self) -> SqlTexts:
        return SqlTexts(dict(self.views), dict(self.indicators), dict(self.audit))


LAID_OUT: dict[_Plan, Blank] = {}
"""What this process has laid out; whoever forks one that is to build can hand it over."""


def begin_database(target: Path, forms: Mapping[int, Form], sql: SqlTexts, *, is_demo: bool) -> Blank:
    """Write a database that holds everything but its data.

    Args:
        target: the new file.
        forms: reporting year → form.
        sql: the SQL files.
        is_demo: whether every figure has to say that its data are invented.

    Raises:
        BuildError: form and SQL do not fit together; the message names the file.
        duckdb.Error, OSError: it cannot be written.
    """
    views, indicators, audit = (tuple(sorted(texts.items())) for texts in (sql.views, sql.indicators, sql.audit))
    plan = _Plan(tuple(sorted(forms.items())), views, indicators, audit, is_demo)
    if plan not in LAID_OUT:
        laid_out = _laid_out(plan, target)
        while len(LAID_OUT) >= _KINDS:
            del LAID_OUT[next(iter(LAID_OUT))]
        LAID_OUT[plan] = laid_out
    else:
        target.write_bytes(LAID_OUT[plan].file)
    return LAID_OUT[plan]


def _laid_out(plan: _Plan, target: Path) -> Blank:
    forms = dict(plan.forms)
    sections = section_tables_of(forms)
    with closing(duckdb.connect(config={"threads": 1, "autoinstall_known_extensions": False})) as connection:
        connection.execute(f"ATTACH {quoted(str(target))} AS warehouse (STORAGE_VERSION '{STORAGE_VERSION}')")
        connection.execute("USE warehouse")
        connection.execute("BEGIN")
        relations = _lay_out(connection, forms, sections, plan.sql)
        if plan.is_demo:
            _mark_as_demo(connection)
        check_comments(connection)
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT warehouse")
        connection.execute("USE memory")
        connection.execute("DETACH warehouse")
    return Blank(target.read_bytes(), sections, tuple(relations.views.values()), tuple(relations.indicators))


def _lay_out(
    connection: duckdb.DuckDBPyConnection, forms: Mapping[int, Form], sections: Sequence[SectionTable], sql: SqlTexts
) -> Relations:
    for schema in _SCHEMAS:
        connection.execute(f"CREATE SCHEMA {schema}")
    for table in _INPUTS:
        create_table(connection, table)
    fill_table(connection, FORM_FIELDS, form_fields(forms))
    fill_table(connection, CALENDAR, calendar())
    for section in sections:
        create_section(connection, section)
    relations = Relations({view.name: view for view in views_of(sql)}, indicators_of(sql))
    load_catalogue(connection, relations.indicators, _columns(sections), relations.views)
    require_histories(relations)
    _create_views(connection, relations.views.values())
    check_terms(connection, relations.indicators)
    _create_audit_queries(connection, audit_queries_of(sql), relations)
    return relations


def _columns(sections: Iterable[SectionTable]) -> dict[str, tuple[str, ...]]:
    """The names of the columns of every table that an indicator may read."""
    tables = (*_INPUTS, FORM_FIELDS, CALENDAR, *(section.accepted for section in sections))
    return {table.full_name: tuple(item.name for item in table_columns(table)) for table in tables}


def _create_views(connection: duckdb.DuckDBPyConnection, views: Iterable[View]) -> None:
    """Create views, and computed tables without rows, with their comments.

    Raises:
        BuildError: a SELECT fails or its header documents a column that it does not return; the file is named.
    """
    for view in views:
        kind, data = view.header.kind.upper(), " WITH NO DATA" if view.is_computed else ""
        try:
            connection.execute(f"CREATE {kind} {view.name} AS {view.select}{data}")
            write_comments(connection, kind, view.name, view.header.comment, view.header.columns)
        except duckdb.Error as error:
            raise BuildError(f"sql/views/{view.name}.sql: {error}") from error


def _create_audit_queries(
    connection: duckdb.DuckDBPyConnection, queries: Iterable[AuditQuery], relations: Relations
) -> None:
    questions = []
    for query in queries:
        name, file = f"audit.{query.name}", f"sql/audit/{query.name}.sql"
        try:
            if query.header.kind in {"macro", "as_of"}:
                select = as_of_select(file, query.select, relations) if query.header.kind == "as_of" else query.select
                parameters = ", ".join(query.header.parameters)
                connection.execute(f"CREATE MACRO {name}({parameters}) AS TABLE {select}")
                connection.execute(f"COMMENT ON MACRO TABLE {name} IS {quoted(query.header.comment)}")
            else:
                connection.execute(f"CREATE VIEW {name} AS {query.select}")
                write_comments(connection, "VIEW", name, query.header.comment, query.header.columns)
                questions.append((query.name, query.header.comment, query.select))
        except duckdb.Error as error:
            culprit = file_without_history(connection, relations) if query.header.kind == "as_of" else None
            raise BuildError(f"{culprit or file}: {error}") from error
    fill_table(connection, QUESTIONS, pl.DataFrame(questions, schema=QUESTIONS.frame_schema, orient="row"))


def _mark_as_demo(connection: duckdb.DuckDBPyConnection) -> None:
    """Let every table and view of figures say first that its data are invented."""
    relations = connection.execute(
        "SELECT 'TABLE', schema_name || '.' || table_name, comment FROM duckdb_tables() "
        "WHERE database_name = 'warehouse' AND schema_name = 'indicators' UNION ALL "
        "SELECT 'VIEW', schema_name || '.' || view_name, comment FROM duckdb_views() "
        "WHERE database_name = 'warehouse' AND schema_name = 'indicators' ORDER BY ALL"
    ).fetchall()
    for kind, name, comment in relations:
        connection.execute(f"COMMENT ON {kind} {name} IS {quoted(DEMO_MARK + comment)}")
