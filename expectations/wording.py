"""The German texts that every template of a form bears: printed by the template, known to the reader.

Whoever prints one of them asks here for it, so that `static_texts` cannot miss any.
"""

from collections.abc import Iterator

from expectations.form import Field, Form, Section, Sheet, is_asked, must_be_filled, takes_not_recorded
from expectations.german import date_text
from expectations.layout import NOT_RECORDED
from expectations.period import Period, ReportKind, all_periods

BACK_LINK = "Zur Übersicht auf Blatt 00 Anleitung"
LAST_HEADING = "zuletzt gemeldet"
CARRIED = "übernommen"
"""How the legend calls an answer of an earlier report that stands in an input already."""
NOTHING_PRINTED = "Entfällt: Hierzu liegt uns nichts vor."
ORDINAL_HEADING = "Nr."
YEAR_UNIT = "Jahr"
"""Unit of a number that is a calendar year: shown without thousands dots, and no running total."""
QUARTERS = "quarters"
"""The list whose rows are no running totals: each quarter stands for itself."""

STATUS_HEADING = "Stand der Bearbeitung"
STATUS_NOTE = "Rechnet mit, während Sie ausfüllen. Maßgeblich ist das Prüfprotokoll, das Sie nach der Abgabe erhalten."
STATUS_COLUMNS = ("Blatt", "noch offen", "unstimmig", "Stand")
COMPLETE, MISSING, CONFLICTING = "vollständig", "bitte ergänzen", "bitte prüfen"
COMPLETE_IF_CHECKED = "vollständig, wenn geprüft"
"""What it says of a sheet on which answers of an earlier report stand."""
NOTHING_YET, NOT_CONCERNED = "nichts eingetragen", "entfällt"
"""What the status table says of a sheet; tables may rightly stay empty, so that an empty one is not incomplete."""
HOW_TO_HEADING = "So füllen Sie den Bogen aus"
HOW_TO = (
    (
        "Füllen Sie die gelben, umrandeten Felder aus. Alles Graue ist vorgedruckt und gesperrt. Mit der Tabtaste "
        "springen Sie von Eingabefeld zu Eingabefeld."
    ),
    (
        "Ein * hinter der Bezeichnung heißt: Diese Angabe wird gebraucht. (*) heißt: eine Zahl oder "
        f"„{NOT_RECORDED}“ – bitte nicht leer lassen."
    ),
    (
        f"0 bedeutet: gezählt, und es gab nichts. „{NOT_RECORDED}“ bedeutet: Sie erfassen diese Zahl nicht. "
        "Ein Strich ist keine Angabe."
    ),
    (
        "Beträge stehen in Euro und Cent (1.234,56), Daten als TT.MM.JJJJ (31.12.2026). Auswahllisten öffnen Sie mit "
        "Alt + Pfeil nach unten."
    ),
    (
        "Zahlen gelten vom 1. Januar bis zum Stichtag, auch wenn Sie im Halbjahr schon berichtet haben. "
        "„Stand“ meint den Stichtag selbst."
    ),
    (
        "In Tabellen bleiben Zeilen leer, die Sie nicht brauchen. Sortieren und Filtern ist erlaubt. Bitte fügen Sie "
        "keine Zeilen, Spalten oder Blätter ein und löschen Sie keine."
    ),
    (
        "Aus anderen Dateien fügen Sie bitte nur die Werte ein (Einfügen → Werte), damit Auswahllisten und Formate "
        "erhalten bleiben."
    ),
    "Der Blattschutz kommt ohne Kennwort aus. Bitte lassen Sie ihn eingeschaltet: Er bewahrt die Zuordnung der Felder.",
    (
        "Speichern Sie den Bogen als Excel-Arbeitsmappe (.xlsx) und reichen Sie ihn auf dem Weg ein, der Ihnen "
        "mitgeteilt wurde. Sie erhalten ein Prüfprotokoll."
    ),
)
LEGEND_HEADING = "Zeichenerklärung"
LEGEND = (
    ("open", "Eingabe", "Eingabefeld, noch offen"),
    ("input", "Eingabe", "Eingabefeld"),
    ("carried", CARRIED, "vom letzten Bericht, bitte prüfen"),
    ("locked", "Vordruck", "vorgedruckt, gesperrt"),
    ("blocked", "", "nicht gefragt, gesperrt"),
    ("last", "1.234", LAST_HEADING),
    ("conflict", "1.234", "passt nicht zusammen"),
)
"""Looks of a cell: its style, what stands in the sample, and what it means."""
PRIVACY_HEADING = "Datenschutz"
PRIVACY = (
    "Der Bogen fragt keine personenbezogenen Daten ab. Bitte tragen Sie nirgends Namen, Anschriften, Telefonnummern "
    "oder persönliche E-Mail-Adressen ein, auch nicht in Bemerkungen. Listen von Teilnehmenden und "
    "Beratungsunterlagen bleiben bei Ihnen."
)
CONTACT_HEADING = "Abgabe und Rückfragen"
DEFAULT_CONTACT = "Rückfragen beantwortet die Stelle, die Ihnen den Bogen geschickt hat."
DEFAULT_DUE = "Abgabetermin: siehe Zuwendungsbescheid."


