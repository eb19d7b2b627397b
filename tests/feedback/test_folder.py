"""What lies in a body's feedback folder."""

import json
import os
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from expectations.finding import Finding, Verdict
from flows.feedback import Checked, marked_file, told_verdict, write_feedback, write_marked

MakeChecked = Callable[..., Checked]


@pytest.fixture
def checked(make_checked: MakeChecked, make_finding: Callable[..., Finding]) -> Checked:
    further = tuple(f"F{row}" for row in range(13, 500, 2))
    return make_checked(Verdict.RETURNED, [make_finding(also_at=further, offered="Wie früher.")], submission_id=None)


def test_the_protocol_lies_there_as_page_text_and_json(checked: Checked, tmp_path: Path) -> None:
    write_feedback(tmp_path / "06431", 12, checked, verdict=34)
    names = {file.name for file in (tmp_path / "06431").iterdir()}
    assert names == {f"000012-pruefprotokoll.{suffix}" for suffix in ("html", "json", "txt")}
    assert "Einreichung 12" in (tmp_path / "06431" / "000012-pruefprotokoll.txt").read_text(encoding="utf-8")


def test_the_json_has_all_findings_with_all_their_places(checked: Checked, tmp_path: Path) -> None:
    write_feedback(tmp_path, 12, replace(checked, is_demo=True), verdict=34)
    document = json.loads((tmp_path / "000012-pruefprotokoll.json").read_text(encoding="utf-8"))
    (finding,) = document["findings"]
    known = asdict(checked.judgement.findings[0])
    assert (document["journal"], document["demo"], document["verdict"]) == (34, True, "returned")
    assert len(finding["also_at"]) == 244
    assert finding == {**{name: known[name] for name in finding if name != "key"}, "key": "Koordination"} | {
        "also_at": list(known["also_at"])
    }
    assert set(finding) == {"key", *known} - {"row_key"}


def test_the_protocol_tells_which_verdict_it_is_of(checked: Checked, tmp_path: Path) -> None:
    assert told_verdict(tmp_path, 12) is None
    write_feedback(tmp_path, 12, checked, verdict=34)
    assert told_verdict(tmp_path, 12) == 34
    write_feedback(tmp_path, 12, checked, verdict=56)
    assert told_verdict(tmp_path, 12) == 56


@pytest.mark.parametrize("suffix", ["html", "json", "txt"])
def test_a_protocol_of_which_a_form_is_missing_is_not_told(checked: Checked, tmp_path: Path, suffix: str) -> None:
    write_feedback(tmp_path, 12, checked, verdict=34)
    (tmp_path / f"000012-pruefprotokoll.{suffix}").unlink()
    assert told_verdict(tmp_path, 12) is None


def test_a_protocol_of_an_earlier_form_or_a_damaged_one_is_not_told(checked: Checked, tmp_path: Path) -> None:
    write_feedback(tmp_path, 12, checked, verdict=34)
    for content in (b'{"file": "a.xlsx"}', b"\xff\xfe", b""):
        (tmp_path / "000012-pruefprotokoll.json").write_bytes(content)
        assert told_verdict(tmp_path, 12) is None


def test_the_page_tells_of_the_marked_workbook_that_lies_beside_it(checked: Checked, tmp_path: Path) -> None:
    page = tmp_path / "000012-pruefprotokoll.html"
    write_feedback(tmp_path, 12, checked, verdict=34)
    assert "markiert" not in page.read_text(encoding="utf-8")
    assert write_marked(tmp_path, 12, b"workbook") == marked_file(tmp_path, 12)
    write_feedback(tmp_path, 12, checked, verdict=34)
    assert (tmp_path / "000012-markiert.xlsx").read_bytes() == b"workbook"
    for suffix in ("html", "txt"):
        told = (tmp_path / f"000012-pruefprotokoll.{suffix}").read_text(encoding="utf-8")
        assert "In der Datei 000012-markiert.xlsx sind die Stellen markiert." in told


def test_a_file_name_that_is_no_text_spoils_no_form_of_the_protocol(make_checked: MakeChecked, tmp_path: Path) -> None:
    name = os.fsdecode(b"B\xf6gen.xlsx")
    write_feedback(tmp_path, 12, make_checked(Verdict.ACCEPTED, file=name), verdict=34)
    assert json.loads((tmp_path / "000012-pruefprotokoll.json").read_text(encoding="utf-8"))["file"] == name
    assert "B gen.xlsx" in (tmp_path / "000012-pruefprotokoll.html").read_text(encoding="utf-8")


def test_nothing_half_written_is_left_where_writing_fails(checked: Checked, tmp_path: Path) -> None:
    (tmp_path / "000012-markiert.xlsx").mkdir()
    with pytest.raises(OSError, match="irectory"):
        write_marked(tmp_path, 12, b"workbook")
    assert [file.name for file in tmp_path.iterdir()] == ["000012-markiert.xlsx"]


def test_a_protocol_whose_marked_workbook_is_gone_is_told_again(tmp_path: Path, checked: Checked) -> None:
    write_marked(tmp_path, 12, b"marked")
    write_feedback(tmp_path, 12, checked, verdict=34)
    assert told_verdict(tmp_path, 12) == 34
    marked_file(tmp_path, 12).unlink()
    assert told_verdict(tmp_path, 12) is None
