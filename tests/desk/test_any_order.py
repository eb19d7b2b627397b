"""Whatever is decided in whatever order: at most one report is in force, and approvals never decide which."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.assemble import OF_SUBMISSIONS, submissions
from flows.decisions import decided
from flows.desk import DeskError, decide
from flows.house import open_house
from flows.ledger import Ledger, append, check_chain, entries
from flows.records import Entry
from flows.settings import DataFolder, utc_text

BEGAN = datetime(2026, 9, 1, 8, tzinfo=UTC)
PLACES = [("06431", "2026-H1"), ("06431", "2026"), ("06432", "2026-H1")]
VERDICTS = ["accepted", "accepted_with_warnings", "awaiting_explanation", "returned", "unreadable"]
ACCEPTED = VERDICTS[:2]
ACTS = ["approval", "return", "voiding", "erased"]

happenings = st.lists(
    st.one_of(
        st.tuples(st.just("receipt"), st.sampled_from(PLACES), st.sampled_from(VERDICTS)),
        st.tuples(st.just("verdict"), st.integers(0, 9), st.sampled_from(VERDICTS)),
        st.tuples(st.sampled_from(ACTS), st.integers(0, 9), st.just("")),
    ),
    min_size=1,
    max_size=40,
)


class Journal:
    """Entries as a ledger would hold them; an act concerns a submission that there is."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.places: dict[int, tuple[str, str]] = {}

    def add(self, kind: str, body: dict[str, Any]) -> int:
        seq = len(self.entries) + 1
        self.entries.append(Entry(seq, BEGAN + timedelta(hours=seq), kind, body, "", str(seq)))
        return seq

    def receive(self, place: tuple[str, str], verdict: str) -> None:
        at = utc_text(BEGAN + timedelta(hours=len(self.entries)))
        receipt = {"sha256": "0" * 64, "size": 1, "channel": "cli", "received_at": at, "collected_at": at}
        number = self.add("receipt", {**receipt, "source_key": at, "ags": place[0], "period": place[1]})
        self.places[number] = place
        self.judge(number, verdict)

    def judge(self, number: int, verdict: str) -> None:
        ags, period = self.places[number]
        body = {"submission_id": number, "verdict": verdict, "ags": ags, "period": period, "judgement_sha256": ""}
        self.add("verdict", body)

    def act(self, kind: str, number: int) -> None:
        self.add(kind, {"submission_id": number, "by": ["anna", "berta"], "sha256": "", "basis": "decision"})


def journal_of(happened: Sequence[tuple[Any, Any, Any]]) -> Journal:
    journal = Journal()
    for kind, about, verdict in happened:
        numbers = list(journal.places)
        if kind == "receipt":
            journal.receive(about, verdict)
        elif numbers and kind == "verdict":
            journal.judge(numbers[about % len(numbers)], verdict)
        elif numbers:
            journal.act(kind, numbers[about % len(numbers)])
    return journal


def in_force(known: Sequence[Entry]) -> dict[tuple[str, str], list[int]]:
    rows = submissions(known).filter("in_force").select("ags", "period", "submission_id").iter_rows()
    found: dict[tuple[str, str], list[int]] = {}
    for ags, period, number in rows:
        found.setdefault((ags, period), []).append(number)
    return found


def expected(journal: Journal) -> dict[tuple[str, str], list[int]]:
    """The last accepted submission of each place that was neither voided nor erased, worked out the plain way."""
    verdicts = {e.body["submission_id"]: e.body["verdict"] for e in journal.entries if e.kind == "verdict"}
    gone = {e.body["submission_id"] for e in journal.entries if e.kind in ("voiding", "erased")}
    return {
        place: [number]
        for number, place in journal.places.items()
        if verdicts[number] in ACCEPTED and number not in gone
    }


@pytest.mark.slow
@given(happenings)
def test_in_force_is_the_last_accepted_one_that_still_stands(happened: list[Any]) -> None:
    journal = journal_of(happened)
    found = in_force(journal.entries)
    assert found == expected(journal)
    assert all(len(numbers) == 1 for numbers in found.values())


