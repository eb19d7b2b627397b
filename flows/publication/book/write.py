"""The workbook as a whole, and its bytes: the same tables give the same ones."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import partial
from pathlib import Path

from openpyxl import Workbook

from expectations.german import date_text
from flows.publication.book import cover, groups, lists
from flows.publication.book.page import Page, page_on, sign
from flows.publication.book.styles import looks_of
from flows.publication.report.edition import Edition, edition_of
from flows.publication.report.wording import WATERMARK
from flows.publication.tables import PublicTables

_TITLE_MAX = 31
_NOT_IN_TITLES = re.compile(r"\s*[\[\]:*?/\\]\s*")
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_SAVED_AT = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def write_book(tables: PublicTables, target: Path) -> None:
    """Write the workbook of a release.

    Args:
        tables: what is published.
        target: the file.
    """
    edition = edition_of(tables)
    unpacked = io.BytesIO()
    workbook_of(edition, tables).save(unpacked)
    target.write_bytes(_packed(unpacked.getvalue(), edition))


@dataclass(frozen=True)
class _Plan:
    """A sheet to be drawn.

    Attributes:
        about: what stands on it, for the cover.
        widths: of its columns.
        draw: draws it.
        pages_high: see `page.page_on`.
    """

    title: str
    about: str
    widths: Sequence[float]
    draw: Callable[[Page], None]
    pages_high: int | None = 0


def workbook_of(edition: Edition, tables: PublicTables) -> Workbook:
    """The workbook, drawn but not yet written."""
    workbook = Workbook()
    first = workbook.worksheets[0]
    first.title = "Titel"
    looks = looks_of(first)
    plans = (_overview(edition), *_groups(edition), *_lists(edition, tables))
    pages = [page_on(first, looks, cover.COVER_WIDTHS, pages_high=1)]
    cover.draw_cover(pages[0], edition, {plan.title: plan.about for plan in plans})
    for plan in plans:
        page = page_on(workbook.create_sheet(plan.title), looks, plan.widths, plan.pages_high)
        plan.draw(page)
        pages.append(page)
    footer = f"WIR-Monitoring, {_named(edition)}".replace("&", "&&")
    for page in pages:
        sign(page, footer, WATERMARK if edition.about.is_demo else "")
    _describe(workbook, edition)
    return workbook


def _overview(edition: Edition) -> _Plan:
    return _Plan(
        "Überblick",
        "Alle Kennzahlen des Landes, Zeiträume nebeneinander",
        lists.overview_widths(edition),
        partial(lists.draw_overview, edition=edition, head=_head(edition)),
        pages_high=1,
    )


def _groups(edition: Edition) -> Iterator[_Plan]:
    for group, indicators in edition.groups.items():
        yield _Plan(
            _title(group),
            ", ".join(indicator.name for indicator in indicators),
            groups.group_widths(edition),
            partial(groups.draw_group, edition=edition, group=group, head=_head(edition)),
            pages_high=None,
        )


def _lists(edition: Edition, tables: PublicTables) -> tuple[_Plan, ...]:
    head = _head(edition)
    return (
        _Plan(
            "Berichtsstand",
            "Wer wann zu berichten hatte und berichtet hat",
            lists.REPORTING_WIDTHS,
            partial(lists.draw_reporting, tables=tables, head=head),
        ),
        _Plan(
            "Berichtigungen",
            "Was gegenüber der vorigen Veröffentlichung anders ist, und warum",
            lists.CORRECTIONS_WIDTHS,
            partial(lists.draw_corrections, edition=edition, tables=tables, head=head),
        ),
        _Plan(
            "Geheimhaltung",
            "Wie viele Werte geheim gehalten werden, und warum",
            lists.SUPPRESSED_WIDTHS,
            partial(lists.draw_suppressed, tables=tables, head=head),
        ),
        _Plan(
            "Kennzahlen",
            "Definition, Formel, Nenner und Hinweise zu jeder Kennzahl",
            lists.CATALOGUE_WIDTHS,
            partial(lists.draw_catalogue, edition=edition, head=head),
        ),
    )


def _head(edition: Edition) -> list[tuple[str, str]]:
    return [(_named(edition), "note.line"), *cover.marks_of(edition.about)]


def _named(edition: Edition) -> str:
    return f"Veröffentlichung {edition.about.name} vom {date_text(edition.about.released_on)}"


def _title(group: str) -> str:
    """A group's name as a sheet's: without the signs that Excel refuses."""
    return _NOT_IN_TITLES.sub(" – ", group)[:_TITLE_MAX]


def _describe(workbook: Workbook, edition: Edition) -> None:
    properties = workbook.properties
    properties.title = f"WIR-Monitoring, Veröffentlichung {edition.about.name}"
    properties.creator = properties.lastModifiedBy = "WIR-Monitoring"
    properties.language = "de-DE"
    properties.created = datetime.combine(edition.about.released_on, time())


def _packed(data: bytes, edition: Edition) -> bytes:
    """The package again with times that are the release's, not those of the saving."""
    saved_at = f"{edition.about.released_on.isoformat()}T00:00:00Z".encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _SAVED_AT.sub(rb"\g<1>" + saved_at + rb"\g<2>", content)
            target.writestr(zipfile.ZipInfo(name, _ZIP_DATE), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
