"""The rules in the dictionary."""

from collections.abc import Iterable, Mapping

from expectations.form import Form
from expectations.rules import Rule
from flows.dictionary.form_pages import field_place, form_page_name
from flows.dictionary.pages import Page, anchor, code, link, paragraphs, place_name, plain

_HOW_TO_READ = (
    "In den Meldungen stehen Angaben wie {given} und {expected} für das, was in der Zelle steht und was erwartet wird. "
    "Eine Regel auf Probe berichtet, gibt aber nichts zurück."
)
_SEVERITIES_DE = {
    "fatal": "nicht lesbar – es wird nichts weiter geprüft",
    "error": "Fehler – der Bericht wird zurückgegeben",
    "warning": "Auffälligkeit – der Bericht gilt, sobald sie erläutert ist",
    "hint": "Hinweis – hält nichts auf",
}
_KINDS_DE = {"half_year": "Halbjahresbericht", "year": "Jahresbericht", "final": "Schlussbericht"}
_COMPARED_DE = {"=": "muss gleich sein", "<=": "darf nicht größer sein als", ">=": "darf nicht kleiner sein als"}
_NEEDS_DE = {
    "grants": "Bescheidregister",
    "drawdowns": "Zahlungsregister",
    "targets": "Zielvereinbarungen",
    "history": "frühere Berichte der Kommune",
}


def rules_page(rules: Iterable[Rule], checks: Mapping[str, str], form: Form) -> Page:
    """Every rule: what it compares, what it says, and what to do.

    Args:
        rules: all rules, of all years.
        checks: code → SQL of the check, where a rule has one.
        form: the newest version, to whose fields the rules link.
    """
    parts = (_rule(rule, checks.get(rule.code, ""), form) for rule in rules)
    return Page("pruefregeln", "Prüfregeln", paragraphs(_HOW_TO_READ, *parts))


def _rule(rule: Rule, check: str, form: Form) -> str:
    facts = [
        f"**Gewicht:** {_SEVERITIES_DE[rule.severity]}{' (auf Probe)' if rule.trial else ''}",
        f"**Gilt:** {_years(rule)}, für {', '.join(_KINDS_DE[kind] for kind in rule.kinds)}",
    ]
    if rule.field:
        facts.append(f"**Feld:** {_field_link(rule.field, form)}")
    if rule.given and rule.compare:
        facts.append(
            f"**Vergleich:** {_field_link(rule.given, form)} {_COMPARED_DE[rule.compare]} "
            f"{_field_link(rule.expected, form)}"
        )
    if check:
        facts.append(f"**Vergleich:** {plain(_comment_of(check))} ({code(f'sql/checks/{rule.code}.sql')})")
    if rule.needs:
        facts.append(f"**Braucht:** {', '.join(_NEEDS_DE[name] for name in rule.needs)}")
    facts += [f"**Meldung:** {plain(rule.says)}", f"**Was zu tun ist:** {plain(rule.advice)}"]
    return f"{anchor(place_name(rule.code))}\n\n## {rule.code}\n\n" + "\n".join(f"- {fact}" for fact in facts)


def _years(rule: Rule) -> str:
    return f"seit {rule.since}" + (f" bis {rule.until}" if rule.until else "")


def _field_link(path: str, form: Form) -> str:
    known = {field.path for field in form.fields()}
    return link(code(path), form_page_name(form), field_place(form, path)) if path in known else code(path)


def _comment_of(check: str) -> str:
    """The German comment at the head of a check's SQL."""
    lines = check.splitlines()
    length = next((number for number, line in enumerate(lines) if not line.startswith("--")), len(lines))
    return " ".join(line.removeprefix("--").strip() for line in lines[:length])
