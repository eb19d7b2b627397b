"""Peer bounds, frozen: computed once for each year, when first needed, and from then on as the ledger has them.

So the order in which reports arrive changes nothing, and a verdict can name what it rested on. Each bound says how many
bodies it comes from: reports of the year before that are accepted later move nothing any more.
"""

from collections.abc import Callable
from datetime import date, datetime

import polars as pl

from expectations.peers import PEERS_SCHEMA, no_peers
from flows.ledger import Ledger, LedgerError, append, document, entries
from flows.records import document_of
from flows.settings import berlin_date

PEERS = "peers"
"""Kind of the ledger's entries `{year, sha256}` and of the documents that hold the bounds."""


def bounds_today(ledger: Ledger, year: int, compute: Callable[[], pl.DataFrame], now: datetime) -> pl.DataFrame:
    """The bounds by which a report of that year would be judged now; nothing is frozen."""
    if frozen(ledger, year) or not _has_ended(year, now):
        return frozen_bounds(ledger, year, compute, now)[0]
    return compute()


def frozen_bounds(
    ledger: Ledger, year: int, compute: Callable[[], pl.DataFrame], now: datetime
) -> tuple[pl.DataFrame, str]:
    """The bounds for reports of one year; whoever needs them first computes and freezes them.

    A year that has not ended has no bounds yet: a report sent on the form of a later year by mistake must not freeze
    them while the reports of the year before are still coming in.

    Args:
        ledger: gets one entry a year; of two processes the first wins, and both return its bounds.
        year: the reports' year.
        compute: what the bounds would be today (`expectations.peers.peer_bounds`); called only the first time.
        now: the business time, aware.

    Returns:
        The bounds (`PEERS_SCHEMA`), and the SHA-256 of their document for the verdict, `""` before the year's end.

    Raises:
        LedgerError: the ledger cannot be written, or the frozen bounds are gone or altered.
    """
    digest = frozen(ledger, year)
    if digest is None and not _has_ended(year, now):
        return no_peers(), ""
    if digest is None:
        bounds = document_of(PEERS, compute().rows())
        entry = append(ledger, PEERS, {"year": year, "sha256": bounds.sha256}, at=now, documents=(bounds,))
        digest = str(entry.body["sha256"])
    rows = document(ledger, digest)
    if rows is None:
        raise LedgerError(f"The ledger {ledger.where} has lost the peer bounds of {year}: restore a backup.")
    return pl.DataFrame(rows, schema=PEERS_SCHEMA, orient="row"), digest


def frozen(ledger: Ledger, year: int) -> str | None:
    """The SHA-256 of a year's bounds, None as long as nobody needed them."""
    return next((str(entry.body["sha256"]) for entry in entries(ledger, PEERS) if entry.body["year"] == year), None)


def _has_ended(year: int, now: datetime) -> bool:
    return berlin_date(now) > date(year, 12, 31)
