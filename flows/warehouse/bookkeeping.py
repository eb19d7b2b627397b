"""Tables that a build fills by itself: what the database is, when it was built, and what can be asked of it."""

from datetime import UTC
from importlib.metadata import version

import polars as pl

from expectations.period import all_periods
from flows.resources import program_fingerprint
from flows.settings import berlin_date
from flows.warehouse.inputs import Table, WarehouseInputs, column

DEMO_MARK = "Demonstrationsdaten: "
"""How comments and titles begin where the data are invented."""
CALENDAR = Table(
    "reference",
    "calendar",
    "Berichtszeiträume des Förderprogramms, wie das Programm sie festlegt",
    ("period",),
    (
        column("period", "VARCHAR", "Berichtszeitraum: 2026-H1, 2026 oder 2026-2030"),
        column("report_kind", "VARCHAR", "Halbjahresbericht, Jahresbericht oder Schlussbericht"),
        column("year", "INTEGER", "Berichtsjahr; beim Schlussbericht das letzte"),
        column("first_day", "DATE", "Erster Tag"),
        column("closing_day", "DATE", "Stichtag"),
        column("months", "INTEGER", "Länge in Monaten"),
    ),
)
BUSINESS_TIME = Table(
    "intake",
    "business_time",
    "Geschäftszeit der Nacht, in der diese Datenbank gebaut wurde; eine andere Uhr gibt es in ihr nicht",
    ("business_at",),
    (
        column("business_at", "TIMESTAMP", "Geschäftszeit (UTC)"),
        column("business_on", "DATE", "Geschäftstag in Hessen"),
    ),
)
REGISTER_VALUES = Table(
    "audit",
    "register_values",
    "Werte der Register, einzeln: für den Nachweis von Kennzahlen, die sich nicht auf Zellen stützen",
    ("register", "row_key", "field"),
    (
        column("register", "VARCHAR", "Register, zum Beispiel reference.grants"),
        column("row_key", "VARCHAR", "Zeile im Register"),
        column("field", "VARCHAR", "Spalte"),
        column("value", "VARCHAR", "Wert"),
    ),
)
ABOUT = Table(
    "audit",
    "about",
    "Was diese Datenbank ist; eine Zeile",
    ("title",),
    (
        column("title", "VARCHAR", "Titel"),
        column("is_demo", "BOOLEAN", "Wahr, wenn die Daten erfunden sind"),
        column("business_at", "TIMESTAMP", "Geschäftszeit der Nacht, in der sie gebaut wurde (UTC)"),
        column("program_version", "VARCHAR", "Fassung des Programms, das sie gebaut hat"),
        column("program_sha256", "VARCHAR", "Prüfsumme über Programm, Bogen, Regeln und SQL, die sie gebaut haben"),
        column("how_to_read", "VARCHAR", "Womit man beginnt"),
    ),
)
QUESTIONS = Table(
    "audit",
    "questions",
    "Fertige Fragen an diese Datenbank; jede ist auch eine Sicht: SELECT * FROM audit.missing_reports",
    ("name",),
    (
        column("name", "VARCHAR", "Kurzname; die Sicht heißt audit.<Kurzname>"),
        column("question", "VARCHAR", "Frage"),
        column("sql", "VARCHAR", "SELECT, das sie beantwortet"),
    ),
)


def calendar() -> pl.DataFrame:
    """The rows of `reference.calendar`."""
    rows = [
        (period.code, period.kind.value, period.year, period.first_day, period.closing_day, period.months)
        for period in all_periods()
    ]
    return pl.DataFrame(rows, schema=CALENDAR.frame_schema, orient="row")


def business_time(inputs: WarehouseInputs) -> pl.DataFrame:
    """The row of `intake.business_time`."""
    row = (inputs.business_at.astimezone(UTC).replace(tzinfo=None), berlin_date(inputs.business_at))
    return pl.DataFrame([row], schema=BUSINESS_TIME.frame_schema, orient="row")


def about(inputs: WarehouseInputs) -> pl.DataFrame:
    """The row of `audit.about`."""
    row = {
        "title": f"{DEMO_MARK if inputs.is_demo else ''}WIR-Monitoring, Datenbank für die Rechnungsprüfung",
        "is_demo": inputs.is_demo,
        "business_at": business_time(inputs)["business_at"].item(),
        "program_version": version("wir-monitoring"),
        "program_sha256": program_fingerprint(),
        "how_to_read": "SELECT question, sql FROM audit.questions; SELECT * FROM indicators.catalogue",
    }
    return pl.DataFrame([row], schema=ABOUT.frame_schema)
