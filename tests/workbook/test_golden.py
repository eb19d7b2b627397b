"""Golden workbooks, each with a note how it was made and what must come of it: exact values, exact findings."""

import pytest

from expectations.rules import catalogue
from flows.workbook import read_workbook
from tests.workbook.golden import Note, answers_of, bytes_of, findings_of, names_by_group, notes

NOTES = notes()


@pytest.fixture(scope="module")
def plain(filled: bytes) -> dict[str, str]:
    """What is read from the filled form itself."""
    return answers_of(read_workbook(filled, 7))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "note"), NOTES.items(), ids=NOTES)
def test_a_golden_workbook_reads_as_its_note_says(name: str, note: Note, filled: bytes, plain: dict[str, str]):
    reading = read_workbook(bytes_of(name, note, filled), 7)
    assert findings_of(reading) == note.findings
    answers = {cell: answer for cell, answer in answers_of(reading).items() if answer or cell in plain}
    expected = {cell: answer for cell, answer in {**plain, **note.values}.items() if answer is not None}
    assert answers == ({} if note.is_refused else expected)


def test_every_golden_workbook_has_a_note_and_every_note_a_workbook():
    noted: dict[str, set[str]] = {}
    for name, note in NOTES.items():
        noted.setdefault(note.group, set()).add(name)
    assert noted == names_by_group()


def test_every_finding_of_reading_has_a_golden_workbook():
    found = {one.split()[0] for note in NOTES.values() for one in note.findings}
    assert found >= {code for code in catalogue() if code.startswith("R-TEC")}
