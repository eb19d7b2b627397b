"""The form's sections as tables: `accepted.*` with all accepted reports, `reports.*` with those in force."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb
import polars as pl

from expectations.finding import Verdict
from expectations.form import Form, Section, must_be_filled
from expectations.tables import Column, section_columns, section_tables
from flows.warehouse.inputs import SUBMISSIONS, Table, WarehouseInputs, column
from flows.warehouse.load import create_table, load_table, write_comments
from flows.warehouse.sqlfiles import BuildError

ACCEPTED_VERDICTS = tuple(verdict.value for verdict in Verdict if verdict.in_force)
_GIVEN = ("submission_id", "ags", "period", "year", "verdict")
_PLACE = (
    column("ags", "VARCHAR", "Amtlicher Gemeindeschlüssel der berichtenden Kommune"),
    column("period", "VARCHAR", "Berichtszeitraum: 2026-H1, 2026 oder 2026-2030"),
)
FORM_FIELDS = Table(
    "reference",
    "form_fields",
    "Felder des Erhebungsbogens, je Berichtsjahr",
    ("year", "field"),
    (
        column("year", "INTEGER", "Berichtsjahr"),
        column("form_version", "VARCHAR", "Fassung des Erhebungsbogens"),
        column("sheet", "VARCHAR", "Tabellenblatt"),
        column("section", "VARCHAR", "Abschnitt"),
        column("section_label", "VARCHAR", "Überschrift des Abschnitts"),
        column("field", "VARCHAR", "Feld: abschnitt.feld"),
        column("label", "VARCHAR", "Bezeichnung im Bogen"),
        column("help", "VARCHAR", "Ausfüllhinweis"),
        column("type", "VARCHAR", "Art der Angabe"),
        column("unit", "VARCHAR", "Einheit"),
        column(
            "must_be_filled", "BOOLEAN", "Ob eine leere Zelle ein Fehler ist; in Tabellen nur in ausgefüllten Zeilen"
        ),
        column("measure", "VARCHAR", "flow = seit dem 1. Januar aufgelaufen, stock = Stand am Stichtag"),
    ),
)


@dataclass(frozen=True)
class SectionTable:
    """A section over all years of the form, with the columns that any year gives it."""

    section: Section
    columns: tuple[Column, ...]

    @property
    def accepted(self) -> Table:
        """Its physical table."""
        comment = f"{self.section.sheet}, {self.section.label}: alle je angenommenen Berichte, auch ersetzte"
        return Table("accepted", self.section.name, comment, ("submission_id", "row_key"), self.columns)


def section_tables_of(forms: Mapping[int, Form]) -> tuple[SectionTable, ...]:
    """The sections of all years; a later year's labels win.

    Raises:
        BuildError: a field has another type in another year.
    """
    sections: dict[str, Section] = {}
    columns: dict[str, dict[str, Column]] = {}
    for _, form in sorted(forms.items()):
        for section in form.sections():
            sections[section.name] = section
            known = columns.setdefault(section.name, {})
            for item in section_columns(section):
                _same_type(section.name, known.get(item.name), item)
                known[item.name] = item
            for item in _PLACE:
                known.setdefault(item.name, item)
    return tuple(SectionTable(section, tuple(columns[name].values())) for name, section in sections.items())


def _same_type(section: str, known: Column | None, item: Column) -> None:
    if known is not None and known.duckdb_type != item.duckdb_type:
        raise BuildError(
            f"{section}.{item.name} is {known.duckdb_type} in one year's form and {item.duckdb_type} in another: "
            "give the changed field a new name"
        )


def create_section(connection: duckdb.DuckDBPyConnection, item: SectionTable) -> None:
    """Create a section's table in `accepted`, and its view in `reports`."""
    create_table(connection, item.accepted)
    name = f"reports.{item.section.name}"
    connection.execute(
        f"CREATE VIEW {name} AS SELECT rows_given.* FROM accepted.{item.section.name} AS rows_given "
        "INNER JOIN intake.submissions AS submissions ON rows_given.submission_id = submissions.submission_id "
        "WHERE submissions.in_force"
    )
    comment = f"{item.section.sheet}, {item.section.label}: die geltenden Berichte. {item.section.help}"
    write_comments(connection, "VIEW", name, comment, {column.name: column.comment for column in item.columns})


def load_sections(
    connection: duckdb.DuckDBPyConnection, inputs: WarehouseInputs, sections: Iterable[SectionTable]
) -> dict[Table, int]:
    """Fill `accepted.*`.

    Returns:
        The physical tables, each with the rows that were put in.
    """
    frames = _accepted_rows(inputs)
    tables = [item.accepted for item in sections]
    return {
        table: load_table(connection, table, frames.get(table.name, pl.DataFrame(schema=table.frame_schema))).height
        for table in tables
    }


def accepted_submissions(inputs: WarehouseInputs) -> pl.DataFrame:
    """`submission_id, ags, period, year` of all submissions that were ever accepted, as they were when last so."""
    verdicts = (inputs.history or {}).get(SUBMISSIONS.full_name, pl.DataFrame(schema=inputs.submissions.schema))
    known = pl.concat([verdicts.select(_GIVEN), inputs.submissions.select(_GIVEN)])
    accepted = known.filter(pl.col("verdict").is_in(ACCEPTED_VERDICTS)).drop("verdict")
    return accepted.unique("submission_id", keep="last", maintain_order=True)


def _accepted_rows(inputs: WarehouseInputs) -> dict[str, pl.DataFrame]:
    accepted = accepted_submissions(inputs)
    frames: dict[str, list[pl.DataFrame]] = {}
    for (year,), submissions in accepted.sort("year").group_by("year", maintain_order=True):
        if year not in inputs.forms:
            raise BuildError(f"a report of {year} was accepted, but the inputs hold no form of {year}")
        cells = inputs.cells.join(submissions, on="submission_id", how="semi")
        place = submissions.select("submission_id", "ags", "period")
        for name, rows in section_tables(inputs.forms[int(str(year))], cells).items():
            # The cover prints ags itself; what the sender's cover says stays, its table needs no second column.
            wanted = [column for column in place.columns if column == "submission_id" or column not in rows.columns]
            frames.setdefault(name, []).append(rows.join(place.select(wanted), on="submission_id", how="left"))
    return {name: pl.concat(parts, how="diagonal") for name, parts in frames.items()}


def form_fields(forms: Mapping[int, Form]) -> pl.DataFrame:
    """The forms' fields as rows of `reference.form_fields`."""
    rows = [
        (
            year,
            form.version,
            section.sheet,
            section.name,
            section.label,
            field.path,
            field.label,
            field.help,
            field.type,
            field.unit,
            must_be_filled(section, field),
            field.measure,
        )
        for year, form in sorted(forms.items())
        for section in form.sections()
        for field in section.fields
    ]
    return pl.DataFrame(rows, schema=FORM_FIELDS.frame_schema, orient="row")
