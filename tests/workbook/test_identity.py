"""Whose report it is: three kinds of marks, of which the majority is believed."""

import re
from collections.abc import Callable

import pytest

from expectations.finding import Severity
from expectations.privacy import MASK
from flows.workbook import identify, read_workbook
from tests.workbook.reports import Change, only


def _named(name: str, text: str) -> Change:
    pattern = rf'(<definedName name="wir.identity.{name}"[^>]*>)[^<]*'
    return lambda part: re.sub(pattern.encode(), rf"\1&quot;{text}&quot;".encode(), part)


def _property(name: str, text: str) -> Change:
    pattern = rf'(name="wir.identity.{name}"[^>]*>\s*<[^>]*lpwstr[^>]*>)[^<]*'
    return lambda part: re.sub(pattern.encode(), rf"\g<1>{text}".encode(), part)


def test_the_majority_of_marks_is_believed_and_the_disagreement_told(filled: bytes, edit: Callable[..., bytes]):
    reading = read_workbook(edit(filled, {"xl/workbook.xml": _named("ags", "06411")}), 7)
    assert reading.identity is not None
    assert reading.identity.ags == "06431"
    assert "„06411“ / „06431“" in only(reading, "R-TEC-13").message


def test_a_persons_name_in_place_of_the_bodys_heads_no_answer(filled: bytes, edit: Callable[..., bytes]):
    forged = ("body_name", "Frau Quastenflosser")
    data = edit(filled, {"xl/workbook.xml": _named(*forged), "docProps/custom.xml": _property(*forged)})
    reading = read_workbook(data, 7)
    assert reading.identity is not None
    assert reading.identity.body_name == MASK
    assert "Quastenflosser" not in str(reading.findings)


@pytest.mark.parametrize(
    ("forged", "code", "named"),
    [
        (("form_version", "2025"), "R-DAT-21", "2026"),
        (("year", "2025"), "R-DAT-22", "2026 bis 2030"),
        (("ags", "05315"), "R-DAT-23", "06"),
        (("kind", "Quartalsbericht"), "R-DAT-24", "Jahresbericht"),
        (("kind", "Schlussbericht"), "R-DAT-24", "Halbjahresbericht"),
        (("body_name", ""), "R-DAT-25", "Kommune"),
    ],
)
def test_what_the_programme_does_not_know_is_fatal_and_says_what_there_is(
    filled: bytes, edit: Callable[..., bytes], forged: tuple[str, str], code: str, named: str
):
    data = edit(filled, {"xl/workbook.xml": _named(*forged), "docProps/custom.xml": _property(*forged)})
    reading = read_workbook(data, 7)
    found = only(reading, code)
    assert found.severity is Severity.FATAL
    assert named in found.message
    assert reading.cells.is_empty()
    assert reading.identity is None
    assert identify(data) is None
