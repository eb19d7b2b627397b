"""The database in the dictionary: a page for each schema, the registers as they are imported, and the parameters."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby

from expectations.german import date_text, trimmed_number_text
from flows.dictionary.pages import Page, anchor, code, paragraphs, place_name, plain, table
from flows.dictionary.source import Macro, Parameter, Relation
from flows.reference.datasets import Dataset

SCHEMAS_DE: Mapping[str, str] = {
    "accepted": "Abschnitte des Bogens aus allen angenommenen Berichten, auch ersetzten",
    "reports": "Abschnitte des Bogens aus den geltenden Berichten, und alle Zellen",
    "intake": "Eingang, Prüfung, Pflichten und Entscheidungen",
    "reference": "Stammdaten und Register, mit ihrer Gültigkeit",
    "history": "Frühere Stände, für den Blick auf einen Zeitpunkt",
    "indicators": "Kennzahlen, ihr Katalog und ihre Terme",
    "publication": "Was veröffentlicht und was geheim gehalten wurde",
    "audit": "Nachweise, Journal und fertige Fragen",
}
_TYPES_DE = {
    "ags": "Gemeindeschlüssel",
    "text": "Text",
    "whole": "ganze Zahl",
    "count": "ganze Zahl ab 0",
    "number": "Zahl",
    "money": "Betrag",
    "fte": "Stellenumfang",
    "date": "Datum",
    "from": "Datum; leer = von Anfang an",
    "to": "Datum; leer = bis auf Weiteres",
    "value": "Wert",
}
_CERTAINTIES_DE = {"C": "sicher", "L": "wahrscheinlich", "U": "ungeprüft", "P": "Vorschlag"}
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(9999, 12, 31)


def schema_page_name(schema: str) -> str:
    """The page of a schema."""
    return place_name("datenbank", schema)


def relation_place(schema: str, name: str) -> str:
    """The anchor of a table or view on its schema's page."""
    return place_name("tabelle", schema, name)


def schema_pages(relations: Iterable[Relation], macros: Iterable[Macro]) -> list[Page]:
    """A page for each schema with its tables, views and macros."""
    called: dict[str, list[Macro]] = {}
    for macro in macros:
        called.setdefault(macro.schema, []).append(macro)
    pages = []
    for schema, found in groupby(relations, key=lambda relation: relation.schema):
        parts = [plain(SCHEMAS_DE.get(schema, "")), *map(_relation, found), *map(_macro, called.get(schema, ()))]
        pages.append(Page(schema_page_name(schema), f"Datenbank: Schema {schema}", paragraphs(*parts)))
    return pages


def _relation(relation: Relation) -> str:
    heading = (
        f"{anchor(relation_place(relation.schema, relation.name))}\n\n"
        f"## {code(f'{relation.schema}.{relation.name}')} ({relation.kind})"
    )
    rows = ((code(column.name), code(column.type), plain(column.comment)) for column in relation.columns)
    return paragraphs(heading, plain(relation.comment), table(("Spalte", "Typ", "Bedeutung"), rows))


def _macro(macro: Macro) -> str:
    call = f"{macro.schema}.{macro.name}({macro.parameters})"
    heading = f"{anchor(place_name('makro', macro.schema, macro.name))}\n\n## {code(call)} (Makro)"
    return paragraphs(heading, plain(macro.comment))


def registers_page(datasets: Mapping[str, Dataset], columns: Mapping[tuple[str, str], str]) -> Page:
    """What a file of reference data must look like.

    Args:
        datasets: name → its columns, key and closed lists.
        columns: data set and column → the German comment.
    """
    parts = ["Jeder Datensatz ist eine CSV-Datei; `wir reference import` nimmt sie als Ganzes auf."]
    parts += [_register(name, dataset, columns) for name, dataset in sorted(datasets.items())]
    return Page("stammdaten", "Stammdaten und Register", paragraphs(*parts))


def _register(name: str, dataset: Dataset, columns: Mapping[tuple[str, str], str]) -> str:
    origin = (
        "öffentliche Daten, mitgeliefert" if dataset.is_packaged else "Daten des Ministeriums, nur durch Einspielen"
    )
    rows = (
        (
            code(column),
            _TYPES_DE[kind.removesuffix("!")],
            "ja" if kind.endswith("!") else "",
            _choices(dataset, column),
            plain(columns.get((name, column), "")),
        )
        for column, kind in dataset.columns.items()
    )
    return paragraphs(
        f"{anchor(place_name('register', name))}\n\n## {code(f'{name}.csv')}",
        f"{origin}; Schlüssel: {', '.join(map(code, dataset.key))}.",
        table(("Spalte", "Art", "Pflicht", "Werte", "Bedeutung"), rows),
    )


def _choices(dataset: Dataset, column: str) -> str:
    choices = dataset.choices.get(column, ())
    return f"Liste {code(choices)}" if isinstance(choices, str) else plain(", ".join(choices))


def parameters_page(parameters: Iterable[Parameter]) -> Page:
    """Every parameter with its validity, source and certainty."""
    rows = (
        (
            anchor(place_name("parameter", item.name, str(item.valid_from))) + code(item.name),
            plain(trimmed_number_text(item.number) if item.number is not None else item.value),
            plain(item.unit),
            _validity(item),
            f"{item.certainty} ({_CERTAINTIES_DE[item.certainty]})",
            plain(item.source),
            plain(item.note),
        )
        for item in parameters
    )
    headings = ("Parameter", "Wert", "Einheit", "gilt", "Gewissheit", "Quelle", "Anmerkung")
    return Page("parameter", "Parameter des Förderprogramms", table(headings, rows))


def _validity(item: Parameter) -> str:
    first = "von Anfang an" if item.valid_from == _FIRST_DAY else f"ab {date_text(item.valid_from)}"
    return first if item.valid_to == _LAST_DAY else f"{first} bis {date_text(item.valid_to)}"
