"""Marked workbooks on request: where they go, and what is said where there is none."""

from pathlib import Path

import pytest

from flows.desk import DeskError, annotate_files, check_files
from tests.line.reports import WriteReport


@pytest.mark.slow
def test_several_workbooks_go_into_a_folder_and_what_cannot_be_read_is_said(
    write_report: WriteReport, tmp_path: Path
) -> None:
    files = [write_report("06431"), write_report("06412"), tmp_path / "note.txt"]
    files[2].write_text("kein Bogen", encoding="utf-8")
    left = annotate_files(files, check_files(None, files), tmp_path / "marked")
    assert {file.name for file in (tmp_path / "marked").iterdir()} == {file.name for file in files[:2]}
    assert [sentence.partition(": ")[0] for sentence in left] == [str(files[2])]


@pytest.mark.slow
def test_the_workbook_itself_is_never_written_over(write_report: WriteReport) -> None:
    file = write_report("06431")
    before = file.read_bytes()
    for out in (file, file.parent):
        with pytest.raises(DeskError, match="die geprüfte Datei selbst"):
            annotate_files([file], check_files(None, [file]), out)
    assert file.read_bytes() == before


@pytest.mark.slow
def test_files_that_would_become_one_are_refused(write_report: WriteReport, tmp_path: Path) -> None:
    file = write_report("06431")
    checked = check_files(None, [file])
    with pytest.raises(DeskError, match="heißen gleich"):
        annotate_files([file, file], [*checked, *checked], tmp_path / "marked")


@pytest.mark.slow
def test_a_target_that_cannot_be_written_is_told(write_report: WriteReport, tmp_path: Path) -> None:
    file, blocked = write_report("06431"), tmp_path / "blocked"
    blocked.write_bytes(b"")
    with pytest.raises(DeskError, match="lässt sich nicht schreiben"):
        annotate_files([file], check_files(None, [file]), blocked / "marked.xlsx")
