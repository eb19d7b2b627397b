"""What a spreadsheet might take for a formula: in CSV with an apostrophe, in the workbook as a text by its type."""

import csv
import io
import re
import unicodedata
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from flows.publication.book.page import write_cell
from flows.publication.book.styles import looks_of
from flows.publication.files import Column, write_csv
from flows.publication.harmless import harmless
from flows.publication.report.wording import plain

STARTS = "=+-@\t\r\n＝＋－＠"
UNSEEN = "\u200b\u200e\u00ad\ufeff \u00a0\u2003\u2060"
TEXTS = st.text(
    alphabet=st.one_of(st.sampled_from(STARTS + UNSEEN + ";\"'0123456789,.AZ"), st.characters(codec="utf-8")),
    max_size=12,
)


def looks_like_a_formula(text: str) -> bool:
    """Written down again, the slow way: the first sign that is seen decides."""
    seen = [sign for sign in text if sign in "\t\r\n" or unicodedata.category(sign)[0] not in "ZC"]
    return bool(seen) and seen[0] in STARTS and not re.fullmatch(r"[+-]?\d[\d.]*(,\d+)?|[+-]?\d+\.\d+", text, re.ASCII)


@pytest.mark.slow
@given(TEXTS)
@example("=1+1")
@example("\u200b=1+1")
@example(" \ufeff@SUM(A1)")
@example("-1,5")
@example("+49 611 1234")
@example("\t=1")
def test_no_text_begins_like_a_formula_and_nothing_else_is_touched(text: str) -> None:
    made = harmless(text)
    assert not looks_like_a_formula(made)
    assert made == (f"'{text}" if looks_like_a_formula(text) else text)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9))
def test_plain_numbers_stay_numbers(number: object) -> None:
    text = str(number).replace(".", ",")
    assert harmless(text) == text


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_csv_file_gives_every_text_back_whole(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    frame = pl.DataFrame(rows, schema={"one": pl.String, "two": pl.String}, orient="row")
    write_csv(frame, {"one": Column("Eins"), "two": Column("Zwei")}, tmp_path / "a.csv")
    data = (tmp_path / "a.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";", strict=True))
    assert read == [["Eins", "Zwei"], *([harmless(one), harmless(two)] for one, two in rows)]


@pytest.mark.slow
@given(st.lists(TEXTS, min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_a_workbook_holds_texts_and_never_a_formula(texts: list[str]) -> None:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    looks = looks_of(sheet)
    for row, text in enumerate(texts, start=1):
        write_cell(sheet.cell(row, 1), text, looks["cell"])
    saved = io.BytesIO()
    workbook.save(saved)
    cells = [row[0] for row in openpyxl.load_workbook(saved).worksheets[0].iter_rows(min_row=1, max_row=len(texts))]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert [cell.value or "" for cell in cells] == [plain(text) for text in texts]
    assert all(cell.quotePrefix for cell in cells if str(cell.value or "").startswith("="))


@settings(max_examples=1)
@given(st.just("=cmd"))
def test_a_text_like_a_formula_is_marked_as_text_for_whoever_edits_it(text: str) -> None:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    write_cell(sheet.cell(1, 1), text, looks_of(sheet)["cell"])
    assert (sheet["A1"].data_type, sheet["A1"].quotePrefix, sheet["A1"].value) == ("s", True, text)
