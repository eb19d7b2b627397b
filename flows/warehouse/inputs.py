"""What the warehouse is built from: plain frames, each declared once with its columns, types and German comments."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from expectations.form import Form
from expectations.tables import Column

_POLARS: Mapping[str, pl.DataType] = {
    "VARCHAR": pl.String(),
    "BIGINT": pl.Int64(),
    "INTEGER": pl.Int32(),
    "BOOLEAN": pl.Boolean(),
    "DATE": pl.Date(),
    "TIMESTAMP": pl.Datetime("us"),
    "DECIMAL(14, 2)": pl.Decimal(14, 2),
    "DECIMAL(10, 2)": pl.Decimal(10, 2),
    "DECIMAL(20, 2)": pl.Decimal(20, 2),
    "DECIMAL(28, 6)": pl.Decimal(28, 6),
}


@dataclass(frozen=True)
class Table:
    """A physical table that is filled from a frame.

    Attributes:
        key: columns that identify a row; rows are loaded in their order.
        is_unique: whether no two rows may share a key.
        cited: whether indicators take terms from it. Such a table gets a column `row_key`, its key joined by ` · `,
            by which a term names its row.
    """

    schema: str
    name: str
    comment: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    cited: bool = False
    is_unique: bool = True

    @property
    def full_name(self) -> str:
        """`schema.name`."""
        return f"{self.schema}.{self.name}"

    @property
    def frame_schema(self) -> dict[str, pl.DataType]:
        """Columns and types of the frame that fills the table."""
        return {column.name: column.polars_type for column in self.columns}


@dataclass(frozen=True)
class WarehouseInputs:
    """Everything that the warehouse is a function of.

    Attributes:
        forms: reporting year → form; at least one.
        cells: cells of all submissions (`expectations.reading.CELLS_SCHEMA`).
        submissions, findings, rule_results, empty_tables, obligations: see the tables of the same name below.
        reference: dataset → frame, for every table of `REFERENCE`; a missing dataset counts as empty.
        recognitions: see `flows.warehouse.recognised`; an empty frame is none.
        entries: entries of the ledger, see `LEDGER`.
        history: full name of each table that changes with time → its rows with `known_from` and `known_to`
            (`flows.warehouse.history`); None: what the inputs hold was always known.
        business_at: the night's business time, aware. There is no other clock.
        is_demo: whether the data are invented; the database then says so wherever figures are read.
        decisions, steps: see `flows.warehouse.decided`.
        released: what a release decided, see `flows.warehouse.released`; between releases only `suppressed`.
    """

    forms: Mapping[int, Form]
    cells: pl.DataFrame
    submissions: pl.DataFrame
    findings: pl.DataFrame
    rule_results: pl.DataFrame
    empty_tables: pl.DataFrame
    obligations: pl.DataFrame
    reference: Mapping[str, pl.DataFrame]
    entries: pl.DataFrame
    business_at: datetime
    is_demo: bool
    decisions: pl.DataFrame = field(default_factory=pl.DataFrame)
    steps: pl.DataFrame = field(default_factory=pl.DataFrame)
    recognitions: pl.DataFrame = field(default_factory=pl.DataFrame)
    released: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    history: Mapping[str, pl.DataFrame] | None = None


def column(name: str, duckdb_type: str, comment: str) -> Column:
    """A column by its DuckDB type."""
    return Column(name, duckdb_type, _POLARS[duckdb_type], comment)


_SUBMISSION = column("submission_id", "BIGINT", "Einreichung: laufende Nummer ihres Eingangs im Journal")
_AGS = column("ags", "VARCHAR", "Amtlicher Gemeindeschlüssel der Kommune")
_PERIOD = column("period", "VARCHAR", "Berichtszeitraum: 2026-H1, 2026 oder 2026-2030")
_KIND = column("report_kind", "VARCHAR", "Halbjahresbericht, Jahresbericht oder Schlussbericht")
_VALID = (
    column("valid_from", "DATE", "Erster Tag der Gültigkeit"),
    column("valid_to", "DATE", "Letzter Tag der Gültigkeit"),
)

SUBMISSIONS = Table(
    "intake",
    "submissions",
    "Eingegangene Dateien mit ihrem Prüfergebnis; auch nicht lesbare und zurückgegebene",
    ("submission_id",),
    (
        _SUBMISSION,
        column("sha256", "VARCHAR", "Prüfsumme der Datei; unter ihr liegt das Original im Archiv"),
        column("size_bytes", "BIGINT", "Größe der Datei in Byte"),
        _AGS,
        _PERIOD,
        _KIND,
        column("year", "INTEGER", "Berichtsjahr; beim Schlussbericht das letzte"),
        column("received_at", "TIMESTAMP", "Eingang nach der Uhr der Quelle (UTC)"),
        column("received_on", "DATE", "Tag des Eingangs in Hessen; er zählt für die Frist"),
        column("collected_at", "TIMESTAMP", "Abholung aus der Quelle (UTC)"),
        column("channel", "VARCHAR", "Weg des Eingangs"),
        column("verdict", "VARCHAR", "accepted, accepted_with_warnings, awaiting_explanation, returned, unreadable"),
        column("verdict_at", "TIMESTAMP", "Zeitpunkt des Prüfergebnisses (UTC)"),
        column("form_version", "VARCHAR", "Fassung des Erhebungsbogens"),
        column("rules_version", "VARCHAR", "Fassung der Prüfregeln"),
        column("reference_version", "VARCHAR", "Fassung der Stammdaten"),
        column("reader_version", "VARCHAR", "Fassung des Lesers"),
        column("supersedes", "BIGINT", "Frühere Einreichung, die diese ersetzt"),
        column(
            "in_force",
            "BOOLEAN",
            "Ob diese Einreichung gilt: die letzte angenommene von Kommune und Zeitraum, die nicht aufgehoben ist",
        ),
        column("voided", "BOOLEAN", "Ob das Ministerium sie aufgehoben hat; sie zählt nicht mehr"),
        column("erased", "BOOLEAN", "Ob ihr Inhalt gelöscht ist; sie zählt nicht mehr"),
        column("approved_at", "TIMESTAMP", "Zeitpunkt der Freigabe durch das Ministerium (UTC); leer ohne Freigabe"),
    ),
    cited=True,
)
FINDINGS = Table(
    "intake",
    "findings",
    "Feststellungen der Prüfung, je Einreichung",
    ("submission_id", "code", "field", "row_key", "sheet", "cell"),
    (
        _SUBMISSION,
        column("code", "VARCHAR", "Prüfcode, zum Beispiel R-FIN-04"),
        column("severity", "VARCHAR", "fatal, error, warning oder hint"),
        column("trial", "BOOLEAN", "Regel auf Probe: berichtet, entscheidet aber nichts"),
        column("sheet", "VARCHAR", "Tabellenblatt in der eingereichten Datei"),
        column("cell", "VARCHAR", "Zelle in der eingereichten Datei"),
        column("field", "VARCHAR", "Feld des Bogens"),
        column("row_key", "VARCHAR", "Zeile im Abschnitt"),
        column("given", "VARCHAR", "Was dort steht"),
        column("expected", "VARCHAR", "Was erwartet wurde"),
        column("message", "VARCHAR", "Feststellung"),
        column("advice", "VARCHAR", "Was zu tun ist"),
        column("also_at", "VARCHAR", "Weitere Zellen mit derselben Ursache"),
        column("explained", "VARCHAR", "Erläuterung der Kommune"),
        column(
            "offered",
            "VARCHAR",
            "Was die Kommune im letzten Bericht oder zuvor in diesem dazu sagte; zählt erst bestätigt",
        ),
    ),
    is_unique=False,
)
RULE_RESULTS = Table(
    "intake",
    "rule_results",
    "Jede Regel je Einreichung: erfüllt, verletzt, nicht anwendbar oder nicht gelaufen",
    ("submission_id", "code"),
    (
        _SUBMISSION,
        column("code", "VARCHAR", "Prüfcode"),
        column("outcome", "VARCHAR", "passed, failed, not_applicable oder not_run"),
        column("reason", "VARCHAR", "Warum die Regel nicht gelaufen ist"),
    ),
)
EMPTY_TABLES = Table(
    "intake",
    "empty_tables",
    "Leere Tabellen der Einreichungen mit der ersten Zelle; ist der Bericht als vollständig bestätigt, zählen sie 0",
    ("submission_id", "section"),
    (
        _SUBMISSION,
        column("section", "VARCHAR", "Abschnitt des Bogens"),
        column("sheet", "VARCHAR", "Tabellenblatt in der eingereichten Datei"),
        column("cell", "VARCHAR", "Erste Zelle der Tabelle"),
    ),
)
OBLIGATIONS = Table(
    "intake",
    "obligations",
    "Berichtspflichten: jede Kommune und jeder Zeitraum mit Frist und Stand am Geschäftstag",
    ("ags", "period"),
    (
        _AGS,
        _PERIOD,
        _KIND,
        column("due_on", "DATE", "Frist, auf den nächsten Werktag verschoben"),
        column("duty_basis", "VARCHAR", "Grundlage der Frist: Bescheid, Richtlinie oder freiwillig"),
        column("exempt", "BOOLEAN", "Von der Berichtspflicht befreit"),
        column("extended_to", "DATE", "Verlängerte Frist"),
        column("received_on", "DATE", "Eingang der ersten Einreichung"),
        column("accepted_on", "DATE", "Eingang der ersten später angenommenen Einreichung"),
        column("days_late", "INTEGER", "Tage nach der geltenden Frist"),
        column("state", "VARCHAR", "Stand der Berichtspflicht am Geschäftstag"),
    ),
    cited=True,
)
LEDGER = Table(
    "audit",
    "ledger",
    "Einträge des Journals; jeder trägt die Prüfsumme des vorigen",
    ("seq",),
    (
        column("seq", "BIGINT", "Laufende Nummer"),
        column("recorded_at", "VARCHAR", "Zeitpunkt (UTC, ISO 8601), wie er in der Prüfsumme steht"),
        column("kind", "VARCHAR", "Art des Eintrags"),
        column("body", "VARCHAR", "Inhalt als JSON in fester Schreibweise"),
        column("previous_hash", "VARCHAR", "Prüfsumme des vorigen Eintrags"),
        column("hash", "VARCHAR", "Prüfsumme dieses Eintrags"),
    ),
)
CELLS = Table(
    "reports",
    "cells",
    "Zellen aller Einreichungen, wie sie gelesen wurden",
    ("submission_id", "section", "ordinal", "field", "row_key"),
    (
        _SUBMISSION,
        column("sheet", "VARCHAR", "Tabellenblatt, wie es in der eingereichten Datei heißt"),
        column("cell", "VARCHAR", "Zelle in der eingereichten Datei"),
        column("section", "VARCHAR", "Abschnitt des Bogens"),
        column("field", "VARCHAR", "Feld des Bogens: abschnitt.feld"),
        column("row_key", "VARCHAR", "Zeile im Abschnitt; leer bei Einzelangaben"),
        column("ordinal", "INTEGER", "Position der Zeile im Abschnitt, ab 1; 0 bei Einzelangaben"),
        column("raw", "VARCHAR", "Was in der Zelle steht"),
        column("value", "VARCHAR", "Gelesener Wert in fester Schreibweise"),
        column("number", "DECIMAL(28, 6)", "Gelesener Wert einer Zahl"),
        column("date", "DATE", "Gelesener Wert eines Datums"),
        column("state", "VARCHAR", "given = angegeben, blank = leer, not_recorded = „nicht erhoben“"),
        column("found_type", "VARCHAR", "Art des gelesenen Inhalts"),
    ),
)

_GRANT = column("grant_number", "VARCHAR", "Nummer des Zuwendungsbescheids")
_BUDGET_YEAR = column("budget_year", "INTEGER", "Haushaltsjahr")
REFERENCE: Mapping[str, Table] = {
    "municipalities": Table(
        "reference",
        "municipalities",
        "Die berichtenden Kommunen mit ihrer Gültigkeit",
        ("ags", "valid_from"),
        (
            _AGS,
            column("name", "VARCHAR", "Name; vier Namen kommen zweimal vor, maßgeblich ist der Schlüssel"),
            column("short", "VARCHAR", "Kurzzeichen"),
            column("type", "VARCHAR", "Landkreis, Kreisfreie Stadt oder Sonderstatusstadt"),
            column("regierungsbezirk", "VARCHAR", "Regierungsbezirk"),
            column("kreis_ags", "VARCHAR", "Bei Sonderstatusstädten der Landkreis, dessen Einwohnerzahl sie enthält"),
            *_VALID,
            column("tile_column", "INTEGER", "Spalte auf der Kachelkarte"),
            column("tile_row", "INTEGER", "Zeile auf der Kachelkarte"),
        ),
    ),
    "population": Table(
        "reference",
        "population",
        "Einwohnerzahlen mit Stichtag und Zensusgrundlage",
        ("ags", "valid_from"),
        (
            _AGS,
            column("valid_from", "DATE", "Ab wann diese Zahl zu verwenden ist"),
            column("population", "BIGINT", "Einwohnerinnen und Einwohner"),
            column("population_date", "DATE", "Stichtag der Zählung"),
            column("population_basis", "VARCHAR", "Zensusgrundlage"),
            column("population_source", "VARCHAR", "Quelle"),
        ),
        cited=True,
    ),
    "parameters": Table(
        "reference",
        "parameters",
        "Datierte Parameter des Förderprogramms",
        ("name", "valid_from"),
        (
            column("name", "VARCHAR", "Name des Parameters"),
            column("value", "VARCHAR", "Wert, wie er festgelegt ist"),
            column("number", "DECIMAL(28, 6)", "Wert als Zahl"),
            column("unit", "VARCHAR", "Einheit"),
            *_VALID,
            column("certainty", "VARCHAR", "C = sicher, L = wahrscheinlich, U = ungeprüft, P = Vorschlag"),
            column("source", "VARCHAR", "Quelle"),
            column("note", "VARCHAR", "Anmerkung"),
        ),
        cited=True,
    ),
    "holidays": Table(
        "reference",
        "holidays",
        "Gesetzliche Feiertage in Hessen",
        ("date", "name"),
        (column("date", "DATE", "Tag"), column("name", "VARCHAR", "Name des Feiertags")),
    ),
    "grants": Table(
        "reference",
        "grants",
        "Bewilligungen: eine Zeile je Bescheid, Kostenart und Haushaltsjahr",
        ("grant_number", "cost_type", "budget_year"),
        (
            _GRANT,
            _AGS,
            column("funding_line", "VARCHAR", "Förderlinie der Richtlinie"),
            column("cost_type", "VARCHAR", "Kostenart"),
            _BUDGET_YEAR,
            column("granted_eur", "DECIMAL(14, 2)", "Bewilligter Betrag (EUR), einschließlich Änderungsbescheiden"),
            column("financing_kind", "VARCHAR", "Festbetrag, Anteil oder Fehlbedarf"),
            *_VALID,
            column("proof_kind", "VARCHAR", "Art des Nachweises"),
            column("due_on", "DATE", "Frist des Nachweises laut Bescheid"),
            column("duty_basis", "VARCHAR", "Grundlage der Frist"),
            column("amended_on", "DATE", "Tag der letzten Änderung"),
            column("granted_fte", "DECIMAL(10, 2)", "Bewilligte Stellen (VZÄ), wo der Bescheid sie nennt"),
        ),
        cited=True,
    ),
    "drawdowns": Table(
        "reference",
        "drawdowns",
        "Auszahlungen des Landes an die Kommunen",
        ("drawdown_number",),
        (
            column("drawdown_number", "VARCHAR", "Nummer der Auszahlung"),
            _GRANT,
            _AGS,
            _BUDGET_YEAR,
            column("paid_on", "DATE", "Tag der Auszahlung"),
            column("amount_eur", "DECIMAL(14, 2)", "Ausgezahlter Betrag (EUR)"),
        ),
        cited=True,
    ),
    "base_rates": Table(
        "reference",
        "base_rates",
        "Basiszinssätze; jeder gilt, bis der nächste gilt",
        ("valid_from",),
        (
            column("valid_from", "DATE", "Erster Tag der Gültigkeit"),
            column("percent", "DECIMAL(14, 2)", "Basiszinssatz (Prozent im Jahr)"),
            column("certainty", "VARCHAR", "C = sicher, L = wahrscheinlich, U = ungeprüft, P = Vorschlag"),
            column("source", "VARCHAR", "Quelle"),
            column("note", "VARCHAR", "Anmerkung"),
        ),
    ),
    "claims": Table(
        "reference",
        "claims",
        "Bescheide über Rückforderungen und Zinsen, wie das Ministerium sie führt; intake.claims rechnet sie aus",
        ("notice_number",),
        (
            column("notice_number", "VARCHAR", "Nummer des Bescheids, mit dem gefordert wird"),
            _AGS,
            _GRANT,
            _BUDGET_YEAR,
            column("notice_on", "DATE", "Tag des Bescheids"),
            column("kind", "VARCHAR", "Rückforderung (mit Zinsen) oder Zinsen (nur Zinsen, weil spät verwendet wurde)"),
            column("amount_eur", "DECIMAL(14, 2)", "Zurückgeforderter oder spät verwendeter Betrag (EUR)"),
            column("interest_from", "DATE", "Erster Tag, der verzinst wird"),
            column("interest_to", "DATE", "Tag, von dem an keine Zinsen mehr anfallen: Verwendung oder Festlegung"),
            column("paid_on", "DATE", "Tag der Zahlung"),
            column("paid_eur", "DECIMAL(14, 2)", "Gezahlter Betrag (EUR)"),
            column("limitation_on", "DATE", "Letzter Tag vor der Verjährung, wo der Bescheid ihn nennt"),
        ),
    ),
    "targets": Table(
        "reference",
        "targets",
        "Vereinbarte Ziele der Zielvereinbarungen",
        ("ags", "target_number"),
        (
            _AGS,
            column("target_number", "VARCHAR", "Nummer in der Zielvereinbarung"),
            column("field_of_action", "VARCHAR", "Handlungsfeld"),
            column("target_text", "VARCHAR", "Vereinbartes Ziel"),
            column("year_from", "INTEGER", "Erstes Jahr"),
            column("year_to", "INTEGER", "Letztes Jahr"),
            column("baseline", "DECIMAL(14, 2)", "Ausgangswert"),
            column("target", "DECIMAL(14, 2)", "Zielwert"),
            column("unit", "VARCHAR", "Einheit"),
            column("direction", "VARCHAR", "Richtung: steigend oder sinkend"),
        ),
    ),
}
"""Reference data by dataset."""
INPUT_TABLES = (
    SUBMISSIONS,
    FINDINGS,
    RULE_RESULTS,
    EMPTY_TABLES,
    OBLIGATIONS,
    LEDGER,
    CELLS,
    *REFERENCE.values(),
)
"""All tables that are filled from frames as they are."""
