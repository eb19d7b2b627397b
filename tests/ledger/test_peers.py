"""Frozen peer bounds: computed once, the first wins, and they stay as the ledger has them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa

from expectations.peers import PEERS_SCHEMA, no_peers
from flows.ledger import Ledger, LedgerError, check_chain, entries, open_ledger
from flows.peers import frozen, frozen_bounds
from flows.settings import DataFolder

NOW = datetime(2029, 3, 1, 2, 15, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return open_ledger(DataFolder(tmp_path))


def bounds(high: float) -> pl.DataFrame:
    row = (2028, "Landkreis", "enquiries.persons", "", "change", 21, 0.1, 0.07, 0.7857142857142857, high)
    return pl.DataFrame([row], schema=PEERS_SCHEMA, orient="row")


def test_the_first_use_freezes_the_bounds_in_the_ledger(ledger: Ledger) -> None:
    frame, digest = frozen_bounds(ledger, 2028, lambda: bounds(1.25), NOW)
    (entry,) = entries(ledger, "peers")
    assert frame.equals(bounds(1.25))
    assert entry.body == {"year": 2028, "sha256": digest}
    assert entry.at == NOW
    assert frozen(ledger, 2028) == digest


def test_what_arrives_later_changes_nothing(ledger: Ledger) -> None:
    first = frozen_bounds(ledger, 2028, lambda: bounds(1.25), NOW)
    asked: list[str] = []

    def later() -> pl.DataFrame:
        asked.append("computed")
        return bounds(9.99)

    frame, digest = frozen_bounds(ledger, 2028, later, NOW)
    assert (frame.equals(first[0]), digest, asked) == (True, first[1], [])


def test_each_year_has_bounds_of_its_own(ledger: Ledger) -> None:
    digests = [frozen_bounds(ledger, year, lambda: bounds(1.25), NOW)[1] for year in (2027, 2028)]
    assert [entry.body["year"] for entry in entries(ledger, "peers")] == [2027, 2028]
    assert [frozen(ledger, year) for year in (2027, 2028, 2029)] == [*digests, None]


def test_no_bounds_at_all_are_frozen_too(ledger: Ledger) -> None:
    frame, _ = frozen_bounds(ledger, 2027, no_peers, NOW)
    again, _ = frozen_bounds(ledger, 2027, lambda: bounds(1.25), NOW)
    assert frame.equals(no_peers())
    assert again.equals(no_peers())
    assert again.schema == pl.Schema(PEERS_SCHEMA)


def test_of_two_that_compute_at_once_the_first_wins_for_both(ledger: Ledger) -> None:
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda high: frozen_bounds(ledger, 2028, lambda: bounds(high), NOW), (2, 3, 4, 5)))
    assert len(entries(ledger, "peers")) == 1
    assert len({digest for _, digest in found}) == 1
    assert all(frame.equals(found[0][0]) for frame, _ in found)
    assert check_chain(ledger) is None


def test_a_year_that_has_not_ended_freezes_nothing(ledger: Ledger) -> None:
    silvester, new_year = datetime(2028, 12, 31, 22, tzinfo=UTC), datetime(2028, 12, 31, 23, tzinfo=UTC)
    assert frozen_bounds(ledger, 2028, lambda: bounds(1.25), silvester)[1] == ""
    assert entries(ledger, "peers") == ()
    assert frozen_bounds(ledger, 2028, lambda: bounds(1.25), new_year)[1] == frozen(ledger, 2028)


def test_lost_bounds_are_not_computed_anew(ledger: Ledger) -> None:
    frozen_bounds(ledger, 2028, lambda: bounds(1.25), NOW)
    with ledger.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM documents"))
    with pytest.raises(LedgerError, match="has lost the peer bounds of 2028: restore a backup"):
        frozen_bounds(ledger, 2028, lambda: bounds(9.99), NOW)
