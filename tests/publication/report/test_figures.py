"""Numbers as the report forms them: newest periods, changes, maps, words."""

from dataclasses import replace
from decimal import Decimal

import polars as pl
import pytest

from expectations.period import parse_period
from flows.publication.report.change import change_of, change_text
from flows.publication.report.edition import Edition, Indicator, edition_of
from flows.publication.report.tiles import MAPPED, indicator_maps, map_grid
from flows.publication.report.wording import brief_text, explained, figure_text, period_name, plain, value_text
from flows.publication.tables import PublicTables
from tests.publication.report.releases import hide, made_tables, with_figure

NBSP = "\u00a0"
_KEY = ("indicator_id", "period", "area_key", "breakdown")
TWO_YEARS = ("2026-H1", "2026", "2027-H1", "2027")


def _indicator(edition: Edition, indicator_id: str) -> Indicator:
    return next(each for each in edition.indicators if each.id == indicator_id)


def _change(tables: PublicTables, indicator_id: str, period: str = "2027") -> str:
    edition = edition_of(tables)
    indicator = _indicator(edition, indicator_id)
    change = change_of(edition, indicator, parse_period(period))
    return change_text(indicator, change).replace(NBSP, " ") if change else ""


# --- changes ---------------------------------------------------------------------------------------------------------


def test_an_amount_changes_in_per_cent_of_the_year_before() -> None:
    assert _change(made_tables(*TWO_YEARS), "ANL-01") == "+10,0 % gegenüber Jahr 2026 (dieselben 33 Kommunen)"


def test_a_half_year_is_compared_with_the_half_year_before() -> None:
    change = _change(made_tables(*TWO_YEARS), "ANL-01", "2027-H1")
    assert change == "+10,0 % gegenüber 1. Halbjahr 2026 (dieselben 33 Kommunen)"


@pytest.mark.slow
def test_a_half_year_is_never_compared_with_a_year() -> None:
    assert _change(made_tables("2026", "2027-H1"), "ANL-01", "2027-H1") == ""


def test_a_rate_changes_in_percentage_points() -> None:
    tables = made_tables(*TWO_YEARS)
    changed = with_figure(
        tables, {"indicator_id": "MIT-02", "period": "2027", "area_kind": "body"}, numerator=Decimal("104.5")
    )
    assert _change(changed, "MIT-02") == "+5,0 Prozentpunkte gegenüber Jahr 2026 (dieselben 33 Kommunen)"
    assert _change(tables, "MIT-02").startswith("±0,0 Prozentpunkte")


def test_a_body_without_a_report_does_not_look_like_a_change() -> None:
    gone = {"indicator_id": "ANL-01", "period": "2027", "area_key": "06412"}
    tables = with_figure(made_tables(*TWO_YEARS), gone, state="missing_report", value=None, numerator=None)
    assert _change(tables, "ANL-01") == "+10,0 % gegenüber Jahr 2026 (dieselben 32 Kommunen)"


def test_a_hidden_body_takes_no_part_in_a_change() -> None:
    tables = hide(made_tables(*TWO_YEARS), indicator_id="LOT-01", period="2026", area_key="06431")
    assert _change(tables, "LOT-01").endswith("(dieselben 32 Kommunen)")


def test_where_all_bodies_are_hidden_no_change_is_told() -> None:
    tables = hide(made_tables(*TWO_YEARS), indicator_id="LOT-01", period="2026", area_kind="body")
    assert _change(tables, "LOT-01") == ""


def test_a_change_that_rests_on_a_minority_of_the_bodies_is_not_told() -> None:
    tables = made_tables(*TWO_YEARS)
    few = {"indicator_id": "LOT-01", "period": "2026", "area_kind": "body"}
    large = pl.col("area_key").str.len_chars() == 5
    hidden = hide(tables, **few).figures.filter(large)
    tables = replace(tables, figures=pl.concat([tables.figures.join(hidden, on=_KEY, how="anti"), hidden]))
    assert _change(tables, "LOT-01") == ""


def test_where_the_total_is_hidden_no_change_is_told() -> None:
    tables = hide(made_tables(*TWO_YEARS), indicator_id="LOT-01", period="2027", area_kind="land")
    assert _change(tables, "LOT-01") == ""


def test_a_rate_whose_numerators_are_not_public_has_no_change() -> None:
    where = {"indicator_id": "MIT-02", "period": "2027", "area_key": "06431"}
    assert _change(with_figure(made_tables(*TWO_YEARS), where, numerator=None), "MIT-02") == ""


def test_a_median_is_compared_as_a_median_of_the_same_bodies() -> None:
    where = {"indicator_id": "KOO-05", "period": "2027", "area_kind": "body"}
    assert _change(with_figure(made_tables(*TWO_YEARS), where, value=Decimal(80)), "KOO-05").startswith("−10,0 Prozent")


def test_a_number_of_distinct_things_is_never_compared() -> None:
    assert _change(made_tables(*TWO_YEARS), "DOL-04") == ""


def test_what_was_nothing_before_changes_by_a_number_and_not_by_per_cent() -> None:
    where = {"indicator_id": "ANL-01", "period": "2026", "area_kind": "body"}
    tables = with_figure(made_tables(*TWO_YEARS), where, value=Decimal(0))
    assert _change(tables, "ANL-01").startswith("+3.630 gegenüber")


