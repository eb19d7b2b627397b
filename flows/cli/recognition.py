"""`wir recognise`: what the granting authority recognised of a report."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

import typer

from flows.cli.decisions import ByOption, SubmissionArgument
from flows.cli.shared import UsageError, say
from flows.settings import data_folder


def recognise(
    submission: SubmissionArgument,
    why: Annotated[str, typer.Option("--why", help="The review note, in one or two sentences without a name.")],
    grants: Annotated[
        list[str] | None, typer.Option("--grant", metavar="G", help="Grant number; with --recognised, repeatable.")
    ] = None,
    amounts: Annotated[
        list[str] | None,
        typer.Option("--recognised", metavar="EUR", help="What is recognised of that grant: 1.234,56 or 1234.56."),
    ] = None,
    by: ByOption = "",
) -> None:
    """Recognise the use that a report states: as reported, or less where grants and amounts are given."""
    from flows.desk.recognition import recognise as recognise_report
    from flows.signing import user_of

    recognised_eur = _by_grant(grants or [], amounts or [])
    done = recognise_report(data_folder(), submission, why=why, by=user_of(by), recognised_eur=recognised_eur)
    say(done.said)


def _by_grant(grants: Sequence[str], amounts: Sequence[str]) -> dict[str, Decimal]:
    """Amounts by grant number, in the order in which both were given.

    Raises:
        UsageError: one of the two is missing somewhere, a grant is named twice, or an amount is none.
    """
    from flows.recognitions import RecognitionError, eur_of

    if len(grants) != len(amounts):
        raise UsageError("Zu jedem --grant gehört ein --recognised mit dem anerkannten Betrag, und umgekehrt.")
    if len(set(grants)) != len(grants):
        raise UsageError("Ein Bescheid ist zweimal genannt. Bitte nennen Sie zu jedem einen Betrag.")
    try:
        return {grant: eur_of(amount) for grant, amount in zip(grants, amounts, strict=True)}
    except RecognitionError as error:
        raise UsageError(str(error)) from error
