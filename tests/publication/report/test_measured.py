"""Whoever measures the pictures of the report learns nothing that the public figures do not say."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from lxml import html

from flows.publication.report import report_page
from flows.publication.tables import PublicTables
from tests.publication.report.public import Public
from tests.publication.report.releases import hide, made_tables, with_figure
from tests.publication.report.ruler import beyond, charts, maps
from tests.publication.report.told import untold

HIDDEN = (
    {"indicator_id": "LOT-01", "period": "2027", "area_key": "06", "breakdown": "gesamt"},
    {"indicator_id": "ANL-01", "period": "2027-H1", "area_key": "06", "breakdown": "gesamt"},
    {"indicator_id": "KOO-05", "period": "2027", "area_key": "06", "breakdown": "gesamt"},
    {"indicator_id": "KOO-05", "period": "2028", "area_key": "066", "breakdown": "gesamt"},
    {"indicator_id": "ANL-01", "period": "2028", "area_key": "06", "breakdown": "channel=Telefon"},
    {"indicator_id": "ANL-01", "period": "2028", "area_key": "06431", "breakdown": "gesamt"},
    {"indicator_id": "MIT-02", "period": "2028", "area_key": "065", "breakdown": "gesamt"},
    {"indicator_id": "MIT-02", "period": "2028", "area_key": "066", "breakdown": "gesamt"},
    {"indicator_id": "MIT-02", "period": "2028", "area_key": "06433", "breakdown": "gesamt"},
    {"indicator_id": "MIT-02", "period": "2028", "area_key": "06434", "breakdown": "gesamt"},
)
"""In charts in time, of areas and of parts, on maps, of both kinds of report, of a sum, a quota and a median."""


@pytest.fixture(scope="module")
def true() -> PublicTables:
    """Three years and their half-years, what will be hidden unlike anything else."""
    tables = made_tables(*(f"{year}{half}" for year in (2026, 2027, 2028) for half in ("-H1", "")))
    for number, where in enumerate(HIDDEN, start=1):
        tables = with_figure(tables, where, value=Decimal(11 * number), numerator=Decimal(11 * number))
    return tables


def _public(tables: PublicTables) -> Public:
    return Public(tables.figures, tables.catalogue)


@pytest.fixture(scope="module")
def released(true: PublicTables) -> PublicTables:
    tables = true
    for where in HIDDEN:
        tables = hide(tables, **where)
    return tables


@pytest.fixture(scope="module")
def drawn(released: PublicTables) -> str:
    return report_page(released)


def _found(page: str, public: Public) -> list[str]:
    tree = html.document_fromstring(page)
    return [*beyond(tree, public), *untold(tree, public)]


def test_all_that_can_be_measured_is_public(drawn: str, released: PublicTables) -> None:
    assert _found(drawn, _public(released)) == []


def test_there_is_something_to_measure(drawn: str) -> None:
    tree = html.document_fromstring(drawn)
    marks = [mark for chart in charts(tree) for mark in chart.marks]
    assert len(marks) > 50
    assert sum(mark.written == "." for mark in marks) == 7
    assert [tile.short for _, tiles, _ in maps(tree) for tile in tiles if tile.written == "."] == ["GG", "HTK", "HP"]


@pytest.mark.slow
@pytest.mark.parametrize("where", HIDDEN, ids=lambda where: "-".join(where.values()))
def test_one_hidden_figure_that_is_drawn_all_the_same_is_found(
    where: dict[str, str], true: PublicTables, released: PublicTables
) -> None:
    """He is no straw man: a page on which a single figure is not hidden betrays it."""
    value, numerator = true.figures.filter(**where).select("value", "numerator").row(0)
    leaking = with_figure(released, where, state="ok", value=value, numerator=numerator)
    of_it = replace(leaking, catalogue=leaking.catalogue.filter(id=where["indicator_id"]))
    assert _found(report_page(of_it), _public(released)) != []


def _longer(page: str) -> str:
    return page.replace('h34v96h-34Z"', 'h34v95h-34Z"', 1)


def _drawn_unseen(page: str) -> str:
    return page.replace('<line x2="0"', '<path d="M0,4.5h17v14h-17Z" fill="none"/><line x2="0"', 1)


def _dot_moved(page: str) -> str:
    at = page.index(">.</text><text")
    begin = page.rindex("translate(", 0, at)
    return f"{page[:begin]}translate(13.7,{page[page.index(',', begin) + 1 :]}"


def _tile_moved(page: str) -> str:
    return page.replace('<g transform="translate(172,368)"><rect', '<g transform="translate(173,368)"><rect')


def _tile_coloured(page: str) -> str:
    at = page.rindex(">.</text></g>")
    begin = page.rindex('<g transform="translate', 0, at)
    return page[:begin] + page[begin:at].replace("#f1f1f1", "#2f6fab") + page[at:]


def _reordered(page: str) -> str:
    first, second = ">Reg.-Bez. Gießen</text>", ">Reg.-Bez. Kassel</text>"
    return page.replace(first, ">#</text>").replace(second, first).replace(">#</text>", second)


def _described(page: str) -> str:
    return page.replace(
        "Balkendiagramm: Nach Gebiet und Art, Jahr 2028. Von ", "Balkendiagramm: Nach. Von 1 (x) bis ", 1
    )


@pytest.mark.parametrize(
    "spoil",
    [_longer, _drawn_unseen, _dot_moved, _tile_moved, _tile_coloured, _reordered, _described],
    ids=lambda spoil: spoil.__name__.strip("_"),
)
def test_a_picture_that_says_more_than_its_words_is_found(
    spoil: Callable[[str], str], drawn: str, released: PublicTables
) -> None:
    spoiled = spoil(drawn)
    assert spoiled != drawn
    assert beyond(html.document_fromstring(spoiled), _public(released)) != []
