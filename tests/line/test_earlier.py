"""What earlier submissions mean for a new one: content that is repeated, and where its answer goes."""

import shutil
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from expectations.finding import Finding
from flows import line, telling
from flows.assemble import JUDGEMENT, Taken, judgement_of, taken
from flows.desk import check_files, submit_files
from flows.earlier import Content, same_as
from flows.ledger import documents, entries, open_ledger
from flows.records import Receipt
from flows.reference import packaged
from flows.settings import DataFolder
from tests.line.reports import NIGHT, WriteReport

MORNING = datetime(2026, 7, 20, 8, tzinfo=UTC)
KEY = ("06431", "2026-H1", "cells")


def in_other_bytes(file: Path, name: str) -> Path:
    """The same workbook as another program would pack it."""
    copy = file.with_name(name)
    shutil.copy(file, copy)
    with zipfile.ZipFile(copy, "a") as package:
        package.comment = name.encode()
    return copy


def repeated(folder: DataFolder, number: int) -> list[Finding]:
    ledger = open_ledger(folder)
    one = next(one for one in taken(entries(ledger, "receipt", "verdict")) if one.receipt.submission_id == number)
    judgement = judgement_of(one, documents(ledger, JUDGEMENT))
    assert judgement.verdict.in_force
    return [finding for finding in judgement.findings if finding.code == "R-COV-09"]


@pytest.mark.slow
def test_the_same_report_in_other_bytes_is_named_and_accepted(accepted: DataFolder, write_report: WriteReport) -> None:
    """Whether the other came before the night or on it."""
    (before,) = (entry.seq for entry in entries(open_ledger(accepted), "receipt"))
    again, new = in_other_bytes(write_report("06431"), "a.xlsx"), write_report("06432")
    sent, _ = submit_files(accepted, [again, new, in_other_bytes(new, "b.xlsx")], sender="")
    line.run_night(accepted, business_at=NIGHT + timedelta(days=1))
    third, first, second = (receipt.submission_id for receipt in sent)
    assert repeated(accepted, before) == repeated(accepted, first) == []
    for number, same in ((second, first), (third, before)):
        (finding,) = repeated(accepted, number)
        assert finding.given.startswith(f"Einreichung {same} vom ")
        assert finding.given in finding.message


@pytest.mark.slow
def test_a_file_that_is_only_tried_is_compared_as_well(accepted: DataFolder, write_report: WriteReport) -> None:
    file = write_report("06431")
    own, other = check_files(accepted, [file, in_other_bytes(file, "b.xlsx")])
    codes = [[finding.code for finding in one.judgement.findings] for one in (own, other)]
    assert ["R-COV-09" in found for found in codes] == [False, True]


def test_what_came_later_or_is_the_same_file_repeats_nothing() -> None:
    own = Content(2, "b", MORNING, KEY)
    assert same_as(own, [Content(1, "b", MORNING, KEY)]) == ""
    assert same_as(own, [Content(3, "a", MORNING, KEY)]) == ""
    assert same_as(own, [Content(1, "a", MORNING + timedelta(hours=1), KEY)]) == ""
    assert same_as(own, [Content(1, "a", MORNING, ("06431", "2026", "cells"))]) == ""
    assert same_as(own, [Content(1, "a", MORNING, KEY)]) == "Einreichung 1 vom 20.07.2026"


def test_two_files_that_cannot_be_read_repeat_nothing() -> None:
    assert same_as(Content(2, "b", MORNING, None), [Content(1, "a", MORNING, None)]) == ""


@pytest.mark.parametrize(
    ("ags", "name"),
    [("06431", "06431"), ("06999", "nicht-zugeordnet"), ("../06431", "nicht-zugeordnet"), (None, "nicht-zugeordnet")],
)
def test_the_answer_to_a_file_of_no_known_body_goes_to_a_folder_of_its_own(
    tmp_path: Path, ags: str | None, name: str
) -> None:
    receipt = Receipt(1, "a", 1, "inbox", MORNING, MORNING, ags, None, None, "", "")
    teller = telling.Teller(DataFolder(tmp_path), packaged(), {}, "", is_demo=False, rulings={})
    assert telling.feedback_folder(teller, Taken(receipt, None)) == teller.folder.feedback / name
