"""Why something is decided: one line of plain words, kept beside the ledger's chain."""

from expectations.german import number_text
from expectations.personal_data import kinds_in
from flows.desk.registers import DeskError

LONGEST_CHARACTERS = 1_000


def reason_of(why: str) -> str:
    """A reason in one line.

    Raises:
        DeskError: it says nothing, is too long, or likely names a person; in German.
    """
    said = " ".join("".join(sign if sign.isprintable() else " " for sign in why).split())
    if not any(sign.isalnum() for sign in said):
        raise DeskError("Die Begründung ist leer. Bitte nennen Sie mit --why in ein oder zwei Sätzen den Grund.")
    if len(said) > LONGEST_CHARACTERS:
        raise DeskError(
            f"Die Begründung hat {number_text(len(said), 0)} Zeichen; "
            f"möglich sind {number_text(LONGEST_CHARACTERS, 0)}. Bitte fassen Sie sich kürzer."
        )
    if kinds := kinds_in(said):
        raise DeskError(
            f"Die Begründung enthält vermutlich personenbezogene Daten ({', '.join(kinds)}). "
            "Bitte begründen Sie ohne sie; es ist nichts festgehalten."
        )
    return said