@pytest.mark.slow
@given(happenings, st.lists(st.tuples(st.sampled_from(ACTS[:2]), st.integers(0, 40), st.integers(0, 9)), max_size=12))
def test_approvals_and_returns_never_decide_what_is_in_force(happened: list[Any], reviews: list[Any]) -> None:
    journal = journal_of(happened)
    before = in_force(journal.entries)
    known, numbers = list(journal.entries), list(journal.places)
    for kind, place, about in reviews if numbers else []:
        body = {"submission_id": numbers[about % len(numbers)], "by": "anna"}
        known.insert(place % (len(known) + 1), Entry(0, BEGAN, kind, body, "", ""))
    renumbered = [replace(entry, seq=entry.seq or -place) for place, entry in enumerate(known)]
    assert in_force(renumbered) == before


@pytest.mark.slow
@given(happenings, st.sampled_from(["voiding", "erased"]))
def test_when_everything_is_voided_or_erased_nothing_is_in_force(happened: list[Any], kind: str) -> None:
    journal = journal_of(happened)
    for number in journal.places:
        journal.act(kind, number)
    assert in_force(journal.entries) == {}


@pytest.mark.slow
@given(happenings)
def test_a_submission_is_approved_if_that_was_said_last(happened: list[Any]) -> None:
    journal = journal_of(happened)
    decisions, frame = decided(journal.entries), submissions(journal.entries)
    for number, approved_at in frame.select("submission_id", "approved_at").iter_rows():
        said = [e.kind for e in journal.entries if e.kind in ACTS[:2] and e.body["submission_id"] == number]
        assert (approved_at is not None) == (said[-1:] == ["approval"])
        assert (decisions.approval(number) is None) or (decisions.sent_back(number) is None)


# --- through the acts themselves, on a ledger ------------------------------------------------------------------------

asked = st.lists(
    st.tuples(
        st.sampled_from([decide.approve, decide.send_back, decide.void]),
        st.integers(0, 5),
        st.sampled_from(["anna", "berta", "clara"]),
    ),
    max_size=14,
)


@pytest.mark.slow
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(asked)
def test_any_people_in_any_order_leave_a_ledger_that_makes_sense(orders: list[Any]) -> None:
    with TemporaryDirectory() as root:
        folder = DataFolder(Path(root) / "data")
        ledger = open_house(folder)
        numbers = two_accepted_reports_each(ledger)
        for act, which, by in orders:
            with suppress(DeskError):
                act(folder, numbers[which], why="Aus gutem Grund.", by=by)
        known = entries(ledger)
        assert check_chain(ledger) is None
        found = in_force([entry for entry in known if entry.kind in OF_SUBMISSIONS])
        assert all(len(numbers) == 1 for numbers in found.values())
        check_that_two_people_signed(known)


def two_accepted_reports_each(ledger: Ledger) -> list[int]:
    """Put two accepted reports of each place into a ledger; returns their numbers."""
    versions = dict.fromkeys(("rules_version", "reference_version", "reader_version", "form_version"), "")
    template = journal_of([("receipt", place, "accepted") for place in (*PLACES, *PLACES)])
    before = len(entries(ledger))
    for entry in template.entries:
        body = {**entry.body, **versions}
        if entry.kind == "verdict":
            body["submission_id"] += before
        append(ledger, entry.kind, body, at=entry.at)
    return [number + before for number in template.places]


def check_that_two_people_signed(known: Sequence[Entry]) -> None:
    """Whatever cites a proposal was proposed by the first of two people, for the same report, and cites it alone."""
    by_seq = {entry.seq: entry for entry in known}
    signed = [entry for entry in known if entry.kind in ("approval", "voiding")]
    for entry in signed:
        first, second = entry.body["by"]
        proposal = by_seq[entry.body["proposal"]]
        assert first == proposal.body["by"] != second
        assert proposal.body["submission_id"] == entry.body["submission_id"]
    assert len({entry.body["proposal"] for entry in signed}) == len(signed)
