"""Numbers, dates and words as people in Germany type them into cells."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

_BLANKS = "\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_INVISIBLE = (
    "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
_CLEANED = str.maketrans(_BLANKS, " " * len(_BLANKS), _INVISIBLE)
_LINE_END = re.compile("\r\n?|\x0b|\u0085|\u2028|\u2029")

_NOT_RECORDED = "nichterhoben"
_NOT_RECORDED_KIN = frozenset(
    {
        *("ka", "nv", "na", "oa", "nb", "ne", "unbekannt", "nichtbekannt", "keinedaten", "nichterfasst"),
        *("keineangabe", "keineangaben", "ohneangabe", "ohneangaben", "wirdnichterhoben", "wirdnichterfasst"),
        *("nichtverfügbar", "nichtvorhanden", "nichtermittelt", "nichtermittelbar"),
    }
)
"""What people write for „nicht erhoben“, without case, blanks, full stops and strokes."""
_WORD_MARKS = str.maketrans("", "", " ./")
_DASHES = re.compile(r"[-‐‑‒–—―−]{1,3}")
_STATISTICAL_SIGNS = frozenset({".", "..", "...", "…", "/", "x", "X"})
"""Signs of official statistics: unknown or secret, later, not reliable, blocked."""

_UNITS: Mapping[str, re.Pattern[str]] = {
    "money": re.compile(r"^(€|EUR)\s*|\s*(€|EUR|Euro)$", re.IGNORECASE),
    "hours": re.compile(r"\s*(h|Std\.?|Stunden?)$", re.IGNORECASE),
    "fte": re.compile(r"\s*VZÄ$", re.IGNORECASE),
}
"""Units that may stand with a number, by type of field."""
_ROUND_AMOUNT = re.compile(r"(?<=[0-9]),[-–—]{1,2}$")
"""Nobody writes cents that are not there: `12,-`."""
_SIGN = re.compile(r"^([-−–])\s?(?=[0-9])|^\+(?=[0-9])")
_GROUPED = r"[1-9][0-9]{0,2}"
_GERMAN = re.compile(rf"[0-9]+(,[0-9]+)?|{_GROUPED}(\.[0-9]{{3}})+(,[0-9]+)?")
_FRENCH_OR_SWISS = re.compile(rf"{_GROUPED}([ '’][0-9]{{3}})+([.,][0-9]+)?")
"""What groups is neither dot nor comma, so either of them begins the decimals."""
_ENGLISH = re.compile(rf"[0-9]+\.[0-9]+|{_GROUPED}(,[0-9]{{3}})+\.[0-9]+|{_GROUPED}(,[0-9]{{3}}){{2,}}")
_TWO_WAYS = re.compile(rf"{_GROUPED}[.,][0-9]{{3}}")
"""Thousands or decimals: nobody can tell from the text alone."""
_GROUPING = str.maketrans("", "", " '’")
_PERCENT = re.compile(r"[-−–+]?[0-9.,]+\s*%")
_GERMAN_DATE = re.compile(r"([0-9]{1,2})\.\s?([0-9]{1,2})\.\s?([0-9]{4}|[0-9]{2})")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_CENTURY = 2000
_LONGEST_NUMBER = 40


@dataclass(frozen=True)
class TypedNumber:
    """A number that was typed as text.

    Attributes:
        value: the number as Germans read it: dots group thousands.
        other: the number as it would be with the separator's other meaning; None where the text has one meaning only.
    """

    value: Decimal
    other: Decimal | None = None


def cleaned(text: str) -> str:
    """A text in normal form (NFC), with plain blanks and line ends, without invisible signs and blanks at its ends."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return _LINE_END.sub("\n", unicodedata.normalize("NFC", text).translate(_CLEANED)).strip()


def says_not_recorded(text: str) -> bool:
    """Whether a cleaned text is the form's own answer „nicht erhoben“."""
    return _word(text) == _NOT_RECORDED


def means_not_recorded(text: str) -> bool:
    """Whether a cleaned text is another way to say so: „k. A.“, „n. v.“, „keine Angabe“."""
    return _word(text) in _NOT_RECORDED_KIN


def is_dash(text: str) -> bool:
    """Whether a cleaned text is nothing but a dash."""
    return _DASHES.fullmatch(text) is not None


def is_statistical_sign(text: str) -> bool:
    """Whether a cleaned text is a sign that stands for a missing number in official statistics."""
    return text in _STATISTICAL_SIGNS


def is_percentage(text: str) -> bool:
    """Whether a cleaned text is a number with a percent sign."""
    return _PERCENT.fullmatch(text) is not None


def typed_number(text: str, field_type: str) -> TypedNumber | None:
    """Read a number that was typed as text: `1.234,56`, `1 234,56 €`, `1,234.56`, `1'234.56`, `-12`.

    Args:
        text: the cleaned text.
        field_type: type of the field, which decides the units that may stand with it.

    Returns:
        None where it is no number.
    """
    if len(text) > _LONGEST_NUMBER:
        return None
    digits = _UNITS[field_type].sub("", text) if field_type in _UNITS else text
    if field_type == "money":
        digits = _ROUND_AMOUNT.sub(",00", digits)
    sign = _SIGN.match(digits)
    if sign is not None:
        digits = digits[sign.end() :]
    number = _unsigned(digits)
    if number is None or sign is None or sign[1] is None:
        return number
    return TypedNumber(-number.value, None if number.other is None else -number.other)


def _unsigned(digits: str) -> TypedNumber | None:
    if _TWO_WAYS.fullmatch(digits):
        grouped, decimal = Decimal(re.sub("[.,]", "", digits)), Decimal(digits.replace(",", "."))
        return TypedNumber(decimal, grouped) if "," in digits else TypedNumber(grouped, decimal)
    if _GERMAN.fullmatch(digits):
        return TypedNumber(Decimal(digits.replace(".", "").replace(",", ".")))
    if _FRENCH_OR_SWISS.fullmatch(digits):
        return TypedNumber(Decimal(digits.translate(_GROUPING).replace(",", ".")))
    if _ENGLISH.fullmatch(digits):
        return TypedNumber(Decimal(digits.replace(",", "")))
    return None


def typed_date(text: str) -> date | None:
    """Read a day that was typed as text: `31.12.2026`, `31.12.26` or `2026-12-31`; None where it is none."""
    german, iso = _GERMAN_DATE.fullmatch(text), _ISO_DATE.fullmatch(text)
    if german is not None:
        day, month, year = (int(part) for part in german.groups())
        year += _CENTURY if year < 100 else 0
    elif iso is not None:
        year, month, day = (int(part) for part in iso.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _word(text: str) -> str:
    return text.casefold().translate(_WORD_MARKS)
