"""Indicators: their catalogue, the fields that each reads, and the terms that each SELECT returns."""

from collections.abc import Iterable, Mapping, Sequence

import duckdb
import polars as pl

from flows.warehouse.inputs import CELLS, Table, column
from flows.warehouse.lineage import TableColumns, columns_read
from flows.warehouse.load import fill_table, quoted
from flows.warehouse.sections import FORM_FIELDS
from flows.warehouse.sqlfiles import BuildError, Indicator, View

_INDICATOR = column("indicator_id", "VARCHAR", "Kennzahl, zum Beispiel MIT-03")
CATALOGUE = Table(
    "indicators",
    "catalogue",
    "Katalog der Kennzahlen: Definition, Formel, Quellen und das SQL, das sie berechnet",
    ("id",),
    (
        column("id", "VARCHAR", "Kennzahl"),
        column("group", "VARCHAR", 'Gruppe; in SQL steht der Name in Anführungszeichen: "group"'),
        column("name_de", "VARCHAR", "Name"),
        column("name_en", "VARCHAR", "Name auf Englisch"),
        column("question_de", "VARCHAR", "Frage, die sie beantwortet"),
        column("definition", "VARCHAR", "Definition"),
        column("formula", "VARCHAR", "Formel"),
        column("unit", "VARCHAR", "Einheit"),
        column("decimals", "INTEGER", "Nachkommastellen; gerundet wird einmal, am Ende"),
        column("direction", "VARCHAR", "higher_better, lower_better oder neutral"),
        column("protection", "VARCHAR", "Schutz bei der Veröffentlichung: none, persons, sensitive, employees"),
        column("aggregation", "VARCHAR", "Summe (sum), Quote (ratio), Median der Kommunen (median), Anzahl (distinct)"),
        column("scale", "INTEGER", "Faktor einer Quote, 100 bei Prozent"),
        column(
            "basis",
            "VARCHAR",
            "Grundlage: report = Bericht, register = Förderregister, intake = Eingang, publication = Veröffentlichung",
        ),
        column("half_year", "BOOLEAN", "Ob sie auch für das Halbjahr berechnet wird"),
        column("land_only", "BOOLEAN", "Ob es sie nur für das Land gibt"),
        column("breakdowns", "VARCHAR", "Gliederungen"),
        column("own_breakdowns", "VARCHAR", "Gliederungen, deren Ausprägungen zu einzelnen Kommunen gehören"),
        column("source_fields", "VARCHAR", "Felder, aus denen sie berechnet wird; aus dem SQL abgeleitet"),
        column("sql", "VARCHAR", "SELECT, das ihre Terme liefert"),
        column("notes", "VARCHAR", "Anmerkungen; auch, welche Gliederung der Bogen nicht hergibt"),
        column("denominator_note", "VARCHAR", "Anmerkung zum Nenner"),
    ),
)
FIELDS = Table(
    "indicators",
    "fields",
    "Felder, die eine Kennzahl liest; aus ihrem SQL abgeleitet",
    ("indicator_id", "section", "field"),
    (
        _INDICATOR,
        column("section", "VARCHAR", "Abschnitt des Bogens oder Register"),
        column("field", "VARCHAR", "Feld"),
        column("path", "VARCHAR", "Feld mit Abschnitt, wie reports.cells es nennt"),
        column("label", "VARCHAR", "Bezeichnung"),
    ),
)
TERMS = Table(
    "indicators",
    "terms",
    "Terme der Kennzahlen: was jede Zeile eines angenommenen Berichts oder Registers zu ihnen beiträgt",
    ("indicator_id", "ags", "period", "section", "row_key", "breakdown"),
    (
        _INDICATOR,
        column("ags", "VARCHAR", "Kommune, zu der der Term zählt"),
        column("period", "VARCHAR", "Berichtszeitraum"),
        column("submission_id", "BIGINT", "Einreichung, aus der er stammt; leer bei Registern"),
        column("section", "VARCHAR", "Abschnitt des Bogens oder Register"),
        column("row_key", "VARCHAR", "Zeile im Abschnitt oder Register"),
        column("breakdown", "VARCHAR", "gesamt oder eine Gliederung als name=wert"),
        column("numerator", "DECIMAL(28, 6)", "Beitrag zum Zähler; leer = nicht erhoben"),
        column("denominator", "DECIMAL(28, 6)", "Beitrag zum Nenner; leer bei Summen oder = nicht erhoben"),
        column("applicable", "BOOLEAN", "Falsch, wenn die Kennzahl mit diesem Term nicht gebildet werden darf"),
        column("note", "VARCHAR", "Anmerkung zum Nenner"),
    ),
)
REQUIRED_OUTPUT = frozenset(
    {"ags", "period", "submission_id", "section", "row_key", "breakdown", "numerator", "denominator"}
)
"""Columns that an indicator's SELECT returns; `applicable` and `note` may join them."""
TERMS_OF_EMPTY_TABLES = "indicators.terms_of_empty_tables"
"""The view of the zeros that empty tables add to the terms."""
_KEYS = frozenset({"submission_id", "ags", "period", "row_key", "ordinal", "sheet"})
_SECTION_SCHEMAS = ("accepted.", "reports.")


