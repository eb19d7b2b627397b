"""Likely personal data in what people typed: which kinds a text holds.

One implementation for the rule that asks about them (R-DSG-01), for findings, which must not quote them, and for every
output that masks them. Patterns are bounded and start at the edge of a word, so that no text takes long, and each is
followed by a test of its own where the shape alone would accuse amounts, file references or place names.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path

from expectations.declared import read_yaml

EMAIL, PHONE, IBAN = "eine E-Mail-Adresse", "eine Telefonnummer", "eine IBAN"
BIRTH_DATE, NAME = "ein Geburtsdatum", "eine Anrede mit Namen"
NUMBER, ADDRESS = "eine Ausweis- oder Versicherungsnummer", "eine Wohnanschrift"
_WORDS_FILE = Path(__file__).with_name("personal_words.yml")
_CLUES = re.compile(
    r"@|[\[(](?:at|AT)[\])]|[0-9](?:[^0-9]{0,12}[0-9]){3}|[A-Za-z]{2} ?[0-9]{2}"
    r"|(?<![^\W_])(?:[Ff]rau|FRAU|HERR|Herr|Fr\.|Hr|Fräulein|Fam|Ehe[lp]"
    r"|Geschw|M(?:rs?|s|me)\b|Madame|Monsieur|gez\.|c/o)|geb\.|[Nn]ame|[Aa]nsprech|bearbeiter|[Tt]eilnehmer|[Dd]urchwahl"
    r"|[Kk]lient|[Ww]ohn|[Aa]dresse|[Aa]nschrift"
)
"""Without any of these a text holds nothing that a pattern would find."""
_BLANKS = re.compile(r"\s+")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))


def kinds_in(text: str) -> tuple[str, ...]:
    """The kinds of personal data that a text probably holds, in German and in the accusative; none if it is harmless.

    Addresses of offices (`info@…`, `integration@…`), bare dates, amounts and numbers of files are harmless.
    """
    seen = text if text.isascii() else _seen(text)
    return _kinds_in(seen) if _CLUES.search(seen) else ()


def has_personal_data(text: str) -> bool:
    """Whether a text probably holds personal data."""
    return bool(kinds_in(text))


@lru_cache(maxsize=8192)
def _kinds_in(seen: str) -> tuple[str, ...]:
    plain = _BLANKS.sub(" ", seen)
    return tuple(kind for kind, finds in _FINDERS.items() if finds(plain))


def _seen(text: str) -> str:
    """The text as people see it: composed letters, one kind of dash, nothing invisible."""
    composed = unicodedata.normalize("NFC", text).translate(_DASHES)
    return "".join(sign for sign in composed if unicodedata.category(sign) != "Cf")


def fingerprint() -> str:
    """Eight hexadecimal digits that change with every pattern and word: the rule that rests on them bears them."""
    patterns = [value.pattern for _, value in sorted(globals().items()) if isinstance(value, re.Pattern)]
    return sha256("\n".join([*patterns, _WORDS_FILE.read_text(encoding="utf-8")]).encode()).hexdigest()[:8]


@cache
def _words(name: str) -> frozenset[str]:
    words: Mapping[str, list[str]] = read_yaml(_WORDS_FILE)
    return frozenset(words[name])


# --- e-mail ----------------------------------------------------------------------------------------------------------

_EMAIL = re.compile(
    r"(?<![^\s<>()\[\],;:\"'„“])([^\s@<>()\[\],;:\"„“]{1,64}) ?(?:@|[\[(](?:at|AT)[\])]) ?"
    r"(?:[\w-]{1,63}\.){1,8}(?=[^\W\d])[\w-]{2,63}"
)


def _has_email(text: str) -> bool:
    return any(not is_functional(match[1]) for match in _EMAIL.finditer(text))


def addresses_in(text: str) -> list[str]:
    """The e-mail addresses in a text, whomever they name, in small letters."""
    return [match[0].casefold() for match in _EMAIL.finditer(_seen(text))]


def without_email(text: str) -> str:
    """The text without its e-mail addresses."""
    return _EMAIL.sub(" ", text)


def is_functional(local_part: str) -> bool:
    """Whether what stands before the @ names an office: one of its words says so, and none is a first name."""
    words = [word for word in re.split(r"[\W\d_]+", local_part.casefold()) if word]
    if any(word in _words("first_names") for word in words):
        return False
    stems = _words("functional_parts")
    return any(word in _words("functional") or any(stem in word for stem in stems) for word in words)


def names_a_person(address: str) -> bool:
    """Whether an e-mail address looks like a person's own: two words before the @ and none of them an office's."""
    found = _EMAIL.search(_seen(address))
    if found is None or is_functional(found[1]):
        return False
    words = [word for word in re.split(r"[\W\d_]+", found[1].casefold()) if word]
    is_name = len(words) > 1 and any(len(word) > 2 for word in words)
    return is_name or any(word in _words("first_names") for word in words)


# --- telephone -------------------------------------------------------------------------------------------------------

_BEGINS = r"(?<![\w+,/-])(?<!\d\.)"
_ENDS = r"(?![\w]|[.,/-]\d)"
_ABROAD = "49|43|41|31|32|33|34|39|40|44|48|90|93|98|359|380|381|385|963|964"
_FOREIGN = re.compile(
    _BEGINS + rf"(?:\+ ?|00 ?)\(?(?:{_ABROAD})\)?[ ()/.-]{{0,3}}(?:\d[ ()/.-]{{0,3}}){{5,12}}\d" + _ENDS
)
_MOBILE = re.compile(_BEGINS + r"\(?01[5-7]\d{1,2}\)?(?:[ /.-]{0,3}\d){6,9}" + _ENDS)
_LANDLINE = re.compile(
    _BEGINS
    + r"(\(?0(?:[2-9]\d|18)\d{0,3}\)?)( ?[/.-] ?| {1,2}|(?<=\)))([1-9](?:[ -]?\d){2,9})(?: ?- ?\d{1,5})?"
    + _ENDS
)
_UNBROKEN = re.compile(_BEGINS + r"0[2-9]\d{8,9}" + _ENDS)
_TWO_BY_TWO = re.compile(_BEGINS + r"0\d \d{2}(?: \d)? ?/ ?\d{2}(?: \d{2}){1,4}" + _ENDS)
_CUED = re.compile(
    r"\b(?:Tel|Telefon|Fon|Handy|Mobil|Mobiltelefon|Fax|Telefax|Ruf|Phone|Festnetz)(?:[- ]?(?:[Nn]ummer|[Nn]r))?\b\.?"
    r"[ :]{0,3}(?:unter )?(\+?\(?\d(?:[ ()/.-]{0,2}\d){4,14})(?![\w]|,\d| ?(?:%|€|[^\W\d]))"
)
_EXTENSION = re.compile(r"\bDurchwahl[ :-]{0,3}\d{2,6}\b(?![.,]\d)")
_NO_PHONE_BEFORE = re.compile(
    r"(?:\b(?:Az|Gz)\b|zeichen|[Pp]rojekt|[Bb]escheid|[Kk]ennziffer|AGS|ARS|[Ss]chlüssel|[Vv]organg|stelle|[Pp]rodukt|[Kk]onto"
    r"|[Bb]eleg|[Rr]echnung|[Kk]apitel|[Dd]rucksache|[Bb]eschluss|[Vv]orlage|[Mm]aßnahme|[Aa]kte|ISBN|PLZ|Titel|[Ii]nventar"
    r"|[Zz]uwendung|[Bb]ewilligung|[Vv]ersion|[Ss]eriennummer|[Aa]uftrag|[Bb]estell)"
    r"[\w-]{0,20}[.:]?(?: ?(?:Nr|Nummer|nummer)\b\.?)?[ :-]{0,3}$"
)
_MEASURED = re.compile(r" ?(?:Uhr|EUR|Euro|€|%|h\b|Std|Stunden|UE\b|Personen|Plätze)")
_YEARS = re.compile(r"(?:19|20)\d\d(?:[ ]?[/-][ ]?(?:19|20)?\d\d)?|(?:19|20)\d\d[- ]\d{1,4}")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")
_DATE_LIKE = re.compile(r"\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d{2})(?:\D.*)?|\d{1,2}[./-](?:19|20)\d\d")
_QUARTERS = re.compile(r"(?:[01]\d|2[0-4])(?:00|15|30|45)")


def _has_phone(text: str) -> bool:
    text = _IBAN.sub(" ", text)
    return (
        any(_is_number(text, match) for shape in (_FOREIGN, _MOBILE, _UNBROKEN) for match in shape.finditer(text))
        or any(_is_landline(text, match) for match in _LANDLINE.finditer(text))
        or bool(_TWO_BY_TWO.search(text) or _EXTENSION.search(text))
        or any(_is_dialled(match[1]) for match in _CUED.finditer(text))
    )


def _is_number(text: str, match: re.Match[str]) -> bool:
    """Whether digits that look like a number to dial are not a file's, an amount's or a time's."""
    before, after = text[max(0, match.start() - 40) : match.start()], text[match.end() : match.end() + 12]
    return not _NO_PHONE_BEFORE.search(before) and not _MEASURED.match(after)


