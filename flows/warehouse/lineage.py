"""Which fields an indicator reads, derived from its SELECT: what is not listed by hand cannot be listed wrongly."""

from collections.abc import Iterator, Mapping

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.pushdown_projections import pushdown_projections
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope

from flows.warehouse.sqlfiles import DIALECT, BuildError, View, parsed_select

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
    tree = _with_views_unfolded(parsed_select(file, select), views)
    try:
        qualified = qualify(tree, schema=_schema(tables), dialect=DIALECT, quote_identifiers=False)
        pruned = pushdown_projections(qualified)
    except SqlglotError as error:
        raise BuildError(f"{file}: {error}") from error
    return frozenset(_physical_columns(pruned))


def _schema(tables: TableColumns) -> dict[str, dict[str, dict[str, str]]]:
    nested: dict[str, dict[str, dict[str, str]]] = {}
    for full_name, columns in tables.items():
        schema, name = full_name.split(".")
        nested.setdefault(schema, {})[name] = dict.fromkeys(columns, "VARCHAR")
    return nested


def _with_views_unfolded(tree: exp.Expr, views: Mapping[str, View]) -> exp.Expr:
    for table in list(tree.find_all(exp.Table)):
        view = views.get(f"{table.db}.{table.name}")
        if view is not None:
            inner = _with_views_unfolded(parsed_select(f"sql/views/{view.name}.sql", view.select), views)
            table.replace(exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier(table.alias_or_name))))
    return tree


def _physical_columns(tree: exp.Expr) -> Iterator[tuple[str, str]]:
    for scope in traverse_scope(tree):
        for alias, source in scope.sources.items():
            if isinstance(source, exp.Table):
                for column in scope.source_columns(alias):
                    yield f"{source.db}.{source.name}", column.name
