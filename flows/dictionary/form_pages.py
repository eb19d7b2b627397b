"""The form in the dictionary: a page for each version, and its closed lists."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from expectations.declared import AskedIn
from expectations.form import Choice, Field, Form, Section, must_be_filled, takes_not_recorded
from expectations.german import trimmed_number_text
from expectations.rules import Rule
from flows.dictionary.pages import Page, anchor, code, link, paragraphs, place_name, plain, table

_TYPES_DE = {
    "text": "Text",
    "integer": "ganze Zahl",
    "money": "Betrag",
    "hours": "Stunden, eine Nachkommastelle",
    "fte": "Stellenumfang, zwei Nachkommastellen",
    "number": "Zahl",
    "date": "Datum",
    "choice": "Auswahl",
}
_MEASURES_DE = {"flow": "seit 1. Januar", "stock": "am Stichtag", "none": ""}
_KINDS_DE = {"values": "Einzelangaben", "table": "Tabelle zum Ausfüllen", "fixed": "vorgedruckte Zeilen"}
_ASKED_DE = {AskedIn.HALF_YEAR: "Halbjahr und Jahr", AskedIn.YEAR: "Jahr", AskedIn.FINAL: "Schlussbericht"}
_HEADINGS = ("Feld", "Bezeichnung und Hinweis", "Art", "Grenzen", "Pflicht", "gefragt im", "geprüft von", "gelesen von")


def form_page_name(form: Form) -> str:
    """The page of a form version."""
    return place_name("bogen", form.version)


def field_place(form: Form, path: str) -> str:
    """The anchor of a field on its form's page."""
    return place_name("feld", form.version, path)


def form_page(form: Form, rules: Iterable[Rule], read_by: Mapping[str, tuple[str, ...]]) -> Page:
    """A version of the form: every sheet, section and field.

    Args:
        form: the version.
        rules: all rules; those of a field are named beside it.
        read_by: path of a field → the indicators that read it.
    """
    checked_by: dict[str, list[str]] = {}
    for rule in rules:
        for path in {rule.field, rule.given, rule.expected} - {""}:
            checked_by.setdefault(path, []).append(rule.code)
    parts = []
    for sheet in form.sheets:
        parts.append(paragraphs(f"## {plain(sheet.title)}", plain(sheet.help)))
        parts += [_section(form, section, checked_by, read_by) for section in sheet.sections]
    return Page(form_page_name(form), f"Erhebungsbogen, Fassung {form.version}", paragraphs(*parts))


def _section(
    form: Form, section: Section, checked_by: Mapping[str, list[str]], read_by: Mapping[str, tuple[str, ...]]
) -> str:
    facts = [f"{_KINDS_DE[section.kind]}, gefragt im: {_ASKED_DE[section.asked_in]}"]
    if section.key:
        facts.append("Schlüssel der Zeile: " + ", ".join(map(code, section.key)))
    if section.applies_with:
        facts.append("nur mit einer Bewilligung für: " + ", ".join(map(plain, section.applies_with)))
    rows = [_field(form, section, field, checked_by, read_by) for field in section.fields]
    heading = f"### {plain(section.label)} ({code(section.name)})"
    return paragraphs(heading, plain(section.help), "; ".join(facts) + ".", table(_HEADINGS, rows))


def _field(
    form: Form,
    section: Section,
    field: Field,
    checked_by: Mapping[str, list[str]],
    read_by: Mapping[str, tuple[str, ...]],
) -> tuple[str, ...]:
    kind = ", ".join(part for part in (_TYPES_DE[field.type], plain(field.unit), _MEASURES_DE[field.measure]) if part)
    return (
        anchor(field_place(form, field.path)) + code(field.name),
        " – ".join(plain(part) for part in (field.label, field.help) if part),
        kind,
        "; ".join(_bounds(form, field)),
        _duty(section, field),
        _ASKED_DE[field.asked_in],
        ", ".join(link(rule, "pruefregeln", place_name(rule)) for rule in checked_by.get(field.path, ())),
        ", ".join(link(name, "kennzahlen", place_name(name)) for name in read_by.get(field.path, ())),
    )


def _duty(section: Section, field: Field) -> str:
    if field.locked:
        return "vorgedruckt"
    if takes_not_recorded(section, field):
        return "Zahl oder „nicht erhoben“"
    return "ja" if must_be_filled(section, field) else "freiwillig"


def _bounds(form: Form, field: Field) -> Iterator[str]:
    if field.minimum is not None:
        yield f"ab {_number(field, field.minimum)}"
    if field.maximum is not None:
        yield f"bis {_number(field, field.maximum)}"
    if field.at_most:
        yield f"höchstens {code(field.at_most)}"
    if field.type == "text":
        yield f"höchstens {field.max_length} Zeichen"
    if field.choices in form.lists:
        yield link(plain(f"Liste {field.choices}"), "listen", place_name("liste", form.version, field.choices))
    elif field.choices:
        yield "aus dem Register der Bescheide"


def _number(field: Field, bound: Decimal) -> str:
    """A bound as people write it; a year has no thousands dot."""
    return str(bound) if field.unit == "Jahr" else trimmed_number_text(bound)


def lists_page(forms: Iterable[Form]) -> Page:
    """The closed lists of every form version."""
    parts = []
    for form in forms:
        parts.append(f"## Fassung {plain(form.version)}")
        for name, choices in form.lists.items():
            heading = f"{anchor(place_name('liste', form.version, name))}\n\n### {code(name)}"
            parts.append(paragraphs(heading, table(("Eintrag", "Schlüssel", "gefragt im"), map(_choice, choices))))
    return Page("listen", "Auswahllisten des Erhebungsbogens", paragraphs(*parts))


def _choice(choice: Choice) -> tuple[str, ...]:
    return plain(choice.label), plain(choice.code), _ASKED_DE[choice.asked_in]
