"""The figures of an earlier moment: our own SELECTs, with what changes with time replaced by what was known then.

A view is only a text. So the SELECT of `sql/audit/as_of.sql` and every view and indicator below it are put into one
statement, each as a common table expression after those that it reads; the tables that change with time are read from
`history.*` at the moment asked for. Nothing is written twice, and today's definitions apply to every moment.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import duckdb
from sqlglot import exp

from flows.warehouse.history import HISTORIES
from flows.warehouse.indicators import TERMS, TERMS_OF_EMPTY_TABLES
from flows.warehouse.inputs import Table
from flows.warehouse.sqlfiles import BuildError, Indicator, View, parsed_select

PARAMETER = "ts"
_BUSINESS_TIME = "intake.business_time"
_FIGURES = "indicators.figures"
_PERIODS, _PERIODS_CHANGING = "reference.periods", "has_figures"
"""Of a period only this column changes with time."""
_CONSTANT_SCHEMAS = ("accepted.", "history.")
_CONSTANTS = frozenset(
    {
        "indicators.catalogue",
        "indicators.fields",
        "intake.empty_tables",
        "intake.findings",
        "intake.rule_results",
        "reference.calendar",
        "reference.form_fields",
        "reports.cells",
        TERMS.full_name,
        _BUSINESS_TIME,
    }
)
"""What never changes once it is there: what a submission holds, our own definitions, the calendar. The moment and the
terms are computed in the statement itself."""
_MOMENT = f"""
    SELECT
        least(CAST({PARAMETER} AS TIMESTAMP), built.business_at) AS business_at,
        (
            SELECT max(days.day) FROM audit.days AS days
            WHERE days.begins_at <= least(CAST({PARAMETER} AS TIMESTAMP), built.business_at)
        ) AS business_on,
        -- Whatever the build knew counts at its business time, also what was recorded in its last moments.
        CASE
            WHEN CAST({PARAMETER} AS TIMESTAMP) >= built.business_at THEN TIMESTAMP 'infinity'
            ELSE CAST({PARAMETER} AS TIMESTAMP)
        END AS known_at
    FROM {_BUSINESS_TIME} AS built
"""


@dataclass(frozen=True)
class Relations:
    """What a SELECT may read.

    Attributes:
        views: our views and computed tables by `schema.name`.
        indicators: the SELECTs that fill `indicators.terms`.
    """

    views: Mapping[str, View]
    indicators: Sequence[Indicator]


@dataclass
class _Statement:
    """A statement that grows: name of each common table expression → its SELECT, in the order of reading."""

    relations: Relations
    parts: dict[str, str] = field(default_factory=dict)


def as_of_select(file: str, select: str, relations: Relations) -> str:
    """A SELECT over figures as one statement over `history.*`, for a macro with the parameter `ts`.

    Args:
        file: named in errors.
        select: the SELECT; it reads our views and tables as they are today.
        relations: what they are.

    Raises:
        BuildError: a SELECT cannot be read; the message names its file.
    """
    statement = _Statement(relations, {"moment": _MOMENT})
    last = _at_moment(statement, file, select)
    parts = ",\n".join(f"{name} AS ({text})" for name, text in statement.parts.items())
    return f"WITH {parts}\n{last}"


def require_histories(relations: Relations) -> None:
    """See that whatever a figure rests on is known for every moment.

    Raises:
        BuildError: an indicator or a view below the figures reads a table that changes with time and has no history;
            its file is named.
    """
    for file, select in selects(relations):
        for relation in _tables(file, select):
            is_ours = relation in relations.views or relation in HISTORIES
            if not is_ours and relation not in _CONSTANTS and not relation.startswith(_CONSTANT_SCHEMAS):
                raise BuildError(
                    f"{file} reads {relation}, which may change with time and has no history: declare it in "
                    "flows/warehouse/history.py, so that audit.as_of can tell the figures of an earlier day"
                )


def file_without_history(connection: duckdb.DuckDBPyConnection, relations: Relations) -> str | None:
    """The first file that reads what its tables' histories do not hold; None where every one can be asked by itself."""
    for file, select in selects(relations):
        try:
            text = as_of_select(file, select, relations)
            connection.execute(f"CREATE OR REPLACE TEMP MACRO asked_by_itself({PARAMETER}) AS TABLE {text}")
        except duckdb.Error:
            return file
    return None


def selects(relations: Relations) -> Iterator[tuple[str, str]]:
    """File and SELECT of everything that figures rest on: the indicators, and the views below them and above."""
    for indicator in relations.indicators:
        yield _file_of(indicator)
    below: dict[str, None] = {}
    for _, text in [*((i.header.id, i.select) for i in relations.indicators), ("", f"SELECT * FROM {_FIGURES}")]:
        _collect(relations, text, below)
    for name in below:
        yield f"sql/views/{name}.sql", relations.views[name].select


def _collect(relations: Relations, select: str, found: dict[str, None]) -> None:
    for relation in _tables("sql", select):
        if relation in relations.views and relation not in found:
            found[relation] = None
            _collect(relations, relations.views[relation].select, found)


