"""Whose workbook it is: three kinds of marks are asked, the majority is believed, every disagreement is told."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from expectations.finding import Finding
from expectations.form import form_of, form_versions, new_questions
from expectations.markers import CHECKSUM_MARK, IDENTITY_PREFIX, PRINTED_MARK, TEXTS_PREFIX, Printed, checksum
from expectations.period import FIRST_YEAR, LAST_YEAR, ReportKind
from expectations.privacy import shielded
from expectations.reading import Identity
from expectations.rules import finding
from flows.workbook.grid import Grid
from flows.workbook.refusal import RefusalError

_AGS = re.compile(r"06[0-9]{3}([0-9]{3})?")
_NAMES_DE = {
    "ags": "Gemeindeschlüssel",
    "body_name": "Kommune",
    "kind": "Berichtsart",
    "year": "Berichtsjahr",
    "form_version": "Fassung des Bogens",
    "skipped": "entfallende Abschnitte",
    "grants": "Bescheide",
    "checksum": "Prüfsumme",
}
_NEEDED = ("ags", "body_name", "kind", "year", "form_version")

Marks = Mapping[str, str]
"""Name of a mark, such as `wir.identity.ags` → its text."""


@dataclass(frozen=True)
class Meta:
    """What the hidden sheet says.

    Attributes:
        marks: identity marks.
        printed: locked cells as printed, in their order.
        texts: marks of our own texts by sheet title.
    """

    marks: Marks
    printed: tuple[Printed, ...]
    texts: Mapping[str, frozenset[str]]


def meta_of(sheet: Grid) -> Meta:
    """Read the hidden sheet."""
    lines = [tuple(_text(sheet, row, column) for column in (1, 2, 3)) for row in range(1, len(sheet.rows) + 1)]
    names = [line[0] for line in lines]
    printed_from = names.index(PRINTED_MARK) if PRINTED_MARK in names else len(names)
    marks = {name: text for name, text, _ in lines[:printed_from]}
    return Meta(
        marks={name: text for name, text in marks.items() if name.startswith(IDENTITY_PREFIX)},
        printed=tuple(Printed(*line) for line in lines[printed_from + 1 :] if line[0]),
        texts={
            name.removeprefix(TEXTS_PREFIX): frozenset(text.split())
            for name, text in marks.items()
            if name.startswith(TEXTS_PREFIX)
        },
    )


def _text(sheet: Grid, row: int, column: int) -> str:
    value = sheet.value(row, column)
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def marks_in(names: Mapping[str, str]) -> Marks:
    """Identity marks among defined names: constants, which Excel writes in quotation marks."""
    return {name: _constant(text) for name, text in names.items() if name.startswith(IDENTITY_PREFIX)}


def _constant(text: str) -> str:
    plain = text.removeprefix("=")
    is_quoted = len(plain) >= 2 and plain.startswith('"') and plain.endswith('"')
    return plain[1:-1].replace('""', '"') if is_quoted else plain


def believed(sources: Sequence[Marks]) -> Marks:
    """What most sources say of each mark; among equals the first source counts."""
    voices = {name: [source[name] for source in sources if name in source] for source in sources for name in source}
    return {name: Counter(texts).most_common(1)[0][0] for name, texts in voices.items()}


def disagreements(sources: Sequence[Marks]) -> Iterator[Finding]:
    """A finding for each mark of which the sources say different things."""
    for name, text in believed(sources).items():
        said = list(dict.fromkeys(source[name] for source in sources if name in source))
        if len(said) > 1:
            short = name.removeprefix(IDENTITY_PREFIX)
            given = " / ".join(f"„{one}“" for one in said)
            yield finding("R-TEC-13", given=given, expected=text, row_key=short, name=_NAMES_DE.get(short, short))


def checksum_finding(marks: Marks, meta: Meta) -> Finding | None:
    """A finding where the hidden list of printed values does not bear the template's checksum."""
    expected = marks.get(CHECKSUM_MARK, "")
    found = checksum(meta.marks, meta.printed)
    return None if found == expected else finding("R-TEC-14", given=found, expected=expected)


def identity_of(marks: Marks) -> Identity:
    """An identity from its marks.

    Raises:
        RefusalError: the workbook bears no marks, lacks some, or they name no body, year, kind or version of the
            programme.
    """
    texts = {name.removeprefix(IDENTITY_PREFIX): text.strip() for name, text in marks.items()}
    if not texts:
        raise RefusalError("R-DAT-20")
    missing = [_NAMES_DE[name] for name in _NEEDED if not texts.get(name)]
    if missing:
        raise RefusalError("R-DAT-25", given=", ".join(missing))
    year = _year(texts["year"])
    return Identity(
        ags=_ags(texts["ags"]),
        body_name=shielded(texts["body_name"]),  # it heads every answer, and hidden texts can be altered, too
        kind=_kind(texts["kind"], year),
        year=year,
        form_version=_version(texts["form_version"], year),
        skipped=frozenset(_listed(texts.get("skipped", ""))),
        grants=tuple(_listed(texts.get("grants", ""))),
    )


def _listed(text: str) -> list[str]:
    return [entry.strip() for entry in text.split(",") if entry.strip()]


def _ags(text: str) -> str:
    if _AGS.fullmatch(text) is None:
        raise RefusalError("R-DAT-23", given=text, expected="5 oder 8 Ziffern, beginnend mit 06")
    return text


def _year(text: str) -> int:
    years = [str(year) for year in range(FIRST_YEAR, LAST_YEAR + 1)]
    if text not in years:
        raise RefusalError("R-DAT-22", given=text, expected=f"{years[0]} bis {years[-1]}")
    return int(text)


def _kind(text: str, year: int) -> ReportKind:
    kinds = [kind for kind in ReportKind if kind is not ReportKind.FINAL or year == LAST_YEAR]
    if text not in kinds:
        raise RefusalError("R-DAT-24", given=text, expected=", ".join(kinds))
    return ReportKind(text)


def _version(text: str, year: int) -> str:
    """A listed version that is not younger than the reporting year."""
    versions = [version for version, first_year in form_versions().items() if first_year <= year]
    if text not in versions:
        raise RefusalError("R-DAT-21", given=text, expected=", ".join(versions))
    return text


def version_finding(identity: Identity) -> Finding | None:
    """A hint where the workbook has an older version of the form than the year's: it could not answer all questions."""
    form = form_of(identity.year)
    if form.version == identity.form_version:
        return None
    older = form_of(identity.year, version=identity.form_version)
    new = ", ".join(f"„{question}“" for question in new_questions(form, older, identity.kind))
    unasked = f"; nicht gefragt war darin: {new}" if new else ""
    return finding("R-TEC-24", given=identity.form_version, expected=form.version, unasked=unasked)
