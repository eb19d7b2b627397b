"""Our SQL files: a header of German documentation in leading comments, then one plain SELECT.

The header is YAML behind `-- `. It becomes comments of the database, the catalogue of indicators and the dictionary,
so every key is checked: a file whose header is wrong is named and nothing is built.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from graphlib import CycleError, TopologicalSorter
from typing import Any, Literal, TypeVar

import sqlglot
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlglot import exp

from expectations.declared import first_mistake
from expectations.errors import StatedError
from flows.resources import sql_files

DIALECT = "duckdb"
TERMS_NAME = "indicators.terms"
"""The table that all indicators' SELECTs fill."""


class BuildError(StatedError):
    """The warehouse could not be built; the message names what failed. The last publication stays as it is."""


@dataclass(frozen=True)
class SqlTexts:
    """The SQL that the warehouse is a function of: file name without `.sql` → text."""

    views: Mapping[str, str]
    indicators: Mapping[str, str]
    audit: Mapping[str, str]


class ViewHeader(BaseModel):
    """Header of `sql/views/<schema>.<name>.sql`; `kind: table` is computed once per build, a view when asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    comment: str = Field(min_length=1)
    kind: Literal["view", "table"] = "view"
    columns: dict[str, str]


class AuditHeader(BaseModel):
    """Header of `sql/audit/<name>.sql`: a table macro with its parameters, or a question that auditors ask.

    A macro of the kind `as_of` has the parameter `ts`: whatever its SELECT reads is computed as it stood then.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    comment: str = Field(min_length=1)
    kind: Literal["macro", "as_of", "question"]
    parameters: tuple[str, ...] = ()
    columns: dict[str, str] = Field(default_factory=dict)


class IndicatorHeader(BaseModel):
    """Header of `sql/indicators/<id>.sql`.

    Attributes:
        protection: what has to be hidden before publication; the auditors' database keeps true values.
        aggregation: how terms become a figure. `sum` and `ratio` add terms; `median` takes the median of the bodies'
            ratios, `distinct` counts each row key once.
        scale: factor of a ratio, 100 for %.
        basis: `report` needs a report in force; `register` and `intake` do not. `publication` belongs to the Land:
            its terms bear the key 06 instead of a body's.
        half_year: whether the half-year report asks for it.
        land_only: whether there is a figure for the Land alone, none for bodies and smaller areas.
        breakdowns: dimension → German label. A body without terms of a breakdown counts with 0 there …
        own_breakdowns: … except in these, whose values belong to single bodies (grants, agreed fields of action).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str = Field(pattern=r"^[A-Z]{3}-[0-9]{2}$")
    group: str
    name_de: str
    name_en: str
    question_de: str
    definition_de: str
    formula_de: str
    unit: str
    decimals: Literal[0, 1, 2]
    direction: Literal["higher_better", "lower_better", "neutral"]
    protection: Literal["none", "persons", "sensitive", "employees"]
    aggregation: Literal["sum", "ratio", "median", "distinct"]
    scale: int = 1
    basis: Literal["report", "register", "intake", "publication"]
    half_year: bool
    land_only: bool = False
    breakdowns: dict[str, str] = Field(default_factory=dict)
    own_breakdowns: tuple[str, ...] = ()
    note_de: str = ""
    denominator_note_de: str = ""


_Header = TypeVar("_Header", bound=BaseModel)


@dataclass(frozen=True)
class View:
    """A view or computed table of ours."""

    name: str
    header: ViewHeader
    select: str
    needs_terms: bool = False
    """Whether it reads the indicators' terms, directly or through a view; all others come before the terms."""

    @property
    def is_computed(self) -> bool:
        """Whether it is a table, computed once per build."""
        return self.header.kind == "table"


@dataclass(frozen=True)
class Indicator:
    """An indicator: its documentation and the SELECT that returns its terms."""

    header: IndicatorHeader
    select: str


@dataclass(frozen=True)
class AuditQuery:
    """A macro or a ready question for auditors."""

    name: str
    header: AuditHeader
    select: str