# --- the period that is told -----------------------------------------------------------------------------------------


def test_the_newest_year_is_told_even_if_its_figure_cannot_be_formed() -> None:
    edition = edition_of(made_tables(*TWO_YEARS))
    assert edition.newest(_indicator(edition, "MIT-06")) == parse_period("2027")


def test_in_the_first_half_year_only_what_is_asked_has_a_period() -> None:
    edition = edition_of(made_tables("2026-H1"))
    assert edition.newest(_indicator(edition, "ANL-01")) == parse_period("2026-H1")
    assert edition.newest(_indicator(edition, "MIT-01")) is None


def test_groups_come_as_the_money_goes() -> None:
    assert list(edition_of(made_tables()).groups)[:3] == ["Mittel", "Koordination & Strategie", "Anlaufstelle/Beratung"]


# --- maps ------------------------------------------------------------------------------------------------------------


def test_every_body_has_its_tile_and_no_two_share_a_place() -> None:
    for each in indicator_maps(edition_of(made_tables())):
        assert len({(tile.x, tile.y) for tile in each.tiles}) == len(each.tiles) == 33


def test_money_by_inhabitants_is_never_mapped() -> None:
    assert "MIT-06" not in MAPPED


def test_a_count_without_direction_is_mapped_without_steps() -> None:
    maps = {each.caption: each for each in indicator_maps(edition_of(made_tables()))}
    count = maps["Anfragen an die Anlaufstelle, Jahr 2026"]
    assert len({tile.tone for tile in count.tiles}) == 1
    assert "keine Rangfolge" in count.note
    assert len(maps["Mittelabrufquote in Prozent, Jahr 2026"].legend) == 4


def test_a_hidden_tile_shows_a_dot_and_the_legend_explains_it() -> None:
    tables = hide(made_tables(), indicator_id="ANL-01", period="2026", area_key="06431")
    found = next(each for each in indicator_maps(edition_of(tables)) if each.caption.startswith("Anfragen"))
    assert [tile.text for tile in found.tiles if tile.short == "HP"] == ["."]
    assert [key.name for key in found.legend] == [". = geheim gehalten"]


def test_the_table_of_the_maps_has_all_bodies_by_district() -> None:
    grid = map_grid(edition_of(made_tables()))
    assert grid is not None
    assert [(part.head, len(part.rows)) for part in grid.parts] == [
        ("Regierungsbezirk Darmstadt", 17), ("Regierungsbezirk Gießen", 8), ("Regierungsbezirk Kassel", 8)
    ]  # fmt: skip


def test_a_catalogue_without_mapped_indicators_has_no_maps() -> None:
    tables = made_tables()
    edition = edition_of(replace(tables, catalogue=tables.catalogue.filter(pl.col("id") == "DOL-04")))
    assert indicator_maps(edition) == []
    assert map_grid(edition) is None


# --- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("indicator_id", "value", "brief", "full"),
    [
        ("MIT-01", "4484000.5", "4,48 Mio. €", "4.484.000,50 €"),
        ("MIT-01", "999999.4", "999.999 €", "999.999,40 €"),
        ("MIT-02", "93.46", "93,5 %", "93,5 %"),
        ("ANL-01", "16041", "16.041", "16.041"),
        ("ANL-01", "16040.5", "16.041", "16.041"),
        ("MIT-02", "93.45", "93,5 %", "93,5 %"),
    ],
)
def test_values_are_written_as_in_germany(indicator_id: str, value: str, brief: str, full: str) -> None:
    indicator = _indicator(edition_of(made_tables()), indicator_id)
    assert brief_text(indicator, Decimal(value)).replace(NBSP, " ") == brief
    assert value_text(indicator, Decimal(value)).replace(NBSP, " ") == full


def test_every_state_has_its_word_and_none_is_a_zero() -> None:
    edition = edition_of(made_tables())
    indicator = _indicator(edition, "ANL-01")
    figure = edition.figure("ANL-01", parse_period("2026"))
    words = [
        figure_text(indicator, replace(figure, state=state, value=None))
        for state in ("not_recorded", "missing_report", "not_applicable", "hidden")
    ]
    assert words == ["nicht erhoben", "Bericht fehlt", "nicht anwendbar", "."]


def test_periods_have_german_names() -> None:
    names = [period_name(parse_period(code)) for code in ("2026", "2026-H1", "2026-2030")]
    assert names == ["Jahr 2026", "1. Halbjahr 2026", "Förderzeitraum 2026–2030"]


def test_how_areas_are_formed_is_told_once() -> None:
    edition = edition_of(made_tables())
    indicator = _indicator(edition, "KOO-05")
    assert explained(indicator) == "Der Wert eines Gebiets ist der Median seiner Kommunen, keine Summe."
    assert explained(replace(indicator, notes="Gebiete: Median.")) == "Gebiete: Median."


def test_plain_text_keeps_spaces_that_hold_together() -> None:
    assert plain(f"93,5{NBSP}%\u200b\x00") == f"93,5{NBSP}% "