def _is_landline(text: str, match: re.Match[str]) -> bool:
    area, between, own = match[1].strip("()"), match[2].strip(), match[3]
    digits = sum(sign.isdigit() for sign in own)
    fewest = 4 if between == "/" or len(area) == 5 or match[1].endswith(")") else 5
    is_span = len(own) == len(area) == 4 and bool(_QUARTERS.fullmatch(area) and _QUARTERS.fullmatch(own))
    return digits >= fewest and not is_span and not _YEARS.fullmatch(own) and _is_number(text, match)


def _is_dialled(number: str) -> bool:
    return not any(shape.fullmatch(number) for shape in (_THOUSANDS, _DATE_LIKE, _YEARS))


# --- accounts and identity numbers -----------------------------------------------------------------------------------

_IBANS = (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BY28 CH21 CY28 CZ24 DE22 DK18 EE20 ES24 FI18 FR27 GB22 GE22 GR27 HR21 "
    "HU28 IE22 IL23 IS26 IT27 KZ20 LI21 LT20 LU20 LV21 MC27 MD24 ME22 MK19 MT31 NL18 NO15 PL28 PT25 RO24 RS22 SE24 "
    "SI19 SK24 SM27 TN24 TR26 UA29 XK20"
)
_IBAN_LENGTHS = {entry[:2]: int(entry[2:]) for entry in _IBANS.split()}
"""Characters of an IBAN by country (SWIFT's register)."""
_IBAN = re.compile(r"(?<![^\W_])[A-Za-z]{2}[ ]?[0-9]{2}(?:[ .-]{0,2}[A-Za-z0-9]){11,27}")
_CUED_IBAN = re.compile(r"IBAN[ .:-]{0,4}$", re.IGNORECASE)
_INSURANCE = re.compile(r"(?<!\w)([0-9]{2}) ?([0-3][0-9][01][0-9][0-9]{2}) ?([A-Z]) ?([0-9]{3})(?!\w)")
_CUED_NUMBER = re.compile(
    r"\b(?:(?:[Pp]ersonal)?[Aa]usweis|[Rr]eisepass|Pass|AZR|SV|RV|BAMF|[Vv]ersicherten|(?:[Ss]ozial|[Rr]enten|[Kk]ranken)versicher\w{2,6}"
    r"|[Ss]teuer(?:[- ]?I[Dd]|identifikations))[- ]?(?:Nr\b\.?|[Nn]ummer|I[Dd]\b|[Kk]ennziffer)?[ :]{0,3}"
    r"(?=(?:[A-Z]?[ /]?[0-9]){5}|[A-Z][A-Z0-9]{3,}[0-9])[A-Z0-9][A-Z0-9 /-]{5,24}"
)