def packaged_sql() -> SqlTexts:
    """The SQL files that come with the program."""
    return SqlTexts(views=sql_files("views"), indicators=sql_files("indicators"), audit=sql_files("audit"))


@cache
def split_header(file: str, text: str) -> tuple[dict[str, Any], str]:
    """The header's content and the SELECT of one SQL file.

    Raises:
        BuildError: the header is no YAML mapping, or no SELECT follows.
    """
    lines = text.splitlines()
    length = next((index for index, line in enumerate(lines) if not line.startswith("--")), len(lines))
    try:
        header = yaml.safe_load("\n".join(line[2:].removeprefix(" ") for line in lines[:length]))
    except yaml.YAMLError as error:
        raise BuildError(f"{file}: the header is no valid YAML: {error}") from error
    select = "\n".join(lines[length:]).strip().rstrip(";")
    if not isinstance(header, dict) or not select:
        raise BuildError(f"{file}: a header of `-- key: value` lines and one SELECT are expected")
    return header, select


def _parsed(model: type[_Header], file: str, text: str) -> tuple[_Header, str]:
    header, select = split_header(file, text)
    try:
        return model.model_validate(header), select
    except ValidationError as error:
        raise BuildError(f"{file}: {first_mistake(error)}") from error


def views_of(sql: SqlTexts) -> tuple[View, ...]:
    """All views, each after those that it reads.

    Raises:
        BuildError: a header is wrong, a file is no SQL, or views read each other in a circle.
    """
    views: dict[str, View] = {}
    for name, text in sql.views.items():
        header, select = _parsed(ViewHeader, f"sql/views/{name}.sql", text)
        views[name] = View(name, header, select)
    reads = {name: tables_read(f"sql/views/{name}.sql", view.select) & views.keys() for name, view in views.items()}
    try:
        order = tuple(TopologicalSorter(reads).static_order())
    except CycleError as error:
        raise BuildError(f"sql/views: these views read each other in a circle: {', '.join(error.args[1])}") from error
    needing: set[str] = {TERMS_NAME}
    for name in order:
        if tables_read(f"sql/views/{name}.sql", views[name].select) & needing:
            needing.add(name)
    return tuple(replace(views[name], needs_terms=name in needing) for name in order)


def indicators_of(sql: SqlTexts) -> tuple[Indicator, ...]:
    """All indicators in the order of their ids.

    Raises:
        BuildError: a header is wrong or its id is not the file's name.
    """
    indicators = []
    for name, text in sorted(sql.indicators.items()):
        header, select = _parsed(IndicatorHeader, f"sql/indicators/{name}.sql", text)
        if header.id != name:
            raise BuildError(f"sql/indicators/{name}.sql: its id is {header.id}, its name must be the same")
        if header.scale != 1 and header.aggregation in {"sum", "distinct"}:
            raise BuildError(f"sql/indicators/{name}.sql: only a ratio has a scale, this is a {header.aggregation}")
        indicators.append(Indicator(header, select))
    return tuple(indicators)


def audit_queries_of(sql: SqlTexts) -> tuple[AuditQuery, ...]:
    """All macros and questions for auditors.

    Raises:
        BuildError: a header is wrong.
    """
    queries = []
    for name, text in sorted(sql.audit.items()):
        header, select = _parsed(AuditHeader, f"sql/audit/{name}.sql", text)
        queries.append(AuditQuery(name, header, select))
    return tuple(queries)


def parsed_select(file: str, select: str) -> exp.Expr:
    """A SELECT as a tree.

    Raises:
        BuildError: it cannot be read; the message names the file.
    """
    try:
        return sqlglot.parse_one(select, dialect=DIALECT)
    except sqlglot.errors.SqlglotError as error:
        raise BuildError(f"{file}: {error}") from error


@cache
def tables_read(file: str, select: str) -> frozenset[str]:
    """The `schema.name` of every table and view that a SELECT reads directly."""
    tree = parsed_select(file, select)
    return frozenset(f"{table.db}.{table.name}" for table in tree.find_all(exp.Table) if table.db)
