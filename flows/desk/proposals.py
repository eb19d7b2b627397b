"""What one person proposed and a second has not signed yet."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from expectations.period import Period
from flows import ledger as journal
from flows.assemble import OF_SUBMISSIONS, submissions
from flows.decisions import ACTS, APPROVAL, ON_DUTIES
from flows.house import open_house
from flows.records import Entry
from flows.releasing import last_change
from flows.settings import DataFolder, berlin_date
from flows.signing import PROPOSAL

_ABOUT = ("submission_id", "ags", "period", "until", "name", "with_unapproved")
"""Parts of a proposal that say what it is about."""


def open_proposals(folder: DataFolder, period: Period | None = None) -> list[dict[str, Any]]:
    """The proposals that still count, oldest first: entry, act, who and when, and what they are about.

    One whose matter has changed since does not count any more, so says `flows.signing`; nor does one to approve a
    report that another has replaced.

    Args:
        folder: the data folder.
        period: only what concerns this period; None for everything.
    """
    known = journal.entries(open_house(folder))
    frame = submissions(known)
    places = {number: place for number, *place in frame.select("submission_id", "ags", "period").iter_rows()}
    in_force = frozenset(frame.filter("in_force")["submission_id"])
    done = {entry.body.get("proposal") for entry in known}
    waiting = [entry for entry in known if entry.kind == PROPOSAL and entry.seq not in done]
    counting = [entry for entry in waiting if not _is_overtaken(entry, known) and _is_possible(entry, in_force)]
    rows = [_row(entry, places) for entry in counting]
    return [row for row in rows if period is None or row.get("period") == period.code]


def _is_overtaken(proposal: Entry, known: Sequence[Entry]) -> bool:
    later = [entry for entry in known if entry.seq > proposal.seq]
    if "name" in proposal.body:
        return last_change(later) > 0
    return any(_is_about_same(entry, proposal.body) for entry in later)


def _is_possible(proposal: Entry, in_force: Collection[int]) -> bool:
    return proposal.body["act"] != ACTS[APPROVAL] or proposal.body["submission_id"] in in_force


def _is_about_same(entry: Entry, about: Mapping[str, Any]) -> bool:
    if "submission_id" in about:
        return entry.kind in OF_SUBMISSIONS and bool(entry.body.get("submission_id") == about["submission_id"])
    return entry.kind in ON_DUTIES and (entry.body["ags"], entry.body["period"]) == (about["ags"], about["period"])


def _row(proposal: Entry, places: Mapping[int, Sequence[Any]]) -> dict[str, Any]:
    about = {name: proposal.body[name] for name in _ABOUT if name in proposal.body}
    if "submission_id" in about:
        about["ags"], about["period"] = places.get(about["submission_id"], (None, None))
    by, on = proposal.body["by"], berlin_date(proposal.at)
    return {"entry": proposal.seq, "act": proposal.body["act"], "by": by, "on": on, **about}
