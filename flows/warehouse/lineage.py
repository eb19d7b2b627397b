"""Which fields an indicator reads, derived from its SELECT: what is not listed by hand cannot be listed wrongly."""

from collections.abc import Iterator, Mapping
from functools import cache

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.pushdown_projections import pushdown_projections
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope

from flows.warehouse.sqlfiles import DIALECT, BuildError, View, parsed_select, tables_read

TableColumns = Mapping[str, tuple[str, ...]]
"""Physical tables by `schema.name` with the names of their columns."""


def columns_read(file: str, select: str, tables: TableColumns, views: Mapping[str, View]) -> frozenset[tuple[str, str]]:
    """The columns of physical tables that a SELECT needs, through its CTEs and through our views.

    Args:
        file: named in errors.
        select: the SELECT; a `SELECT *` in a CTE counts only for what the rest of the statement uses of it.
        tables: the physical tables.
        views: our views by `schema.name`.

    Returns:
        Pairs of table (`accepted.enquiries`) and column (`persons`).

    Raises:
        BuildError: the SELECT reads a table or column that there is not.
    """
    named = _names_read(file, select, views)
    return _columns_read(
        file,
        select,
        frozenset((name, columns) for name, columns in tables.items() if name in named),
        frozenset((name, view.select) for name, view in views.items() if name in named),
    )


def _names_read(file: str, select: str, views: Mapping[str, View]) -> frozenset[str]:
    """The tables and views that a SELECT names, and those that the views among them name."""
    direct = tables_read(file, select)
    return direct.union(*(_names_read(file, views[name].select, views) for name in direct & views.keys()))


# A pure function of texts that takes 50 ms: a process that builds twice asks it once.
@cache
def _columns_read(
    file: str, select: str, tables: frozenset[tuple[str, tuple[str, ...]]], views: frozenset[tuple[str, str]]
) -> frozenset[tuple[str, str]]:
    tree = _with_views_unfolded(file, parsed_select(file, select), dict(views))
    try:
        qualified = qualify(tree, schema=_schema(tree, dict(tables)), dialect=DIALECT, quote_identifiers=False)
        pruned = pushdown_projections(qualified)
    except SqlglotError as error:
        raise BuildError(f"{file}: {error}") from error
    return frozenset(_physical_columns(pruned))


def _schema(tree: exp.Expr, tables: TableColumns) -> dict[str, object]:
    """The tables that a statement names, as sqlglot wants them: schema → table → column → type."""
    nested: dict[str, dict[str, dict[str, str]]] = {}
    for table in tree.find_all(exp.Table):
        columns = tables.get(f"{table.db}.{table.name}")
        if columns is not None:
            nested.setdefault(table.db, {})[table.name] = dict.fromkeys(columns, "VARCHAR")
    return {**nested}


def _with_views_unfolded(file: str, tree: exp.Expr, views: Mapping[str, str]) -> exp.Expr:
    for table in list(tree.find_all(exp.Table)):
        select = views.get(f"{table.db}.{table.name}")
        if select is not None:
            inner = _with_views_unfolded(file, parsed_select(file, select), views)
            table.replace(exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier(table.alias_or_name))))
    return tree


def _physical_columns(tree: exp.Expr) -> Iterator[tuple[str, str]]:
    for scope in traverse_scope(tree):
        for alias, source in scope.sources.items():
            if isinstance(source, exp.Table):
                for column in scope.source_columns(alias):
                    yield f"{source.db}.{source.name}", column.name
