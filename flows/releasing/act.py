"""The act of releasing: who signs, what stands against it, and the entry in the ledger that makes it a release."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flows import assemble, reference
from flows import ledger as journal
from flows.decisions import ACTS, RELEASE
from flows.house import clock, is_demo, night_lock, open_house
from flows.ledger import Ledger, require_chain
from flows.line import Night
from flows.publication import read_public
from flows.records import Entry
from flows.releasing.frozen import Hide, Order, basis_of, freeze, order_of, suppressed_in, unapproved_in
from flows.releasing.manifest import is_about, is_whole
from flows.releasing.places import (
    DATABASE,
    MANIFEST,
    REWRITTEN,
    Recorded,
    ReleaseError,
    checked_name,
    is_as_recorded,
    recorded,
    sha256_of,
)
from flows.releasing.shown import is_shown, show
from flows.settings import DataFolder, utc_text
from flows.signing import Signed, reason_of, signed, user_of

_NOT_FIGURES = frozenset({"night", "published", "proposal", "receipt", "duplicate", "evidence", REWRITTEN})
"""Kinds of entries that change no figure: a proposal outlives them."""


@dataclass(frozen=True)
class Released:
    """What became of the wish to release.

    Attributes:
        name: of the release.
        signed: how far four eyes have come; None where nobody had to sign any more.
        entry: the ledger's entry of the release; None while a second person is missing.
        unapproved: released reports that nobody approved, named.
        is_demo: whether the data are invented.
    """

    name: str
    signed: Signed | None
    entry: Entry | None
    unapproved: tuple[str, ...]
    is_demo: bool


def release(
    folder: DataFolder,
    name: str,
    *,
    by: str = "",
    why: str = "",
    with_unapproved: bool = False,
    hide: Hide | None = None,
) -> Released:
    """Freeze a publication as it follows from the ledger now, once two people have signed.

    Killed anywhere, the same call brings it to its end: before the folder is in its place everything is made anew, and
    after that only what is still missing.

    Args:
        folder: the data folder.
        name: of the release; each can be given once.
        by: the id of the user who signs, see `flows.signing.user_of`.
        why: the reason, kept in the erasable texts; may be left out.
        with_unapproved: release reports that nobody approved; manifest and report then say so.
        hide: decides what stays hidden; by default the solver of `flows.disclosure`.

    Raises:
        ReleaseError: the name cannot be given, or reports are not approved.
        SigningError: it cannot be told who signs.
        ReasonError: the reason may not be kept.
        BusyError: a night is running.
        StatedError: something else stands against it; the message says what to do.
    """
    user, reason = user_of(by), reason_of(why) if why else ""
    with night_lock(folder):
        ledger = open_house(folder)
        require_chain(ledger)
        earlier = recorded(folder, journal.entries(ledger, RELEASE, REWRITTEN))
        if checked_name(name).casefold() in {one.name.casefold() for one in earlier} | {"now"}:
            return _as_recorded(folder, ledger, name, earlier)
        reference.ensure_packaged(folder, ledger, clock(ledger))
        unapproved = _unapproved(folder, ledger)
        if unapproved and not with_unapproved:
            raise ReleaseError(_refusal(unapproved))
        _require_earlier(earlier)
        four_eyes = _signed(ledger, name, user, reason, with_unapproved=with_unapproved)
        if not four_eyes.is_complete:
            return Released(name, four_eyes, None, unapproved, is_demo(ledger))
        order = order_of(_night(folder, ledger, name), name, four_eyes.by, four_eyes.proposal, earlier)
        _frozen(order, hide or _solver())
        entry = _record(order, reason)
        show(folder, name)
        return Released(name, four_eyes, entry, unapproved, is_demo(ledger))


def _as_recorded(folder: DataFolder, ledger: Ledger, name: str, earlier: Sequence[Recorded]) -> Released:
    """A name that is taken: refused, unless only the public folder does not show that release yet."""
    last = earlier[-1] if earlier else None
    if last is not None and last.name == name and not is_shown(folder, name):
        show(folder, name)
        entry = next(entry for entry in journal.entries(ledger, RELEASE) if entry.seq == last.seq)
        return Released(name, None, entry, (), is_demo(ledger))
    raise ReleaseError(
        f"Den Namen „{name}“ trägt schon eine Veröffentlichung, oder er ist vergeben; keine wird je überschrieben. "
        "Bitte wählen Sie einen anderen."
    )


# --- who signs, and what stands against it ---------------------------------------------------------------------------


def _unapproved(folder: DataFolder, ledger: Ledger) -> tuple[str, ...]:
    """Reports in force that nobody approved, as people name them."""
    submissions = assemble.submissions(journal.entries(ledger, *assemble.OF_SUBMISSIONS))
    missing = set(unapproved_in(submissions))
    municipalities = reference.in_force(folder, ledger).frames["municipalities"]
    names = dict(municipalities.select("ags", "name").iter_rows())
    rows = submissions.select("submission_id", "ags", "period").sort("period", "ags").iter_rows()
    return tuple(
        f"{names.get(ags, ags)} ({ags}), {period}, Einreichung {number}"
        for number, ags, period in rows
        if number in missing
    )


def _require_earlier(earlier: Sequence[Recorded]) -> None:
    """See that the releases before are what they were: what stays hidden and what is a correction follow from them."""
    for one in earlier:
        if not is_as_recorded(one.folder / DATABASE, one.database_sha256):
            raise ReleaseError(
                f"Die Datenbank der Veröffentlichung „{one.name}“ fehlt oder wurde verändert "
                f"({one.folder / DATABASE}). Bitte stellen Sie sie aus einer Sicherung wieder her (wir restore)."
            )


def _refusal(unapproved: Sequence[str]) -> str:
    count = len(unapproved)
    said = "1 geltender Bericht ist" if count == 1 else f"{count} geltende Berichte sind"
    listed = "\n".join(f"  {one}" for one in unapproved)
    return (
        f"{said} noch nicht freigegeben:\n{listed}\n"
        "Bitte geben Sie sie frei (wir approve) oder veröffentlichen Sie ausdrücklich mit --with-unapproved; "
        "die Veröffentlichung sagt es dann."
    )


def _signed(ledger: Ledger, name: str, user: str, why: str, *, with_unapproved: bool) -> Signed:
    """Sign; both people must have seen the same figures."""
    with journal.writing(ledger) as pen:
        subject: dict[str, Any] = {"name": name, "with_unapproved": with_unapproved}
        return signed(pen, ACTS[RELEASE], subject, by=user, why=why, at=clock(ledger), since=last_change(pen.entries()))


def last_change(entries: Iterable[Entry]) -> int:
    """The last entry that may change a figure: whoever signed a release before did not see it."""
    return max((entry.seq for entry in entries if entry.kind not in _NOT_FIGURES), default=0)


# --- the release -----------------------------------------------------------------------------------------------------


def _night(folder: DataFolder, ledger: Ledger, name: str) -> Night:
    """The business time on which the release rests, recorded; that of a killed attempt if nothing happened since."""
    last = journal.head(ledger)
    if last is None or last.kind != "night" or last.body.get("release") != name:
        now = clock(ledger)
        last = journal.append(ledger, "night", {"business_at": utc_text(now), "release": name}, at=now)
    return Night(folder, ledger, last.at, last.seq, reference.in_force(folder, ledger, until_seq=last.seq))


def _frozen(order: Order, hide: Hide) -> None:
    """Freeze, unless a killed attempt on the same state has done so already."""
    target = order.night.folder.releases / order.name
    same = {**basis_of(order), "by": list(order.by), "proposal": order.proposal}
    if not (is_about(target, same) and is_whole(target)):
        freeze(order, hide)


def _record(order: Order, why: str) -> Entry:
    folder = order.night.folder.releases / order.name
    about = read_public(folder / DATABASE)
    body = {
        "name": order.name,
        "night": order.night.seq,
        "by": list(order.by),
        "proposal": order.proposal,
        "database_sha256": sha256_of(folder / DATABASE),
        "manifest_sha256": sha256_of(folder / MANIFEST),
        "head_hash": about.about["head_hash"].item(),
        "with_unapproved": list(order.unapproved),
        "suppressed": suppressed_in(folder / DATABASE),
        "gap": float(about.about["gap"].item()),
    }
    texts = {"why": why} if why else {}
    return journal.append(order.night.ledger, RELEASE, body, at=order.night.business_at, texts=texts)


def _solver() -> Hide:
    from flows.disclosure import hide  # seconds, which only a release needs

    return hide