# --- growing the statement -------------------------------------------------------------------------------------------


def _at_moment(statement: _Statement, file: str, select: str) -> str:
    """A SELECT that reads everything as of the moment; what it reads joins the statement before it."""
    named = {name: _named(statement, name) for name in _changing(statement.relations, file, select)}
    return _with_other_names(file, select, named)


def _named(statement: _Statement, relation: str) -> str:
    """The name under which a relation stands in the statement; its own where it never changes."""
    name = relation.replace(".", "__")
    if name in statement.parts:
        return name
    text = _text(statement, relation)
    if text is None:
        return relation
    statement.parts[name] = text
    return name


def _text(statement: _Statement, relation: str) -> str | None:
    if relation == _BUSINESS_TIME:
        return "SELECT business_at, business_on FROM moment"
    if relation == TERMS.full_name:
        return _terms(statement)
    if relation in HISTORIES:
        return _known(HISTORIES[relation])
    view = statement.relations.views.get(relation)
    if view is None:
        return None
    return _at_moment(statement, f"sql/views/{relation}.sql", _unordered(view.select))


def _changing(relations: Relations, file: str, select: str) -> list[str]:
    """What a SELECT reads and what changes with time."""
    return [
        relation
        for relation in _tables(file, select)
        if _changes(relations, relation) and not (relation == _PERIODS and _PERIODS_CHANGING not in select)
    ]


def _changes(relations: Relations, relation: str) -> bool:
    if relation in {*HISTORIES, TERMS.full_name, _BUSINESS_TIME}:
        return True
    view = relations.views.get(relation)
    return view is not None and bool(_changing(relations, f"sql/views/{relation}.sql", view.select))


def _known(history: Table) -> str:
    """The rows of a table as they were known at the moment."""
    columns = ", ".join(f'"{column}"' for column in history.frame_schema if column not in {"known_from", "known_to"})
    return (
        f"SELECT {columns} FROM {history.full_name} CROSS JOIN moment "
        "WHERE known_from <= moment.known_at AND (known_to IS NULL OR known_to > moment.known_at)"
    )


def _terms(statement: _Statement) -> str:
    """All indicators' terms, those that never change as they stand, the others cast as their table casts them."""
    changing = [one for one in statement.relations.indicators if _changing(statement.relations, *_file_of(one))]
    names = ", ".join(f"'{indicator.header.id}'" for indicator in changing)
    zeros = f"SELECT * FROM {_named(statement, TERMS_OF_EMPTY_TABLES)} WHERE indicator_id IN ({names})"
    branches = [f"SELECT * FROM {TERMS.full_name} WHERE indicator_id NOT IN ({names})"] if changing else []
    branches += [_terms_of(statement, indicator) for indicator in changing]
    return "\nUNION ALL BY NAME\n".join([*branches, _cast(zeros)] if changing else [f"FROM {TERMS.full_name}"])


def _terms_of(statement: _Statement, indicator: Indicator) -> str:
    select = _at_moment(statement, *_file_of(indicator))
    return _cast(f"SELECT '{indicator.header.id}' AS indicator_id, terms_found.* FROM ({select}) AS terms_found")


def _file_of(indicator: Indicator) -> tuple[str, str]:
    return f"sql/indicators/{indicator.header.id}.sql", indicator.select


def _cast(select: str) -> str:
    kinds = {column.name: column.duckdb_type for column in TERMS.columns}
    casts = ", ".join(
        f"CAST({name} AS {kinds[name]}) AS {name}" for name in ("submission_id", "numerator", "denominator")
    )
    return f"SELECT * REPLACE ({casts}) FROM ({select})"


# --- texts -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Place:
    """Where a SELECT names a table: from `start` to before `end`, and whether it gives it another name."""

    relation: str
    start: int
    end: int
    is_renamed: bool


@cache
def _places(file: str, select: str) -> tuple[_Place, ...]:
    found = []
    for table in parsed_select(file, select).find_all(exp.Table):
        if table.db:
            start, end = table.args["db"].meta["start"], table.this.meta["end"] + 1
            found.append(_Place(f"{table.db}.{table.name}", start, end, bool(table.alias)))
    return tuple(sorted(found, key=lambda place: place.start))


def _tables(file: str, select: str) -> Iterable[str]:
    return dict.fromkeys(place.relation for place in _places(file, select))


def _with_other_names(file: str, select: str, names: Mapping[str, str]) -> str:
    """The same text, with some of the tables that it reads under other names; nothing else in it is touched."""
    pieces, last = [], 0
    for place in _places(file, select):
        if place.relation in names:
            alias = "" if place.is_renamed else f" AS {place.relation.split('.')[1]}"
            pieces += [select[last : place.start], names[place.relation] + alias]
            last = place.end
    return "".join(pieces) + select[last:]


@cache
def _unordered(select: str) -> str:
    """Without the order of the rows at its end, which only a stored table needs."""
    order = parsed_select("a view", select).args.get("order")
    if order is None:
        return select
    return select[: select.rindex("ORDER BY")]
