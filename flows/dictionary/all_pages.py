"""The dictionary as a whole: every page, and the index that leads to them."""

from collections.abc import Mapping
from pathlib import Path

from expectations.form import Form, form_of, form_versions
from expectations.rules import catalogue
from flows.dictionary.database_pages import (
    SCHEMAS_DE,
    parameters_page,
    registers_page,
    relation_place,
    schema_page_name,
    schema_pages,
)
from flows.dictionary.form_pages import field_place, form_page, form_page_name, lists_page
from flows.dictionary.indicator_pages import indicators_page, questions_page
from flows.dictionary.pages import Page, code, link, paragraphs, plain
from flows.dictionary.rule_pages import rules_page
from flows.dictionary.source import Source, read_source
from flows.reference import DATASETS
from flows.resources import sql_files


def dictionary(database: Path | None) -> tuple[Page, ...]:
    """The data dictionary: the same inputs give the same pages.

    Args:
        database: the published database, whose comments are shown; where there is none yet, or None, those of an empty
            one.

    Returns:
        The index first, then the pages that it leads to.
    """
    return dictionary_of(read_source(database))


def dictionary_of(source: Source) -> tuple[Page, ...]:
    """The dictionary of a database that was read already, with the program's form, rules and data sets."""
    forms = tuple(form_of(year) for year in sorted(form_versions().values()))
    rules = tuple(catalogue().values())
    read_by = _turned(source.fields)
    pages = (
        indicators_page(source.catalogue, source.fields, lambda path: _field_link(path, forms, source)),
        *(form_page(form, rules, read_by) for form in reversed(forms)),
        lists_page(forms),
        rules_page(rules, sql_files("checks"), forms[-1]),
        registers_page(DATASETS, _comments(source)),
        parameters_page(source.parameters),
        questions_page(source.questions),
        *schema_pages(source.relations, source.macros),
    )
    return (_index(source, pages), *pages)


def _turned(reads: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Field → the indicators that read it."""
    paths = {path for read in reads.values() for path in read}
    return {path: tuple(name for name, read in reads.items() if path in read) for path in paths}


def _field_link(path: str, forms: tuple[Form, ...], source: Source) -> str:
    """A link to the newest form that has the field, or to the register that has the column."""
    for form in reversed(forms):
        if any(field.path == path for field in form.fields()):
            return link(code(path), form_page_name(form), field_place(form, path))
    schema, _, rest = path.partition(".")
    name = rest.partition(".")[0]
    known = any((relation.schema, relation.name) == (schema, name) for relation in source.relations)
    return link(code(path), schema_page_name(schema), relation_place(schema, name)) if known else code(path)


def _comments(source: Source) -> dict[tuple[str, str], str]:
    return {
        (relation.name, column.name): column.comment
        for relation in source.relations
        if relation.schema == "reference"
        for column in relation.columns
    }


def _index(source: Source, pages: tuple[Page, ...]) -> Page:
    told = {schema_page_name(schema): text for schema, text in SCHEMAS_DE.items()}
    entries = [
        f"- {link(plain(page.title), page.name)}" + (f" – {plain(told[page.name])}" if page.name in told else "")
        for page in pages
    ]
    counted = (
        f"{len(source.catalogue)} Kennzahlen, {len(catalogue())} Prüfregeln, {len(source.relations)} Tabellen und "
        f"Sichten, {len(source.macros)} Makros, {len(source.questions)} fertige Fragen."
    )
    origin = f"Beschrieben ist: {plain(source.title)}." if source.title else "Beschrieben ist eine leere Datenbank."
    return Page("index", "Datenwörterbuch des WIR-Monitorings", paragraphs(origin, counted, "\n".join(entries)))