def _has_iban(text: str) -> bool:
    return any(_is_iban(text, match) for match in _IBAN.finditer(text))


def _is_iban(text: str, match: re.Match[str]) -> bool:
    """Whether the checksum holds; behind the word IBAN a slip of the pen does not excuse."""
    signs = [sign for sign in match[0].upper() if sign.isalnum()]
    length = _IBAN_LENGTHS.get("".join(signs[:2]), 0)
    if not length or len(signs) < length:
        return False
    number = "".join(str(int(sign, 36)) for sign in (*signs[4:length], *signs[:4]))
    return int(number) % 97 == 1 or bool(_CUED_IBAN.search(text[: match.start()]))


def _has_number(text: str) -> bool:
    return bool(_CUED_NUMBER.search(text)) or any(_is_insurance(match) for match in _INSURANCE.finditer(text))


def _is_insurance(match: re.Match[str]) -> bool:
    """Whether the last digit of a German pension insurance number is right (VKVV § 4)."""
    digits = f"{match[1]}{match[2]}{ord(match[3]) - 64:02d}{match[4]}"
    weighed = (int(digit) * weight for digit, weight in zip(digits, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1), strict=False))
    return sum(sum(divmod(product, 10)) for product in weighed) % 10 == int(digits[-1])


# --- people ----------------------------------------------------------------------------------------------------------

