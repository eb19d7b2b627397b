"""Who acts and why, and acts that need two people: the first proposes, a second does the same, and then it is done.

The ledger holds ids of users, never names; a reason lies beside its chain, where it can be erased. A proposal counts as
long as nothing else happened to what it is about: four eyes must have seen the same thing.
"""

import getpass
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from expectations.errors import StatedError
from expectations.german import number_text
from expectations.personal_data import kinds_in
from flows.ledger import Pen
from flows.records import Draft, Entry

PROPOSAL = "proposal"
"""Kind of the ledger's entry: {act, by, + what the act is about}; text `why`."""
DEMO_USERS = ("demo-2", "demo-1")
"""Who plays the second person in a demonstration; the other one where the first bears that id."""

_USER_ID = re.compile(r"[a-z0-9._-]{1,40}")
_LONGEST_CHARACTERS = 1_000


class SigningError(StatedError):
    """It cannot be told who acts; the message says what to do, in German."""

    exit_code = 64


class ReasonError(StatedError):
    """What is given as a reason is none, or may not be kept; the message says why, in German."""


@dataclass(frozen=True)
class Signed:
    """How far an act has come.

    Attributes:
        by: who signed, the first one first; the act is to be done once there are two.
        proposal: the ledger entry of the proposal.
        is_new: whether this call changed anything; not so where the same person asks twice.
        is_played: whether the program itself played the second person, in a demonstration.
    """

    by: tuple[str, ...]
    proposal: int
    is_new: bool
    is_played: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether two people have signed."""
        return len(self.by) == 2


def user_of(given: str = "") -> str:
    """The id of the user who acts: as given, else `WIR_USER`, else the login name of the system.

    Raises:
        SigningError: there is none, or it is no id.
    """
    user = given or os.environ.get("WIR_USER", "") or _login_name()
    if not _USER_ID.fullmatch(user):
        raise SigningError(
            f"„{user}“ ist keine Benutzerkennung. Bitte nennen Sie mit --by oder in WIR_USER Ihre Kennung: "
            "bis zu 40 Zeichen aus a–z, 0–9, Punkt, Unterstrich und Bindestrich."
        )
    return user


def _login_name() -> str:
    try:
        return getpass.getuser().lower()
    except (OSError, KeyError, ImportError):  # a process without a user of its own
        return ""


def reason_of(why: str) -> str:
    """A reason in one line of plain words.

    Raises:
        ReasonError: it says nothing, is too long, or likely names a person.
    """
    said = " ".join("".join(sign if sign.isprintable() else " " for sign in why).split())
    if not any(sign.isalnum() for sign in said):
        raise ReasonError("Die Begründung ist leer. Bitte nennen Sie mit --why in ein oder zwei Sätzen den Grund.")
    if len(said) > _LONGEST_CHARACTERS:
        raise ReasonError(
            f"Die Begründung hat {number_text(len(said), 0)} Zeichen; "
            f"möglich sind {number_text(_LONGEST_CHARACTERS, 0)}. Bitte fassen Sie sich kürzer."
        )
    if kinds := kinds_in(said):
        raise ReasonError(
            f"Die Begründung enthält vermutlich personenbezogene Daten ({', '.join(kinds)}). "
            "Bitte begründen Sie ohne sie; es ist nichts festgehalten."
        )
    return said


def signed(
    pen: Pen, act: str, subject: Mapping[str, Any], *, by: str, why: str, at: datetime, since: int = 0
) -> Signed:
    """Sign an act that needs two people.

    The first person's call appends a proposal, a second person's completes it: whoever calls then appends the act,
    with `by: [first, second]` and `proposal`. Both happen while the pen is held, so that two processes that sign at
    once are two people, or one proposal. In a demonstration the program plays the second person at once.

    Args:
        pen: the right to write.
        act: what is done, such as `approve`.
        subject: what it is done to, as JSON; the same act on the same subject is the same proposal.
        by: the id of the user who signs, see `user_of`.
        why: the reason, kept in the erasable texts; may be empty.
        at: the business moment.
        since: the last entry that changed what the act is about; proposals before it do not count any more.
    """
    proposal = _open_proposal(pen, act, subject, since)
    if proposal is not None and proposal.body["by"] != by:
        return Signed((proposal.body["by"], by), proposal.seq, is_new=True)
    is_new = proposal is None
    if proposal is None:
        proposal = pen.append(Draft(PROPOSAL, {"act": act, "by": by, **subject}, at, {"why": why} if why else {}))
    if _is_demo(pen):
        second = next(user for user in DEMO_USERS if user != by)
        return Signed((by, second), proposal.seq, is_new=True, is_played=True)
    return Signed((by,), proposal.seq, is_new=is_new)


def _open_proposal(pen: Pen, act: str, subject: Mapping[str, Any], since: int) -> Entry | None:
    wanted = {"act": act, **subject}
    proposals = [
        entry
        for entry in pen.entries(PROPOSAL)
        if entry.seq > since and {name: value for name, value in entry.body.items() if name != "by"} == wanted
    ]
    done = {entry.body.get("proposal") for entry in pen.entries() if entry.kind != PROPOSAL} if proposals else set()
    return next((entry for entry in proposals if entry.seq not in done), None)


def _is_demo(pen: Pen) -> bool:
    return any(entry.body.get("demo") for entry in pen.entries("opened"))


def signers_de(by: Iterable[str]) -> str:
    """Who signed, as a sentence names them: `anna und berta`."""
    return " und ".join(by)
