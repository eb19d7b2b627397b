"""Fields come from the SQL: whoever changes a SELECT changes the catalogue and the trace with it."""

from pathlib import Path

import duckdb
import pytest

from flows.warehouse import BuildError, packaged_sql
from flows.warehouse.lineage import columns_read
from flows.warehouse.sqlfiles import View, ViewHeader

TABLES = {
    "accepted.enquiries": ("submission_id", "ags", "period", "row_key", "channel", "persons", "organisations"),
    "reference.population": ("ags", "population", "valid_from"),
}
VIEWS = {
    "reference.rates": View(
        "reference.rates",
        ViewHeader(comment="x", columns={}),
        "WITH p AS (SELECT * FROM reference.population) SELECT ags, population, valid_from FROM p",
    )
}
SELECT = """
    WITH enquiries AS (SELECT * FROM accepted.enquiries),
    terms AS (
        SELECT ags, unnest(['gesamt', 'channel=' || channel]) AS breakdown, persons AS numerator FROM enquiries
        UNION ALL
        SELECT rates.ags, 'gesamt' AS breakdown, rates.population AS numerator FROM reference.rates AS rates
    )
    SELECT ags, breakdown, numerator FROM terms
"""


def _read(select: str) -> set[tuple[str, str]]:
    return set(columns_read("a file", select, TABLES, VIEWS))


def test_fields_are_found_through_ctes_and_views_and_a_star_counts_only_what_is_used() -> None:
    assert _read(SELECT) == {
        ("accepted.enquiries", "ags"),
        ("accepted.enquiries", "channel"),
        ("accepted.enquiries", "persons"),
        ("reference.population", "ags"),
        ("reference.population", "population"),
    }


def test_adding_or_dropping_a_column_changes_the_fields() -> None:
    added = _read(SELECT.replace("persons AS", "persons + organisations AS"))
    dropped = _read(SELECT.replace("'channel=' || channel", "'channel'"))
    assert added - _read(SELECT) == {("accepted.enquiries", "organisations")}
    assert _read(SELECT) - dropped == {("accepted.enquiries", "channel")}


def test_a_column_that_only_filters_is_a_field_too() -> None:
    filtered = SELECT.replace("FROM accepted.enquiries)", "FROM accepted.enquiries WHERE organisations > 0)")
    assert ("accepted.enquiries", "organisations") in _read(filtered)


@pytest.mark.parametrize(
    "select", ["SELECT nobody FROM accepted.enquiries", "SELECT FROM WHERE", "SELECT a FROM no.where"]
)
def test_what_there_is_not_is_named_with_the_file(select: str) -> None:
    with pytest.raises(BuildError, match="a file"):
        columns_read("a file", select, TABLES, VIEWS)


def test_the_catalogue_lists_the_fields_of_each_indicator(built: Path) -> None:
    with duckdb.connect(str(built), read_only=True) as connection:
        fields = connection.execute(
            "SELECT field FROM indicators.fields WHERE indicator_id = 'MIT-03' AND section = 'finances' ORDER BY ALL"
        ).fetchall()
        sources = connection.execute("SELECT id, source_fields FROM indicators.catalogue").fetchall()
    assert fields == [("cost_type",), ("grant",), ("state_funds_eur",)]
    assert {indicator for indicator, _ in sources} == set(packaged_sql().indicators)
    assert all(source for _, source in sources)
