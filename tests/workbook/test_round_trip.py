"""A form comes back as a frame of cells: every value at its address."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import MAC_EPOCH

from expectations.form import form_of
from expectations.layout import layout_of
from expectations.period import parse_period
from expectations.reading import CELLS_SCHEMA
from expectations.tables import section_tables
from flows.template import Prefill
from flows.workbook import identify, read_workbook
from tests.workbook.reports import FILLED, POSTS, Typed, Written, cell, edited, value


@pytest.mark.slow
@pytest.mark.parametrize("period", ["2026-H1", "2026"])
def test_an_empty_template_has_no_value_and_nothing_to_complain_of(written: Written, period: str):
    reading = read_workbook(written(period=period), 7)
    assert reading.findings == ()
    unlocked = {field.path for field in form_of(2026).fields() if not field.locked}
    assert reading.cells.filter(pl.col("field").is_in(unlocked) & (pl.col("state") != "blank")).is_empty()
    assert {"posts", "drawdowns", "explanations"} <= set(reading.empty_tables)
    assert reading.empty_tables["posts"] == (POSTS, cell("posts.post_number"))


@pytest.mark.slow
def test_figures_of_the_last_report_beside_the_inputs_are_ours(written: Written, centre: Prefill):
    last = {("counselling.consultations", ""): 12, ("enquiries.persons", "Telefon"): 5}
    reading = read_workbook(written(of=replace(centre, last=last, last_period="2026-H1")), 7)
    assert reading.findings == ()
    assert value(reading, "counselling.consultations") is None


def test_a_filled_form_reads_back_every_value_at_its_address(filled: bytes):
    reading = read_workbook(filled, 7)
    assert reading.findings == ()
    assert dict(reading.cells.schema) == CELLS_SCHEMA
    assert set(reading.cells.get_column("submission_id")) == {7}
    layout = layout_of(form_of(2026))
    for path, answers in FILLED.items():
        for key, given in answers.items():
            row = reading.cells.filter((pl.col("field") == path) & (pl.col("row_key") == key)).row(0, named=True)
            place = layout.fields[path]
            assert row["cell"] == cell(path, max(row["ordinal"], 1))
            assert row["sheet"] == place.sheet
            if given == "nicht erhoben":
                assert (row["value"], row["number"], row["state"]) == (None, None, "not_recorded")
            elif isinstance(given, date):
                assert (row["value"], row["date"]) == (given.isoformat(), given)
            elif isinstance(given, str):
                assert row["value"] == given
            else:
                assert Decimal(row["value"]) == given
                assert row["number"] == float(given)


def test_only_rows_that_hold_something_are_there_and_keep_their_position(filled: bytes):
    posts = read_workbook(filled, 7).cells.filter(pl.col("section") == "posts")
    assert posts.get_column("ordinal").unique().sort().to_list() == [1, 3]
    assert "posts" not in read_workbook(filled, 7).empty_tables


def test_the_frame_of_cells_becomes_typed_rows(filled: bytes):
    tables = section_tables(form_of(2026), read_workbook(filled, 7).cells)
    finances = tables["finances"].filter(pl.col("row_key") == "Koordination").row(0, named=True)
    assert finances["expenditure_eur"] == Decimal("60000.05")
    assert finances["granted_eur"] == Decimal("120000.00")
    assert tables["counselling"].row(0, named=True)["consultations_with_interpreting_state"] == "not_recorded"


def test_a_file_says_whose_it_is_without_being_read_as_a_whole(filled: bytes):
    identity = identify(filled)
    assert identity is not None
    assert (identity.ags, identity.period, identity.grants) == ("06431", parse_period("2026"), ("WIR-1", "WIR-2"))
    assert identity == read_workbook(filled, 7).identity


def test_sections_that_do_not_concern_the_body_are_left_out(empty: bytes):
    reading = read_workbook(empty, 7)
    assert reading.identity is not None
    assert {"interpreters", "languages"} <= reading.identity.skipped
    assert reading.cells.filter(pl.col("section") == "interpreters").is_empty()


def test_a_half_year_leaves_out_what_it_does_not_ask(written: Written):
    cells = read_workbook(written(period="2026-H1"), 7).cells
    assert cells.filter(pl.col("section") == "finances").is_empty()
    assert cells.filter(pl.col("field") == "posts.staff_cost_eur").is_empty()
    assert cells.filter(pl.col("section") == "quarters").get_column("row_key").unique().sort().to_list() == ["Q1", "Q2"]


@pytest.mark.slow
def test_a_body_without_registered_grants_names_its_notices_itself(written: Written):
    alone = Prefill(ags="06431", body_name="Bergstraße")
    reading = read_workbook(written({"finances.grant": {"Koordination": "Bescheid 12"}}, of=alone), 7)
    assert reading.findings == ()
    assert value(reading, "finances.grant", "Koordination") == "Bescheid 12"
    assert reading.cells.filter(pl.col("field") == "finances.cost_type").height == 8


@pytest.mark.slow
def test_a_grant_that_we_printed_makes_no_row(written: Written, centre: Prefill, typed: Typed):
    one_grant = Prefill(ags="06431", body_name="Bergstraße", grants=centre.grants[:1])
    reading = read_workbook(written(of=one_grant), 7)
    assert "posts" in reading.empty_tables
    with_post = read_workbook(typed(written(of=one_grant), POSTS, {cell("posts.post_number", 2): "P1"}), 7)
    assert value(with_post, "posts.grant", "2") == "WIR-1"


@pytest.mark.slow
def test_a_key_that_stands_twice_is_numbered(written: Written):
    alone = Prefill(ags="06431", body_name="Bergstraße")
    languages = {"1": "Arabisch", "2": "Dari", "3": "arabisch"}
    reading = read_workbook(written({"languages.language": languages}, of=alone), 7)
    keys = reading.cells.filter(pl.col("field") == "languages.language").get_column("row_key").to_list()
    assert keys == ["Arabisch", "Dari", "Arabisch #2"]


@pytest.mark.slow
def test_the_date_system_of_old_macs_makes_no_difference(filled: bytes):
    def turn(book: Workbook) -> None:
        book.epoch = MAC_EPOCH

    assert value(edited(filled, turn), "cover.prepared_on") == "2027-03-01"
