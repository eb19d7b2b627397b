"""Spoiled workbooks: never an exception, always a report or one refusal that helps."""

import io
import json
import zipfile
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.isolation import Broken, run_isolated
from flows.workbook import identify, read_isolated, read_workbook
from tests.fuzz.__main__ import JOB
from tests.fuzz.mutations import spoiled
from tests.fuzz.property import broken_promise, check
from tests.fuzz.seeds import CASES, seeds

ENOUGH = 40
MANY = 400


def outcomes(count: int, seed: int) -> list[bytes | Broken]:
    chance = Random(seed)
    return run_isolated(JOB, [spoiled(chance.choice(seeds()), chance) for _ in range(count)])


@pytest.mark.slow
def test_spoiled_workbooks_break_no_promise():
    answers = outcomes(ENOUGH, seed=7)
    assert [answer for answer in answers if isinstance(answer, Broken)] == []
    assert len(set(answers)) > 5  # neither all read nor all refused at the first door


@pytest.mark.slow
def test_hundreds_of_spoiled_workbooks_break_no_promise():
    assert [answer for answer in outcomes(MANY, seed=11) if isinstance(answer, Broken)] == []


@pytest.mark.slow
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(which=st.integers(0, 1), chance=st.randoms(use_true_random=False))
def test_spoiled_packages_and_xml_break_no_promise(which: int, chance: Random):
    """The same ways to spoil, with hypothesis in the place of chance: what it finds, it makes small."""
    assert check(spoiled(seeds()[which], chance))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    st.binary(max_size=2_000), st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<", b"{"])
)
def test_no_bytes_whatever_break_a_promise(rest: bytes, beginning: bytes):
    data = beginning + rest
    assert broken_promise(read_workbook(data, 7)) == ""
    assert identify(data) is None


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_a_seed_itself_is_read(seed: int):
    reading = read_workbook(seeds()[seed], 7)
    assert reading.is_readable
    assert broken_promise(reading) == ""


def test_finds_of_earlier_fuzzing_stay_mended():
    """Each find is one of the seeds with some bytes changed; `finds.json` says which, and what it had done."""
    finds = json.loads((CASES / "finds.json").read_text(encoding="utf-8"))
    for find in finds:
        data = bytearray((CASES / find["of"]).read_bytes())
        for place, value in find["bytes"]:
            data[place] = value
        (reading,) = read_isolated([(7, bytes(data))])
        assert broken_promise(reading) == "", find["had"]
        assert {found.code for found in reading.findings}.isdisjoint({"R-DAT-42", "R-DAT-43", "R-DAT-44"}), find["had"]


def test_a_report_without_any_answer_left_is_a_report():
    """A find: every sheet of the form was gone, the identity was not."""
    with zipfile.ZipFile(io.BytesIO(seeds()[1])) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'
    emptied = {name: sheet if name.startswith("xl/worksheets/sheet") else part for name, part in parts.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, part in emptied.items():
            if name != "xl/workbook.xml":
                archive.writestr(name, part)
        archive.writestr(
            "xl/workbook.xml",
            emptied["xl/workbook.xml"].replace(b"wir.", b"was.").replace(b"was.identity", b"wir.identity"),
        )
    reading = read_workbook(buffer.getvalue(), 7)
    assert reading.identity is not None
    assert broken_promise(reading) == ""