_MONTHS = r"(?:Jan|Feb|Mär|Maer|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)[a-zä]{0,6}\.?"
_DATE = (
    r"(?:\d{1,2} ?[./-] ?\d{1,2} ?[./-] ?(?:\d{4}|\d{2})(?!\d)|\d{4}-\d{2}-\d{2}(?!\d)|\d{1,2}\.? ?"
    + _MONTHS
    + r" \d{4})"
)
_LONG_AGO = r"\d{1,2} ?[./-] ?\d{1,2} ?[./-] ?(?:19[2-9]\d|200\d|201\d)(?!\d)"
_BORN = re.compile(
    r"(?:(?<!\w)[Gg]eb(?:\.|oren)?|[Gg]eburts(?:datum|tag)|[Gg]eb\.?-?(?:[Dd]at\.?|[Dd]atum)|\bborn|\bDOB)[ :]{0,3}"
    r"(?:(?:am|ist|war|der|den|on|in [^\W\d]{2,30},? am)[ :]{1,2}){0,2}" + _DATE
)
_BORN_AFTERWARDS = re.compile(_DATE + r" (?:in [^\W\d]{2,30} )?(?:geboren|geb\.)")
_COHORT = re.compile(r"\b(?:vor|nach|ab|seit|bis|zum|zwischen|und)(?: dem)? $", re.IGNORECASE)
_STARRED = re.compile(r"(?<![\d*])\* ?" + _LONG_AGO)
_WORD = r"[^\W\d_][^\W\d_]+(?:[-'’][^\W\d_]+)?"
_NAME_AND_DATE = re.compile(rf"(?<!\w)({_WORD}),? ({_WORD}),?(?: {_WORD})? ?[,;:(-]? ?\(?" + _LONG_AGO)
_ADDRESSED = re.compile(
    r"(?<!\w)([Ff]rau|FRAU|Fr\.|Herrn?|HERRN?|Hr\.|Hrn\.|Fräulein|Familie|Fam\.|Eheleuten?|Ehepaar|Geschwister|Mrs?\.?|Ms\.|Mme\.?|Madame"
    r"|Monsieur) ?((?:[^\W\d_][\w.'’-]{1,30} ?){1,6})"
)
_TITLE = re.compile(r"(?:Dr|Prof|Dipl|Ing|Mag|med|phil|jur|rer|nat|pol|h\.c|MdL|MdB)\.?(?:-[A-Z]\w+\.?)?")
_PARTICLES = frozenset(
    ["von", "van", "de", "del", "della", "der", "den", "dem", "zu", "zum", "vom", "al", "el", "bin", "ibn", "di", "da"]
)
_ANY_WOMAN = re.compile(
    r"\b(?:jeder?|einer?|keiner?|pro|je|als|Mann und|Mann oder|alleinstehender?|geflüchteter?) $", re.IGNORECASE
)
_WEEKDAY = re.compile(r"\b(?:Mo|Di|Mi|Do|Sa|montags|bis)\b.{0,5}$")
_INSTITUTION = re.compile(r"(?:\bfür|Bereich|Thema|Handlungsfeld|Fachdienst|Schwerpunkt|Ministerium|[,;/]) $")
_NO_NAME_ENDS = (
    "heit",
    "keit",
    "schaft",
    "tion",
    "zentrum",
    "büro",
    "beratung",
    "hilfe",
    "projekt",
    "projekte",
    "angebote",
    "stelle",
)
_LABELLED = re.compile(
    r"\b(?:Name|Vorname|Nachname|Vor- und Nachname|Ansprechpartner(?:in)?|Ansprechperson"
    r"|Sachbearbeiter(?:in)?|Teilnehmer(?:in)?"
    rf"|Klient(?:in)?)(?:/in)? ?: ?({_WORD}),?(?: ({_WORD}))?"
)
_SIGNED = re.compile(rf"\bgez\. (?:(?:Dr|Prof)\. )?({_WORD})|\b[A-ZÄÖÜ][^\W\d_]+,? \(?geb\. ({_WORD})")
_LIVES = re.compile(
    r"\b(?:[Ww]ohnhaft|[Ww]ohnt|[Ww]ohnanschrift|[Pp]rivat(?:anschrift|adresse)|[Ww]ohnadresse|[Aa]nschrift|[Aa]dresse|c/o)\b.{0,40}?"
    r"(?:stra(?:ß|ss)e|str\.|weg|gasse|allee|platz|ring|ufer|damm)\.? ?\d{1,3} ?[a-z]?\b",
    re.IGNORECASE,
)


