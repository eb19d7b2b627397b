"""No indicator, breakdown or protection is lost: the headers against the list that was agreed (`catalogue.csv`).

The list holds the forty indicators of the programme as corrected, and those added to them. It grows when an indicator
is agreed; one that is only added to `sql/indicators/` need not stand in it.
"""

import csv
from pathlib import Path

import pytest

from flows.warehouse import packaged_sql
from flows.warehouse.sqlfiles import Indicator, indicators_of

with (Path(__file__).parent / "catalogue.csv").open(encoding="utf-8", newline="") as _file:
    AGREED = {row["id"]: row for row in csv.DictReader(_file)}
INDICATORS = {indicator.header.id: indicator for indicator in indicators_of(packaged_sql())}
HEADERS = {name: indicator.header for name, indicator in INDICATORS.items()}
GROUPS = {
    "ANL": "Anlaufstelle/Beratung",
    "BER": "Berichtspflicht",
    "DOL": "Laiendolmetschende",
    "KOO": "Koordination & Strategie",
    "LOT": "Integrationslotsinnen/-lotsen",
    "MIK": "Mikroprojekte/Weiterleitung",
    "MIT": "Mittel",
    "OEF": "Öffnung & Antidiskriminierung",
    "PER": "Personal",
}


def test_every_agreed_indicator_is_there() -> None:
    assert AGREED.keys() - HEADERS.keys() == set()
    assert len(AGREED) >= 40 + 7


@pytest.mark.parametrize("indicator", AGREED)
def test_an_indicator_keeps_what_was_agreed_of_it(indicator: str) -> None:
    agreed, header = AGREED[indicator], HEADERS[indicator]
    pinned = ("group", "unit", "direction", "protection")
    assert {name: getattr(header, name) for name in pinned} == {name: agreed[name] for name in pinned}
    assert header.half_year == (agreed["half_year"] == "ja")
    assert set(agreed["breakdowns"].split()) <= set(header.breakdowns)


@pytest.mark.parametrize("indicator", INDICATORS.values(), ids=lambda indicator: indicator.header.id)
def test_an_indicator_says_what_it_is_and_what_its_denominator_needs(indicator: Indicator) -> None:
    header = indicator.header
    texts = (header.name_de, header.name_en, header.definition_de, header.formula_de, header.unit)
    assert all(texts)
    assert header.question_de.endswith("?")
    assert header.group == GROUPS[header.id.split("-")[0]]
    # A note may come with the terms instead: which population a period's rates rest on.
    has_note = header.denominator_note_de or " AS note" in indicator.select
    assert has_note or header.aggregation not in {"ratio", "median"}
    assert header.scale == 100 or header.unit != "%"


def test_figures_of_discrimination_and_languages_are_protected_as_sensitive() -> None:
    sensitive = {"ANL-02", "DOL-02", "DOL-03", "DOL-04", "DOL-06", "OEF-04", "OEF-05"}
    assert {header.id for header in HEADERS.values() if header.protection == "sensitive"} >= sensitive
