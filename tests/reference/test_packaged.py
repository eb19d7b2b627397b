"""The public facts that come with the program."""

from datetime import date

import holidays
import polars as pl
import pytest

from flows.reference import DATASETS, load, packaged
from flows.reference.datasets import packaged_file

PACKAGED = [name for name, dataset in DATASETS.items() if dataset.is_packaged]


def at(frame: pl.DataFrame, day: date) -> pl.DataFrame:
    return frame.filter((pl.col("valid_from") <= day) & (pl.col("valid_to") >= day))


@pytest.mark.parametrize("name", PACKAGED)
def test_a_packaged_file_passes_its_own_checks(name: str) -> None:
    assert load(packaged_file(name), name).equals(packaged().frames[name])


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 12, 31), {"Landkreis": 21, "Kreisfreie Stadt": 5, "Sonderstatusstadt": 7}),
        (date(2026, 1, 1), {"Landkreis": 21, "Kreisfreie Stadt": 6, "Sonderstatusstadt": 6}),
    ],
)
def test_there_are_33_bodies_before_and_after_hanau_left_its_kreis(day: date, expected: dict[str, int]) -> None:
    assert dict(at(packaged().frames["municipalities"], day)["type"].value_counts().iter_rows()) == expected


def test_every_body_has_a_population_at_every_time() -> None:
    frames = packaged().frames
    bodies = frames["municipalities"].select("ags", "valid_from")
    counted = frames["population"].select("ags", "valid_from")
    assert bodies.join(counted, on=["ags", "valid_from"], how="anti").is_empty()
    main_kinzig = frames["population"].filter(pl.col("ags") == "06435").sort("valid_from")
    assert main_kinzig["population"].to_list() == [434002, 318462]


def test_each_sonderstatusstadt_lies_in_a_kreis_that_reports_too() -> None:
    frame = packaged().frames["municipalities"]
    cities = frame.filter(pl.col("type") == "Sonderstatusstadt")
    kreise = frame.filter(pl.col("type") == "Landkreis")["ags"]
    assert cities["kreis_ags"].is_in(kreise.implode()).all()


@pytest.mark.slow
def test_the_holidays_are_those_of_hessen() -> None:
    expected = holidays.country_holidays("DE", subdiv="HE", years=range(2026, 2033))
    assert packaged().frames["holidays"]["date"].to_list() == sorted(expected)


def test_every_parameter_says_how_sure_it_is_and_where_it_comes_from() -> None:
    frame = packaged().frames["parameters"]
    assert frame["source"].null_count() == 0
    texts = set(frame.filter(pl.col("number").is_null())["name"])
    assert texts == {"half_year_due", "year_due"}
    in_2026 = dict(at(frame, date(2026, 12, 31)).select("name", "value").iter_rows())
    assert in_2026["basic_training_eur_per_unit"] == "12.50"
    assert in_2026["micro_projects_active"] == "0"
    assert "micro_projects_eur_per_year" not in in_2026


def test_base_rates_change_on_two_days_a_year_and_say_how_sure_they_are() -> None:
    frame = packaged().frames["base_rates"]
    days = [(year, month) for year in range(2021, 2027) for month in (1, 7)]
    assert frame["valid_from"].to_list() == [date(year, month, 1) for year, month in days]
    assert frame["source"].null_count() == 0
    unsure = frame.filter(pl.col("certainty") != "C")
    assert unsure["valid_from"].to_list() == [date(2025, 1, 1), date(2026, 7, 1)]
    assert unsure["note"].null_count() == 0


def test_the_ministrys_registers_are_not_packaged_but_have_their_columns() -> None:
    for name in ("grants", "drawdowns", "targets", "claims"):
        assert packaged().frames[name].is_empty()
        assert packaged().frames[name].columns == list(DATASETS[name].columns)
        assert packaged().versions[name] == ""
