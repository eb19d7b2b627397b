"""What a rule hands over is told: whoever finds something quotes it, in every room that finds."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from expectations.rules import catalogue, placeholders, rule

PROJECT = Path(__file__).parents[2]
NEVER_QUOTED = {"R-TEC-14"}
"""Checksums tell a clerk nothing."""


def told() -> Iterator[tuple[str, str, str]]:
    """(place, code, `given` or `expected`) of every finding in the code that is made with both known in writing."""
    for path in sorted((*PROJECT.glob("flows/**/*.py"), *PROJECT.glob("expectations/**/*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            first = node.args[0]
            if isinstance(first, ast.Constant) and first.value in catalogue():
                for keyword in node.keywords:
                    if keyword.arg in {"given", "expected"}:
                        yield f"{path.relative_to(PROJECT)}:{node.lineno}", str(first.value), keyword.arg


TOLD = list(told())


def test_the_reader_and_the_door_hand_over_what_they_found() -> None:
    assert len({code for _, code, _ in TOLD}) > 15


@pytest.mark.parametrize(("place", "code", "what"), TOLD, ids=[f"{code} {what} {place}" for place, code, what in TOLD])
def test_what_is_handed_over_is_quoted(place: str, code: str, what: str) -> None:
    declared = rule(code)
    quoted = placeholders(declared.says) | placeholders(declared.advice)
    assert what in quoted or code in NEVER_QUOTED, place


@pytest.mark.parametrize("code", catalogue())
def test_every_sentence_is_whole_and_free_of_jargon(code: str) -> None:
    for text in (rule(code).says, rule(code).advice):
        assert text == " ".join(text.split())
        assert text[0].isupper() or text[0] in "„{"
        assert text.endswith((".", "?"))
        for jargon in ("NULL", "Feld ungültig", "Fehlercode", "Constraint", "Exception", "Datensatz", "Validierung"):
            assert jargon not in text
