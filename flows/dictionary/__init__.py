"""The data dictionary in German: form, rules, indicators, database, registers and parameters as Markdown."""

from flows.dictionary.all_pages import dictionary, dictionary_of
from flows.dictionary.pages import Page, as_one_text, write_pages

__all__ = ["Page", "as_one_text", "dictionary", "dictionary_of", "write_pages"]