def load_catalogue(
    connection: duckdb.DuckDBPyConnection,
    indicators: Sequence[Indicator],
    tables: TableColumns,
    views: Mapping[str, View],
) -> None:
    """Fill `indicators.catalogue` and `indicators.fields`.

    Raises:
        BuildError: an indicator reads what there is not.
    """
    labels = _labels(connection)
    rows = [row for indicator in indicators for row in _field_rows(indicator, tables, views, labels)]
    fields = fill_table(connection, FIELDS, pl.DataFrame(rows, schema=FIELDS.frame_schema, orient="row"))
    sources = dict(
        fields.group_by("indicator_id").agg((pl.col("section") + "." + pl.col("field")).str.join("; ")).iter_rows()
    )
    catalogue = [_catalogue_row(indicator, sources.get(indicator.header.id, "")) for indicator in indicators]
    fill_table(connection, CATALOGUE, pl.DataFrame(catalogue, schema=CATALOGUE.frame_schema))


def _labels(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Labels of form fields by `section.field`, and comments of register columns by `schema.table.column`."""
    form = connection.execute(f"SELECT field, label FROM {FORM_FIELDS.full_name} ORDER BY year").fetchall()
    registers = connection.execute(
        "SELECT schema_name || '.' || table_name || '.' || column_name, comment FROM duckdb_columns() "
        "WHERE schema_name IN ('reference', 'intake')"
    ).fetchall()
    return dict([*registers, *form])


def _field_rows(
    indicator: Indicator, tables: TableColumns, views: Mapping[str, View], labels: Mapping[str, str]
) -> list[tuple[str, str, str, str, str]]:
    file = f"sql/indicators/{indicator.header.id}.sql"
    read = {_field_of(table, name) for table, name in columns_read(file, indicator.select, tables, views)}
    return [
        (indicator.header.id, section, field, f"{section}.{field}", labels.get(f"{section}.{field}", ""))
        for section, field in sorted(read)
        if field not in _KEYS
    ]


def _field_of(table: str, column_name: str) -> tuple[str, str]:
    """Section and field of a form's column (its state and address are the field's too); a register keeps its name."""
    if not table.startswith(_SECTION_SCHEMAS) or table == CELLS.full_name:
        return table, column_name
    return table.split(".")[1], column_name.removesuffix("_state").removesuffix("_cell")


def _catalogue_row(indicator: Indicator, source_fields: str) -> dict[str, object]:
    header = indicator.header
    same = {name: getattr(header, name) for name in CATALOGUE.frame_schema if name in type(header).model_fields}
    return {
        **same,
        "definition": header.definition_de,
        "formula": header.formula_de,
        "breakdowns": "; ".join(f"{name} ({label})" for name, label in header.breakdowns.items()),
        "own_breakdowns": "; ".join(header.own_breakdowns),
        "source_fields": source_fields,
        "sql": indicator.select,
        "notes": header.note_de,
        "denominator_note": header.denominator_note_de,
    }


def check_terms(connection: duckdb.DuckDBPyConnection, indicators: Iterable[Indicator]) -> None:
    """See that every indicator's SELECT returns terms; nothing is computed.

    Raises:
        BuildError: a SELECT cannot be bound or returns other columns than it must; the message names the file.
    """
    for indicator in indicators:
        file = f"sql/indicators/{indicator.header.id}.sql"
        try:
            described = connection.execute(f"DESCRIBE {indicator.select}").fetchall()
        except duckdb.Error as error:
            raise BuildError(f"{file}: {error}") from error
        _check_output(file, [str(name) for name, *_ in described])


def load_terms(connection: duckdb.DuckDBPyConnection, indicators: Iterable[Indicator]) -> None:
    """Fill `indicators.terms` for the periods for which an indicator is asked, and with the zeros of empty tables.

    Raises:
        BuildError: a SELECT fails; the message names the file.
    """
    asked = _periods_ever_asked(connection)
    for indicator in indicators:
        if indicator.header.id not in asked:
            continue
        try:
            connection.execute(_insert_terms(indicator, asked[indicator.header.id]))
        except duckdb.Error as error:
            raise BuildError(f"sql/indicators/{indicator.header.id}.sql: {error}") from error
    connection.execute(f"INSERT INTO {TERMS.full_name} BY NAME SELECT * FROM {TERMS_OF_EMPTY_TABLES} ORDER BY ALL")


def _periods_ever_asked(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Indicator → its periods. They go into each statement as they are: planning takes longer than computing."""
    return dict(
        connection.execute(
            "SELECT indicator_id, list(period ORDER BY period) FROM indicators.periods_ever_asked GROUP BY indicator_id"
        ).fetchall()
    )


def _insert_terms(indicator: Indicator, periods: Iterable[str]) -> str:
    return f"""
        INSERT INTO {TERMS.full_name} BY NAME
        SELECT '{indicator.header.id}' AS indicator_id, terms_found.* FROM ({indicator.select}) AS terms_found
        WHERE terms_found.period IN ({", ".join(map(quoted, periods))})
        ORDER BY ags, period, submission_id, section, row_key, breakdown
    """


def _check_output(file: str, columns: Sequence[str]) -> None:
    unexpected = set(columns) - REQUIRED_OUTPUT - {"applicable", "note"}
    missing = REQUIRED_OUTPUT - set(columns)
    if unexpected or missing:
        raise BuildError(
            f"{file}: its SELECT must return {', '.join(sorted(REQUIRED_OUTPUT))}; "
            f"missing: {', '.join(sorted(missing)) or 'none'}, not known: {', '.join(sorted(unexpected)) or 'none'}"
        )
