"""What one person proposed and a second has not signed yet."""

from collections.abc import Mapping, Sequence
from typing import Any

from expectations.period import Period
from flows import ledger as journal
from flows.assemble import OF_SUBMISSIONS, submissions
from flows.decisions import ON_DUTIES, RELEASE
from flows.house import open_house
from flows.records import Entry
from flows.settings import DataFolder, berlin_date
from flows.signing import PROPOSAL

_ABOUT = ("submission_id", "ags", "period", "until", "name")
"""Parts of a proposal that say what it is about."""


def open_proposals(folder: DataFolder, period: Period | None = None) -> list[dict[str, Any]]:
    """The proposals that still count, oldest first: entry, act, who and when, and what they are about.

    One whose matter has changed since does not count any more; so says `flows.signing`.

    Args:
        folder: the data folder.
        period: only what concerns this period; None for everything.
    """
    known = journal.entries(open_house(folder), PROPOSAL, *OF_SUBMISSIONS, *ON_DUTIES, RELEASE)
    places = {
        number: place for number, *place in submissions(known).select("submission_id", "ags", "period").iter_rows()
    }
    done = {entry.body.get("proposal") for entry in known}
    waiting = [entry for entry in known if entry.kind == PROPOSAL and entry.seq not in done]
    rows = [_row(entry, places) for entry in waiting if not _is_overtaken(entry, known)]
    return [row for row in rows if period is None or row.get("period") == period.code]


def _is_overtaken(proposal: Entry, known: Sequence[Entry]) -> bool:
    later = (entry for entry in known if entry.seq > proposal.seq and entry.kind != PROPOSAL)
    return any(_is_about_same(entry, proposal.body) for entry in later)


def _is_about_same(entry: Entry, about: Mapping[str, Any]) -> bool:
    if "submission_id" in about:
        return bool(entry.body.get("submission_id") == about["submission_id"])
    if "ags" in about:
        return entry.kind in ON_DUTIES and (entry.body["ags"], entry.body["period"]) == (about["ags"], about["period"])
    return False


def _row(proposal: Entry, places: Mapping[int, Sequence[Any]]) -> dict[str, Any]:
    about = {name: proposal.body[name] for name in _ABOUT if name in proposal.body}
    if "submission_id" in about:
        about["ags"], about["period"] = places.get(about["submission_id"], (None, None))
    by, on = proposal.body["by"], berlin_date(proposal.at)
    return {"entry": proposal.seq, "act": proposal.body["act"], "by": by, "on": on, **about}
