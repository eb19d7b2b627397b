"""A name typed anywhere into a form reaches no output: planted place by place in real files, then looked for."""

import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zipfile import ZipFile

import duckdb
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from rich.console import Console

from expectations.form import Field, form_of
from expectations.layout import layout_of
from expectations.markers import MARKS_SHEET
from expectations.period import parse_period
from expectations.privacy import MASK
from flows import line
from flows.demo.files import values_of
from flows.demo.reports import right_report
from flows.demo.story import Story
from flows.desk import check_files, submit_files
from flows.feedback import as_document, plain_text, print_night, protocol
from flows.ledger import documents, open_ledger
from flows.nightly.report import as_markdown, as_table
from flows.records import NightReport
from flows.settings import DataFolder
from flows.template import prefill_for, write_template

AGS, PERIOD, NIGHT = "06431", "2026", datetime(2027, 3, 2, 2, 15, tzinfo=UTC)
FORM, LAYOUT = form_of(2026), layout_of(form_of(2026))
NOT_TEXT = ("posts.fte_filled", "finances.expenditure_eur", "cover.prepared_on", "posts.filled_from", "strategy.status")
"""A number, money, dates and a choice: whatever else is typed there is quoted by an error."""
CHOICES = ("languages.language", "forwarded_funds.carrier_type", "posts.grant", "drawdowns.grant")
Plant = Callable[[Workbook, str], None]


@dataclass(frozen=True)
class Planted:
    """A file and the name that was planted into it; `given` is what was typed."""

    place: str
    name: str
    given: str
    file: Path


def at(field: Field, row: int = 0) -> Plant:
    def plant(book: Workbook, given: str) -> None:
        place = LAYOUT.fields[field.path]
        book[place.sheet].cell(place.row + row, place.column, given)

    return plant


def explained_twice(book: Workbook, given: str) -> None:
    """A remark holds a name, and so does the explanation that says it is none."""
    at(field_of("posts.remark"))(book, given)
    for name, text in {"finding_code": "R-DSG-01", "explanation": f"Das ist keine Person, sondern {given}"}.items():
        at(field_of(f"explanations.{name}"))(book, text)


def another_sheet(book: Workbook, given: str) -> None:
    book.create_sheet("Notizen")["B7"] = given


def named_sheet(book: Workbook, given: str) -> None:
    book.create_sheet(given[:31])["B7"] = "Inhalt"


def renamed_sheet(book: Workbook, given: str) -> None:
    for number, sheet in enumerate(book.worksheets[:12]):
        sheet.title = f"{given} {number}"


def stray_cell(book: Workbook, given: str) -> None:
    book["05 Anlaufstelle"]["T40"] = given


def note(book: Workbook, given: str) -> None:
    book["02 Personal"]["J9"].comment = Comment(given, given)


def altered_print(book: Workbook, given: str) -> None:
    at(field_of("cover.body_name"))(book, given)


def property_of_file(book: Workbook, given: str) -> None:
    book.properties.creator = book.properties.title = given


def long_text(book: Workbook, given: str) -> None:
    """The name stands where a quotation would be cut."""
    book["05 Anlaufstelle"]["T40"] = "Lange Vorrede, die niemand kürzt. " * 2 + given


def field_of(path: str) -> Field:
    return next(field for field in FORM.fields() if field.path == path)


def plants() -> Iterator[tuple[str, Plant]]:
    for field in FORM.fields():
        is_typed = field.type == "text" and not field.locked and field.path != "cover.contact_mailbox"
        if is_typed or field.path in {*NOT_TEXT, *CHOICES}:
            yield field.path, at(field)
    for plant in (explained_twice, another_sheet, named_sheet, renamed_sheet, stray_cell, note, altered_print):
        yield plant.__name__, plant
    yield from (("property", property_of_file), ("long text", long_text), ("file name", lambda book, given: None))


@pytest.fixture(scope="module")
def planted(story: Story, tmp_path_factory: pytest.TempPathFactory) -> list[Planted]:
    folder = tmp_path_factory.mktemp("planted")
    report, period = right_report(story.works[AGS], parse_period(PERIOD), date(2027, 2, 15)), parse_period(PERIOD)
    base = io.BytesIO()
    write_template(FORM, period, prefill_for(story.frames, AGS, period), base, values=values_of(FORM, report))
    return [plant_into(base, folder, number, *one) for number, one in enumerate(plants())] + [mailbox(base, folder)]


