"""Recognition: how much of the use that a report states the granting authority recognised, and how much it cut.

An act in the ledger. A later one for the same submission replaces the earlier; all of them stay.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from expectations.errors import StatedError
from expectations.german import number_text
from expectations.privacy import shielded
from flows.records import Draft, Entry

RECOGNITION = "recognition"
"""Kind of the ledger's entry: {submission_id, by, amounts: [{grant_number, recognised_eur, cut_eur}]}; text `why`."""

_AMOUNT = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+(,[0-9]{1,2})?|[0-9]+(,[0-9]{1,2})?|[0-9]+\.[0-9]{1,2}")
_LARGEST_EUR = Decimal(10) ** 12


class RecognitionError(StatedError):
    """An amount that cannot be recognised; the message says which and why, in German."""


@dataclass(frozen=True)
class Amount:
    """What was recognised of the state funds that a report says were used from one grant.

    Attributes:
        reported_eur: as the report states it.
        recognised_eur: at most what is reported, never negative.
    """

    grant_number: str
    reported_eur: Decimal
    recognised_eur: Decimal

    @property
    def cut_eur(self) -> Decimal:
        """What is reported and not recognised."""
        return self.reported_eur - self.recognised_eur


@dataclass(frozen=True)
class Recognition:
    """One act of recognition, by the ledger's entry `seq`."""

    seq: int
    at: datetime
    submission_id: int
    by: str
    amounts: tuple[Amount, ...]


def eur_of(text: str) -> Decimal:
    """An amount as people type it: 1.234,56 or 1234.56, with or without a sign for the euro.

    Raises:
        RecognitionError: it is none, has more than two decimals, or is negative.
    """
    bare = re.sub(r"\s*(€|EUR)$", "", text.strip())
    if not _AMOUNT.fullmatch(bare):
        raise RecognitionError(
            f"„{text}“ ist kein Betrag von 0 EUR oder mehr. Bitte schreiben Sie zum Beispiel 1.234,56."
        )
    is_plain = re.fullmatch(r"[0-9]+\.[0-9]{1,2}", bare)
    amount = Decimal(bare if is_plain else bare.replace(".", "").replace(",", "."))
    if amount >= _LARGEST_EUR:
        raise RecognitionError(f"„{text}“ ist zu groß für einen Betrag in EUR.")
    return amount.quantize(Decimal("0.01"))


def amounts_of(reported_eur: Mapping[str, Decimal], recognised_eur: Mapping[str, Decimal]) -> tuple[Amount, ...]:
    """What becomes of every grant of a report.

    Args:
        reported_eur: use by grant number, as the report states it.
        recognised_eur: what is recognised of it, by grant number; a grant that is not named is recognised as reported.

    Raises:
        RecognitionError: a grant is not in the report, or more would be recognised than reported, or less than 0.
    """
    for grant, amount in recognised_eur.items():
        if grant not in reported_eur:
            known = ", ".join(reported_eur)
            raise RecognitionError(f"Der Bericht nennt keinen Bescheid „{grant}“. Er nennt: {known}.")
        if not 0 <= amount <= reported_eur[grant]:
            raise RecognitionError(
                f"Zu {grant} können 0,00 bis {number_text(reported_eur[grant], 2)} EUR anerkannt werden, so viel ist "
                f"als verwendet gemeldet; {number_text(amount, 2)} EUR liegen außerhalb."
            )
    return tuple(
        Amount(grant, reported, recognised_eur.get(grant, reported)) for grant, reported in reported_eur.items()
    )


# --- in the ledger ---------------------------------------------------------------------------------------------------


def recognition_draft(submission_id: int, by: str, amounts: Iterable[Amount], why: str, at: datetime) -> Draft:
    """The act as an entry; amounts are text, because JSON knows no exact decimals."""
    rows = [
        {
            "grant_number": one.grant_number,
            "recognised_eur": f"{one.recognised_eur:.2f}",
            "cut_eur": f"{one.cut_eur:.2f}",
        }
        for one in amounts
    ]
    return Draft(RECOGNITION, {"submission_id": submission_id, "by": by, "amounts": rows}, at, {"why": why})


def recognitions(entries: Iterable[Entry]) -> tuple[Recognition, ...]:
    """All acts of recognition among the ledger's entries, in order."""
    return tuple(_recognition(entry) for entry in entries if entry.kind == RECOGNITION)


def newest(acts: Iterable[Recognition]) -> dict[int, Recognition]:
    """The act that counts, by submission."""
    return {act.submission_id: act for act in acts}


def _recognition(entry: Entry) -> Recognition:
    amounts = tuple(map(_amount, entry.body["amounts"]))
    return Recognition(entry.seq, entry.at, entry.body["submission_id"], entry.body["by"], amounts)


def _amount(row: Mapping[str, str]) -> Amount:
    recognised, cut = Decimal(row["recognised_eur"]), Decimal(row["cut_eur"])
    return Amount(row["grant_number"], recognised + cut, recognised)


def recognition_rows(
    acts: Sequence[Recognition], whys: Mapping[int, str], in_force: Collection[int]
) -> list[dict[str, Any]]:
    """Rows of `intake.recognitions`: what counts for each submission and grant.

    Args:
        acts: all acts, in order.
        whys: review note by entry; an erased one is missing.
        in_force: the submissions that feed figures. A recognition stays with the report that it was made of.
    """
    return [
        {
            "submission_id": act.submission_id,
            "grant_number": amount.grant_number,
            "reported_eur": amount.reported_eur,
            "recognised_eur": amount.recognised_eur,
            "cut_eur": amount.cut_eur,
            "recognised_at": act.at.astimezone(UTC).replace(tzinfo=None),
            "recognised_by": act.by,
            "why": shielded(whys[act.seq]) if act.seq in whys else None,
            "in_force": act.submission_id in in_force,
            "entry": act.seq,
        }
        for act in newest(acts).values()
        for amount in act.amounts
    ]
