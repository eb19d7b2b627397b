"""Languages by whatever name they were typed: the entry of the form's list (ISO 639-3) that is meant."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from expectations.declared import read_yaml
from expectations.form import form_of
from expectations.period import FIRST_YEAR, LAST_YEAR

LIST = "languages"
"""The form's list of languages."""
OTHER = "mis"
"""ISO 639-3 for a language that has no entry."""
_FILE = Path(__file__).with_name("languages.yml")
_LIKENESS = 0.72
_APART = re.compile(r"[/,;()&+-]|\b(?:und|oder|bzw|and|or)\b")
_ENDINGS = re.compile(r"(?:e sprache|sprache|sprachig|(?<=\w{4})e)$")
_VOWELS = re.compile(r"(?<=[aou])e")
_FEWEST_LETTERS = 3


def nearest_language(text: str, labels: Sequence[str]) -> tuple[str, ...]:
    """The entries that are probably meant by what somebody typed, most often one.

    Args:
        text: a name in German, English or the language itself, misspelt or not, or an ISO 639 code.
        labels: the entries of the list that may be chosen.

    Returns:
        Several entries where a name has several meanings („Syrisch“, „Kurdisch“), the entry for other languages where
        nothing is like it, none where it is no word.
    """
    if itself := [label for label in labels if label.casefold() == text.strip().casefold()]:
        return tuple(itself)
    known = {label: codes for label in labels if (codes := _codes_of().get(label))}
    meant = _meant(text)
    entries = tuple(label for label, code in known.items() if code in meant)
    if entries or sum(sign.isalpha() for sign in text) < _FEWEST_LETTERS:
        return entries
    return tuple(label for label, code in known.items() if code == OTHER)


def _meant(text: str) -> frozenset[str]:
    """Codes of the languages meant: by the whole name, by what its parts have in common, by the name most alike."""
    names = _names()
    if whole := names.get(_folded(text)):
        return whole
    parts = [codes for part in _APART.split(text.casefold()) if (codes := names.get(_folded(part)))]
    if parts:
        return frozenset.intersection(*parts) or frozenset.union(*parts)
    alike = get_close_matches(_folded(text), names, n=1, cutoff=_LIKENESS)
    return names[alike[0]] if alike else frozenset()


@cache
def _codes_of() -> Mapping[str, str]:
    """Label → code over all years."""
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    return {choice.label: choice.code for year in years for choice in form_of(year).lists.get(LIST, ())}


@cache
def _names() -> Mapping[str, frozenset[str]]:
    """Every name as `_folded` writes it → codes; a label, and what stands on either side of its stroke, come first."""
    names: dict[str, set[str]] = {}
    synonyms: Mapping[str, Sequence[str]] = read_yaml(_FILE)
    for code, own in synonyms.items():
        for name in (code, *own):
            names.setdefault(_folded(str(name)), set()).add(code)
    for label, code in _codes_of().items():
        for name in (label, *re.split(r"/", label.partition(" (")[0])):
            if _folded(name) not in names:
                names[_folded(name)] = {code}
    return {name: frozenset(codes) for name, codes in names.items()}


def _folded(text: str) -> str:
    """A name without case, accents, signs and the word „Sprache“; ä and ae are one letter."""
    folded = _ENDINGS.sub("", text.casefold().strip(" .:-"))
    plain = unicodedata.normalize("NFKD", folded.replace("ı", "i"))
    letters = "".join(sign for sign in plain if sign.isalpha())
    return _VOWELS.sub("", letters)