def plant_into(base: io.BytesIO, folder: Path, number: int, place: str, plant: Plant) -> Planted:
    name = "Quastenflosser" + chr(97 + number // 26) + chr(97 + number % 26)
    given = f"Frau {name}"
    book = load_workbook(base)
    plant(book, given)
    file = folder / (f"Bericht_{given.replace(' ', '_')}.xlsx" if place == "file name" else f"{number}.xlsx")
    book.save(file)
    return Planted(place, name, given, file)


def mailbox(base: io.BytesIO, folder: Path) -> Planted:
    book = load_workbook(base)
    at(field_of("cover.contact_mailbox"))(book, "zoe.quastenflosserin@kreis.example")
    book.save(folder / "mailbox.xlsx")
    return Planted("cover.contact_mailbox", "quastenflosserin", "zoe.quastenflosserin@", folder / "mailbox.xlsx")


@dataclass(frozen=True)
class Outputs:
    """Everything that people and programs get to see, as text by where it was found."""

    texts: dict[str, str]
    folder: DataFolder
    report: NightReport


@pytest.fixture(scope="module")
def outputs(planted: list[Planted], tmp_path_factory: pytest.TempPathFactory) -> Outputs:
    folder = DataFolder(tmp_path_factory.mktemp("house") / "data")
    line.begin(folder, business_at=NIGHT)
    submit_files(folder, [one.file for one in planted], sender="Frau Quastenflosserxx")
    report = line.run_night(folder, business_at=NIGHT)
    texts = {
        "night": repr(report) + as_markdown(report) + str(as_table(report)),
        "stdout": printed(report),
        "documents": json.dumps(documents(open_ledger(folder), "judgement"), ensure_ascii=False),
        **database_texts(folder.database),
        **{str(file.name): shown_of(file) for file in folder.feedback.rglob("*.*") if file.is_file()},
    }
    checked = check_files(None, [one.file for one in planted if one.place != "file name"])
    texts |= {f"check {one.file}": json.dumps(as_document(one), ensure_ascii=False) for one in checked}
    texts |= {f"protocol {one.file}": plain_text(protocol(one)) for one in checked}
    return Outputs(texts, folder, report)


def printed(report: NightReport) -> str:
    out = io.StringIO()
    print_night(report, Console(file=out, width=200))
    return out.getvalue()


def database_texts(database: Path) -> dict[str, str]:
    with duckdb.connect(str(database), read_only=True) as connection:
        names = connection.execute("SELECT schema_name || '.\"' || table_name || '\"' FROM duckdb_tables()").fetchall()
        views = connection.execute(
            "SELECT schema_name || '.\"' || view_name || '\"' FROM duckdb_views() WHERE NOT internal"
        ).fetchall()
        return {name: str(connection.execute(f"SELECT * FROM {name}").fetchall()) for (name,) in [*names, *views]}


def shown_of(file: Path) -> str:
    """What we wrote: a text as it is; of a marked workbook our sheet and our notes, for the cells are the sender's."""
    if file.suffix != ".xlsx":
        return file.read_text(encoding="utf-8")
    book = load_workbook(file)
    own = [str(cell.value) for row in book[MARKS_SHEET].iter_rows() for cell in row] if MARKS_SHEET in book else []
    with ZipFile(file) as package:
        comments = [package.read(name).decode() for name in package.namelist() if "comment" in name.lower()]
    ours = [text for text in comments if "Prüf" in text or "R-" in text]
    return " ".join([*own, *ours])


PLACES = [place for place, _ in plants()] + ["cover.contact_mailbox"]


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_it_reaches_no_output(outputs: Outputs, planted: list[Planted], place: str) -> None:
    (one,) = [one for one in planted if one.place == place]
    found = [where for where, text in outputs.texts.items() if one.name.casefold() in text.casefold()]
    if place == "note":
        found = [where for where in found if not where.endswith(".xlsx")]  # their own note in their own file
    assert found == []


@pytest.mark.slow
def test_every_file_was_judged_and_said_something_of_it(outputs: Outputs, planted: list[Planted]) -> None:
    assert outputs.report.received == len(planted)
    assert MASK in outputs.texts["documents"]
    assert MASK in outputs.texts['reports."cells"']
    unseen = {"property", "file name"}
    said = re.findall(r"'code': 'R-DSG-0[12]'|R-DSG-0[12]", outputs.texts['intake."findings"'])
    assert len(said) >= len([field for field in FORM.fields() if field.type == "text" and not field.locked]) - len(
        unseen
    )


@pytest.mark.slow
def test_the_sender_of_a_submission_stays_in_the_erasable_texts(outputs: Outputs) -> None:
    assert [where for where, text in outputs.texts.items() if "Quastenflosserxx" in text] == []


@pytest.mark.slow
def test_only_the_archive_the_cache_and_the_ledger_hold_the_original(outputs: Outputs, planted: list[Planted]) -> None:
    """Bytes are not enough to find it in packed files, so the rooms themselves are named."""
    rooms = {path.relative_to(outputs.folder.root).parts[0] for path in outputs.folder.root.rglob("*")}
    names = {"archive", "cache", "feedback", "published", "build.lock", "inbox"}
    assert {room for room in rooms if not room.startswith("ledger.sqlite")} <= names


@pytest.mark.slow
def test_a_name_that_is_none_is_explained_and_accepted_and_stays_masked(
    outputs: Outputs, planted: list[Planted]
) -> None:
    with duckdb.connect(str(outputs.folder.database), read_only=True) as connection, suppress(duckdb.Error):
        rows = connection.execute(
            "SELECT explained, message FROM intake.findings WHERE code = 'R-DSG-01' AND explained <> ''"
        ).fetchall()
    assert rows
    assert {explained for explained, _ in rows} == {MASK}
