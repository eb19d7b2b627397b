"""The first sheet: what this is, how it is read, and where everything stands."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from openpyxl.worksheet.hyperlink import Hyperlink

from expectations.german import date_text
from flows.publication.book.page import Page
from flows.publication.report.edition import About, Edition
from flows.publication.report.wording import LEGEND, SHORT_STATES_DE, STATES_DE, WATERMARK
from flows.settings import berlin_date

COVER_WIDTHS = (34.0, 116.0)
_HOW_TO_READ = (
    "Je Gruppe von Kennzahlen gibt es ein Blatt: untereinander das Land, seine Teile und die Kommunen.",
    "Nebeneinander stehen die Zeiträume. Ein Halbjahr ist im Jahr enthalten; beide werden nie addiert.",
    "Bei jeder Tabelle steht, worauf sie beruht. Summen und Quoten zählen nur Kommunen mit Angabe.",
    "Die Werte der Kommunen in allen Gliederungen stehen in den Dateien figures.csv und figures.parquet.",
)
_SOURCES = (
    "Berichte der Kommunen (Halbjahres-, Jahres- und Schlussberichte), soweit sie in Kraft sind; Bescheid- und "
    "Auszahlungsregister des Ministeriums; Eingangsregister; Einwohnerzahlen der amtlichen Statistik. Welche Felder "
    "eine Kennzahl liest, steht im Katalog der Datenbank für die Rechnungsprüfung."
)


def marks_of(about: About) -> list[tuple[str, str]]:
    """What must be said of the release wherever it is read."""
    marks = [(WATERMARK, "mark")] if about.is_demo else []
    if about.unapproved:
        said = f"Noch nicht freigegeben waren bei der Veröffentlichung {about.unapproved} geltende Berichte."
        marks.append((said, "mark"))
    return marks


def draw_cover(page: Page, edition: Edition, contents: Mapping[str, str]) -> None:
    """Draw the first sheet.

    Args:
        page: the empty sheet with `COVER_WIDTHS`.
        edition: what is published.
        contents: title of each further sheet → what stands on it.
    """
    about = edition.about
    page.put([("WIR-Monitoring", "title")], height=30)
    page.put([(f"Veröffentlichung {about.name} vom {date_text(about.released_on)}", "subtitle")], height=20)
    page.put([(f"Stand der Daten: {date_text(berlin_date(_aware(about.business_at)))}", "subtitle")], height=20)
    for text, look in marks_of(about):
        page.put([(text, look)])
    _draw_part(page, "So ist sie zu lesen", [("", text) for text in _HOW_TO_READ])
    _draw_part(page, "Zeichen", _signs())
    _draw_contents(page, contents)
    _draw_part(page, "Quellen", [("", _SOURCES)])
    proof = (("Programm", about.program_version), ("Journal bis Prüfsumme", about.head_hash))
    _draw_part(page, "Nachweis", [(label, text or "–") for label, text in proof])


def _aware(moment: datetime) -> datetime:
    """The database holds UTC without saying so."""
    return moment.replace(tzinfo=UTC)


def _signs() -> list[tuple[str, str]]:
    """The legend, each sign as it stands in the cells."""
    short = {STATES_DE[state]: sign for state, sign in SHORT_STATES_DE.items()}
    return [(short.get(sign, sign), meaning) for sign, meaning in LEGEND.items()]


def _draw_part(page: Page, title: str, rows: Sequence[tuple[str, str]]) -> None:
    page.skip()
    page.put([(title, "heading")], height=22)
    for label, text in rows:
        page.put_table_row([(label, "strong" if label else "text"), (text, "text")])


def _draw_contents(page: Page, contents: Mapping[str, str]) -> None:
    page.skip()
    page.put([("Inhalt", "heading")], height=22)
    for title, text in contents.items():
        place = f"A{page.row}"
        page.put_table_row([(title, "link"), (text, "text")])
        quoted = title.replace("'", "''")
        page.sheet[place].hyperlink = Hyperlink(ref=place, location=f"'{quoted}'!A1", display=title)
        page.sheet[place]._style = page.looks["link"]