def _has_birth_date(text: str) -> bool:
    return (
        bool(_BORN.search(text) or _STARRED.search(text))
        or any(not _COHORT.search(text[: match.start()]) for match in _BORN_AFTERWARDS.finditer(text))
        or any(is_first_name(match[1], match[2]) for match in _NAME_AND_DATE.finditer(text))
    )


def _has_name(text: str) -> bool:
    spaced = text.replace("_", " ")
    return (
        any(_is_addressed(spaced, match) for match in _ADDRESSED.finditer(spaced))
        or any(is_first_name(match[1], match[2] or "") for match in _LABELLED.finditer(spaced))
        or any(_is_name(match[1] or match[2], "") for match in _SIGNED.finditer(spaced))
    )


def is_first_name(*words: str) -> bool:
    """Whether one of the words is a frequent first name."""
    return any(_words("first_names").issuperset(word.casefold().split("-")) for word in words)


def _is_addressed(text: str, match: re.Match[str]) -> bool:
    """Whether a name follows a form of address, behind titles and offices."""
    form, before = match[1].rstrip("."), text[max(0, match.start() - 20) : match.start()]
    if form.casefold() == "frau" and _ANY_WOMAN.search(before):
        return False
    if form == "Fr" and _WEEKDAY.search(before):
        return False
    if form == "Familie" and _INSTITUTION.search(before):
        return False
    if not match[0][len(match[1]) :].startswith(" ") and not match[1].endswith("."):
        return False  # „Frauen“
    return _is_name(_after_titles(match[2]), form)


def _after_titles(words: str) -> str:
    """The first word that is no title, no office and no particle; `""` where none is left."""
    for word in words.split():
        if not _TITLE.fullmatch(word) and word.casefold() not in _words("functions") and word not in _PARTICLES:
            return word
    return ""


def _is_name(word: str, form: str) -> bool:
    name = word.strip(".,'’-").casefold()
    if len(name) < 2 or not word[0].isupper() or name in _words("no_names"):
        return False
    if form in {"Familie", "Fam"} and name.partition("-")[0] in _words("places"):
        return False
    return not name.endswith(_NO_NAME_ENDS) and not (name.endswith("ung") and len(name) > 7)


_FINDERS: Mapping[str, Callable[[str], bool]] = {
    NAME: _has_name,
    ADDRESS: lambda text: bool(_LIVES.search(text)),
    EMAIL: _has_email,
    BIRTH_DATE: _has_birth_date,
    IBAN: _has_iban,
    NUMBER: _has_number,
    PHONE: _has_phone,
}
