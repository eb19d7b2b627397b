"""The indicators and the ready questions in the dictionary."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flows.dictionary.pages import Page, anchor, code, link, paragraphs, place_name, plain, sql_block, table

_DIRECTIONS_DE = {
    "higher_better": "höher ist besser",
    "lower_better": "niedriger ist besser",
    "neutral": "ohne Wertung",
}
_PROTECTIONS_DE = {
    "none": "keiner",
    "persons": "Anzahlen von Personen",
    "sensitive": "besonders schutzbedürftige Angaben",
    "employees": "einzelne Beschäftigte – je Kommune nie veröffentlicht",
}
_AGGREGATIONS_DE = {
    "sum": "Summe der Kommunen",
    "ratio": "Summe der Zähler durch Summe der Nenner",
    "median": "Median der Kommunen",
    "distinct": "Anzahl der verschiedenen, jede einmal",
}
_BASES_DE = {
    "report": "geltende Berichte",
    "register": "Register des Ministeriums",
    "intake": "Eingangsregister",
    "publication": "Veröffentlichungen",
}


def indicators_page(
    catalogue: Sequence[dict[str, Any]], reads: dict[str, tuple[str, ...]], field_link: Callable[[str], str]
) -> Page:
    """Every indicator with its definition, formula, sources and SQL.

    Args:
        catalogue: rows of `indicators.catalogue`.
        reads: indicator → the paths of the fields that it reads.
        field_link: a link to a field or to a register's column, by its path.
    """
    overview = table(
        ("Kennzahl", "Name", "Frage", "Einheit"),
        (
            (
                link(row["id"], "kennzahlen", place_name(row["id"])),
                plain(row["name_de"]),
                plain(row["question_de"]),
                plain(row["unit"]),
            )
            for row in catalogue
        ),
    )
    parts = [_indicator(row, reads.get(row["id"], ()), field_link) for row in catalogue]
    return Page("kennzahlen", "Kennzahlen", paragraphs(overview, *parts))


def _indicator(row: dict[str, Any], reads: Sequence[str], field_link: Callable[[str], str]) -> str:
    facts = {
        "Frage": plain(row["question_de"]),
        "Name auf Englisch": plain(row["name_en"]),
        "Gruppe": plain(row["group"]),
        "Definition": plain(row["definition"]),
        "Formel": plain(row["formula"]),
        "Einheit": f"{plain(row['unit'])}, {row['decimals']} Nachkommastellen",
        "Richtung": _DIRECTIONS_DE[row["direction"]],
        "Gebiete": _AGGREGATIONS_DE[row["aggregation"]] + (", nur für das Land" if row["land_only"] else ""),
        "Grundlage": _BASES_DE[row["basis"]],
        "Halbjahr": "ja" if row["half_year"] else "nein, nur Jahr",
        "Gliederungen": plain(row["breakdowns"]) or "keine",
        "Schutz": _PROTECTIONS_DE[row["protection"]],
        "Nenner": plain(row["denominator_note"]),
        "Anmerkung": plain(row["notes"]),
        "Liest": ", ".join(field_link(path) for path in reads),
    }
    listed = "\n".join(f"- **{name}:** {fact}" for name, fact in facts.items() if fact)
    heading = f"{anchor(place_name(row['id']))}\n\n## {row['id']} {plain(row['name_de'])}"
    return paragraphs(heading, listed, sql_block(row["sql"]))


def questions_page(questions: Iterable[tuple[str, str, str]]) -> Page:
    """The auditors' ready questions with their SQL."""
    parts = ["Jede Frage ist eine Sicht der Datenbank; mit Spalten und Kommentaren steht sie im Schema audit."]
    parts += [
        paragraphs(
            f"{anchor(place_name('frage', name))}\n\n## {plain(question)}",
            code(f"SELECT * FROM audit.{name}"),
            sql_block(select),
        )
        for name, question, select in questions
    ]
    return Page("fragen", "Fertige Fragen an die Datenbank", paragraphs(*parts))
