"""The form, shown: as one JSON document for programs and as tables for people."""

from typing import Any

from rich.console import Console
from rich.table import Table

from expectations.declared import AskedIn
from expectations.form import Field, Form, Section, form_versions
from expectations.layout import Layout, layout_of
from expectations.rules import rules_listing

_ASKED_DE = {AskedIn.HALF_YEAR: "Halbjahr und Jahr", AskedIn.YEAR: "Jahr", AskedIn.FINAL: "Schlussbericht"}


def form_document(form: Form) -> dict[str, Any]:
    """The form and its rules as `wir form --json` prints them (interface.md)."""
    layout = layout_of(form)
    return {
        "versions": list(form_versions()),
        "version": form.version,
        "year": form.year,
        "sheets": [
            {"title": sheet.title, "sections": [_section(form, section, layout) for section in sheet.sections]}
            for sheet in form.sheets
        ],
        "rules": rules_listing(form.year),
    }


def _section(form: Form, section: Section, layout: Layout) -> dict[str, Any]:
    return {
        "name": section.name,
        "label": section.label,
        "kind": section.kind,
        "key": ",".join(section.key) or None,
        "asked_in": section.asked_in.name.lower(),
        "fields": [_field(form, section, field, layout) for field in section.fields],
    }


def _field(form: Form, section: Section, field: Field, layout: Layout) -> dict[str, Any]:
    place = layout.fields[field.path]
    cells = (
        {"cell": place.first_cell} if section.kind == "values" else {"first_cell": place.first_cell, "rows": place.rows}
    )
    return {
        "name": field.name,
        "label": field.label,
        "type": field.type,
        "unit": field.unit,
        "measure": field.measure,
        "required": field.required,
        "locked": field.locked,
        "asked_in": field.asked_in.name.lower(),
        "min": None if field.minimum is None else float(field.minimum),
        "max": None if field.maximum is None else float(field.maximum),
        "choices": list(form.labels(field.choices)),
        "since": field.since,
        "until": field.until,
        **cells,
    }


def print_form(form: Form, console: Console) -> None:
    """Print every sheet, section and field, then the rules."""
    layout = layout_of(form)
    console.print(f"[bold]{form.title}[/bold] · Fassung {form.version}")
    for sheet in form.sheets:
        for section in sheet.sections:
            console.print(_section_table(form, section, layout))
    console.print(_rules_table(form.year))


def _section_table(form: Form, section: Section, layout: Layout) -> Table:
    table = Table(
        title=f"{section.sheet} · {section.label} ({section.name})",
        title_justify="left",
        title_style="bold",
        expand=True,
    )
    for heading in ("Feld", "Bezeichnung", "Art", "Zelle", "Pflicht", "gefragt im", "Auswahl"):
        table.add_column(heading, overflow="fold")
    for field in section.fields:
        place = layout.fields[field.path]
        table.add_row(
            field.name,
            field.label,
            f"{field.type} {field.unit}".strip(),
            place.first_cell if place.rows == 1 else f"{place.first_cell} (+{place.rows - 1})",
            "ja" if field.required else "vorgedruckt" if field.locked else "",
            _ASKED_DE[field.asked_in],
            _choices(form, field),
        )
    return table


def _choices(form: Form, field: Field) -> str:
    labels = form.labels(field.choices)
    return ", ".join(labels) if len(labels) <= 15 else f"{len(labels)} Einträge: {', '.join(labels[:6])} …"


def _rules_table(year: int) -> Table:
    table = Table(title="Regeln", title_justify="left", title_style="bold", expand=True)
    for heading in ("Code", "Gewicht", "Blatt", "Meldung", "Was zu tun ist"):
        table.add_column(heading, overflow="fold")
    for rule in rules_listing(year):
        trial = " (erprobt)" if rule["trial"] else ""
        table.add_row(rule["code"], rule["severity"] + trial, rule["sheet"], rule["says"], rule["advice"])
    return table
