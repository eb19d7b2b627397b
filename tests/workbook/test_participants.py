"""Lists of people are refused, whatever they look like; lists of anything else are not."""

import io
from collections.abc import Callable, Sequence
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook

from expectations.finding import Severity
from expectations.privacy import LIST_OF_PEOPLE
from flows.workbook import identify, read_workbook
from flows.workbook.participants import is_list_of_people

PEOPLE = [
    ("Haddad", "Ahmad", date(1990, 1, 1)),
    ("Kowalenko", "Olena", date(1985, 3, 12)),
    ("Yılmaz", "Ayşe", date(1979, 12, 30)),
    ("Müller", "Anna", date(1968, 7, 4)),
    ("Tesfay", "Dawit", date(2001, 11, 23)),
    ("Nguyen", "Thi", date(1995, 5, 5)),
    ("Schmidt", "Jürgen", date(1955, 9, 9)),
    ("Popescu", "Maria", date(1999, 2, 2)),
]
Rows = Sequence[Sequence[object]]


def workbook(rows: Rows, *, title: str = "Tabelle1") -> bytes:
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(list(row))
    return saved(book)


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


LISTS: dict[str, Rows] = {
    "attendance": [
        ["Teilnahmeliste Basisqualifizierung"],
        [],
        ["Lfd. Nr.", "Name", "Vorname", "Geburtsdatum", "Anschrift", "Telefon", "Unterschrift"],
        *([number, *person] for number, person in enumerate(PEOPLE, 1)),
    ],
    "names to be signed": [["Name, Vorname", "Unterschrift"], *([f"{last}, {first}"] for last, first, _ in PEOPLE)],
    "two columns": [["NACHNAME", "Vorname(n)"], *(person[:2] for person in PEOPLE)],
    "three people": [["Name", "Herkunftsland"], ["Haddad", "Syrien"], ["Tesfay", "Eritrea"], ["Ivanova", "Ukraine"]],
    "English": [["Surname", "First Name", "Date of birth"], *PEOPLE],
    "no headings": PEOPLE,
    "birth dates as text": [[f"{last}, {first}", f"{born:%d.%m.%Y}"] for last, first, born in PEOPLE],
    "nothing but names": [[f"{first} {last}"] for last, first, _ in PEOPLE * 2],
}
OTHERS: dict[str, Rows] = {
    "partners": [
        ["Name", "Anschrift", "Telefon", "E-Mail"],
        ["Caritasverband", "Kirchstraße 1", "06251 1234567", "info@caritas.example"],
        ["AWO Kreisverband", "Ring 7", "06251 7654321", "info@awo.example"],
        ["Neue Nachbarn e. V.", "Markt 2", "06251 5555555", "info@nachbarn.example"],
    ],
    "measures": [
        ["Name der Maßnahme", "Beginn", "Teilnehmende", "davon Frauen"],
        *([f"Kurs {number}", date(2026, 3, number), 12, 6] for number in range(1, 12)),
    ],
    "languages": [["Sprache", "Personen", "Einsätze"], ["Arabisch", 4, 36], ["Dari", 3, 24], ["Türkisch", 2, 20]],
    "schools": [["Schule", "Datum"], *(["Anne-Frank-Schule", date(2015, 3, day)] for day in range(1, 12))],
    "headings alone": [["Name", "Vorname", "Geburtsdatum", "Unterschrift"]],
    "two rows": [["Name", "Vorname"], ["Haddad", "Ahmad"], ["Müller", "Anna"]],
    "how it is counted": [["Name", "Geschlecht"], ["1", "w"], ["2", "m"], ["3", "d"], ["4", "w"]],
    "sums": [["Vorname", "Summe"], ["Summe"], [1.0], [2.0], [3.0]],
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_people_is_refused_without_a_word_of_it(name: str) -> None:
    reading = read_workbook(workbook(LISTS[name]), 1)
    (finding,) = reading.findings
    assert (finding.code, finding.severity, reading.identity) == (LIST_OF_PEOPLE, Severity.FATAL, None)
    assert "1. Blatt" in finding.message
    assert not any(last in str(finding) for last, _, _ in PEOPLE)


@pytest.mark.parametrize(("state", "place"), [("visible", "Das 2. Blatt"), ("hidden", "Ein ausgeblendetes Blatt")])
def test_its_sheet_is_counted_as_people_see_them(state: str, place: str) -> None:
    book = load_workbook(io.BytesIO(workbook([["Bericht"]])))
    book.create_sheet("wir_meta").sheet_state = "hidden"
    people = book.create_sheet("Tabelle2")
    people.sheet_state = state
    for row in LISTS["attendance"]:
        people.append(list(row))
    assert read_workbook(saved(book), 1).findings[0].message.startswith(f"{place} der Datei")


@pytest.mark.parametrize("name", OTHERS)
def test_a_list_of_anything_else_is_none(name: str) -> None:
    assert not is_list_of_people([[value or "" for value in row] for row in OTHERS[name]])


@pytest.mark.slow
@pytest.mark.parametrize("state", ["visible", "hidden", "veryHidden"])
def test_a_form_with_such_a_list_pasted_into_it_is_refused_as_a_whole(
    written: Callable[..., bytes], state: str
) -> None:
    book = load_workbook(io.BytesIO(written()))
    sheet = book.create_sheet("Teilnehmende")
    for row in LISTS["attendance"]:
        sheet.append(list(row))
    sheet.sheet_state = state
    data = saved(book)
    assert identify(data) is not None
    reading = read_workbook(data, 1)
    assert [finding.code for finding in reading.findings] == [LIST_OF_PEOPLE]
    assert reading.cells.is_empty()


@pytest.mark.slow
@pytest.mark.parametrize("period", ["2026", "2026-H1", "2026-2030"])
def test_a_form_is_no_list(written: Callable[..., bytes], period: str) -> None:
    assert read_workbook(written(period=period), 1).is_readable


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
@pytest.mark.parametrize("separator", [";", "\t", ","])
def test_a_list_saved_as_text_is_refused_as_a_list(encoding: str, separator: str) -> None:
    lines = [("Name", "Vorname", "Unterschrift"), *((last.replace("ı", "i"), first, "") for last, first, _ in PEOPLE)]
    data = "\r\n".join(separator.join(line).replace("ş", "s") for line in lines).encode(encoding)
    assert [finding.code for finding in read_workbook(data, 1).findings] == [LIST_OF_PEOPLE]


@pytest.mark.parametrize("data", [b"", b"\x00" * 5000, b"Kurs;Plaetze\n1;2\n", b"%PDF-1.7 Name;Vorname", b'"' * 9000])
def test_other_bytes_are_told_for_what_they_are(data: bytes) -> None:
    assert LIST_OF_PEOPLE not in {finding.code for finding in read_workbook(data, 1).findings}


def test_a_long_list_is_not_read_to_its_end() -> None:
    class Counted(list[list[str]]):
        read = 0

        def __iter__(self):
            for row in super().__iter__():
                Counted.read += 1
                yield row

    rows = Counted([["Kurs", "Raum"]] * 50_000)
    assert not is_list_of_people(rows)
    assert Counted.read <= 1_001