def field_label(section: Section, field: Field, kind: ReportKind) -> str:
    """A field's label with its mark on the same line: `*` a value is needed, ` (*)` a number or „nicht erhoben“."""
    if not is_asked(field, kind) or not must_be_filled(section, field):
        return field.label
    return f"{field.label}\u00a0(*)" if takes_not_recorded(section, field) else f"{field.label}\u00a0*"


def lists_events(section: Section) -> bool:
    """Whether a table's row is an event (a payment, a course): its numbers belong to it alone and run up to no total.

    Events bear a day and know no state as of the closing day.
    """
    dated = any(field.type == "date" and field.required for field in section.fields)
    return section.kind == "table" and dated and all(field.measure != "stock" for field in section.fields)


def measure_text(section: Section, field: Field, period: Period) -> str:
    """What a number refers to: „kumuliert seit 1.1.2026“, „Stand 30.06.2026“, „je Quartal“, or nothing."""
    if lists_events(section) or field.locked:
        return ""
    if section.rows_from == QUARTERS:
        return "je Quartal"
    if field.measure == "flow":
        return f"kumuliert seit 1.1.{period.first_day.year}"
    return f"Stand {date_text(period.closing_day)}" if field.measure == "stock" else ""


def unit_text(section: Section, field: Field, period: Period) -> str:
    """A field's unit and what its number refers to, or how it is entered; says so where the report does not ask it."""
    if not is_asked(field, period.kind):
        return not_asked_text(field, period.kind)
    if field.is_number:
        return "\n".join(part for part in (field.unit, measure_text(section, field, period)) if part)
    if field.locked:
        return ""
    return {"date": "TT.MM.JJJJ", "choice": "Auswahl"}.get(field.type, "Text")


def column_note(section: Section, field: Field, period: Period) -> str:
    """What stands below a column's heading: unit, what the number refers to, and the field's help."""
    return "\n".join(part for part in (unit_text(section, field, period), field.help) if part)


def not_asked_text(item: Section | Field, kind: ReportKind) -> str:
    """Why a section or field is greyed in a report of this kind."""
    if kind is ReportKind.HALF_YEAR and is_asked(item, ReportKind.YEAR):
        return "im Halbjahr nicht gefragt"
    return "nur im Schlussbericht gefragt"


def skipped_text(section: Section) -> str:
    """Why a section does not concern a body that holds grants, but none of the cost types in question."""
    return f"Entfällt: Ihrer Kommune ist hierfür nichts bewilligt ({', '.join(section.applies_with)})."


def last_heading(code: str) -> str:
    """What stands above last accepted figures: „zuletzt gemeldet (2026-H1)“."""
    return f"{LAST_HEADING} ({code})" if code else LAST_HEADING


def carried_text(code: str) -> str:
    """What a section's help is followed by where answers of an earlier report stand in it."""
    return f"Schräg Gedrucktes ist übernommen aus dem Bericht {code} – bitte prüfen, ändern oder löschen."


def left_out_text(field: Field, value: str) -> str:
    """Why an answer of an earlier report was not carried over."""
    return f"Nicht übernommen: {field.label} „{value}“ (steht nicht mehr in der Liste)."


def no_room_text(rows: int) -> str:
    """How many rows of an earlier report found no room."""
    return f"Nicht übernommen: {rows} weitere {'Zeile' if rows == 1 else 'Zeilen'} (der Bogen hat dafür keinen Platz)."


def static_texts(form: Form, kind: ReportKind) -> dict[str, frozenset[str]]:
    """Everything constant that a template of this form and kind prints outside its input cells, sheet by sheet."""
    period = Period(form.year, kind)
    texts = {sheet.title: frozenset(_sheet_texts(sheet, period)) for sheet in form.sheets}
    first = form.sheets[0].title
    return texts | {first: texts[first] | frozenset(_overview_texts(form, kind))}


def _sheet_texts(sheet: Sheet, period: Period) -> Iterator[str]:
    yield from (sheet.title, sheet.help, BACK_LINK, ORDINAL_HEADING)
    codes = [past.code for past in all_periods() if past.first_day <= period.closing_day]
    for section in sheet.sections:
        yield from (section.label, section.help, LAST_HEADING, NOTHING_PRINTED)
        yield from (last_heading(code) for code in codes)
        yield from (f"{section.help}\n{carried_text(code)}" for code in codes)
        yield skipped_text(section)
        yield not_asked_text(section, period.kind)
        for field in section.fields:
            yield from (field_label(section, field, period.kind), field.label, field.help)
            yield from (unit_text(section, field, period), column_note(section, field, period))


def _overview_texts(form: Form, kind: ReportKind) -> Iterator[str]:
    yield from (form.title, STATUS_HEADING, STATUS_NOTE, HOW_TO_HEADING, LEGEND_HEADING, PRIVACY_HEADING, PRIVACY)
    yield from (CONTACT_HEADING, DEFAULT_CONTACT, DEFAULT_DUE, *STATUS_COLUMNS, NOT_CONCERNED, *HOW_TO)
    for _, sample, meaning in LEGEND:
        yield from (sample, meaning)
    for sheet in form.sheets[1:]:
        yield from (sheet.title, sheet_not_asked_text(sheet, kind))


def sheet_not_asked_text(sheet: Sheet, kind: ReportKind) -> str:
    """What the status table says of a sheet that a report of this kind leaves out; `""` where it asks it."""
    return "" if sheet.is_asked(kind) else not_asked_text(sheet.sections[0], kind)
