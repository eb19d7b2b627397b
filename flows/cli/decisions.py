"""Commands of the ministry's data team that decide about reports and duties: each is an entry in the ledger."""

from datetime import date, datetime
from typing import Annotated

import typer

from flows.cli.shared import UsageError, period_of, say
from flows.settings import data_folder

SubmissionArgument = Annotated[int, typer.Argument(help="Number of the submission, as on the receipt.")]
SubmissionsArgument = Annotated[
    list[int], typer.Argument(metavar="SUBMISSION…", help="Numbers of the submissions, as on the receipts.")
]
AgsArgument = Annotated[str, typer.Argument(help="Key of the body, such as 06431.")]
PeriodArgument = Annotated[str, typer.Argument(help="2026-H1, 2026 … 2030, or 2026-2030.")]
WhyOption = Annotated[str, typer.Option("--why", help="The reason, in one or two sentences without a name.")]
ByOption = Annotated[str, typer.Option("--by", help="Your user id; else WIR_USER, else your login name.")]
UntilOption = Annotated[str, typer.Option("--until", help="The last day: 2026-12-31 or 31.12.2026.")]


def approve(submissions: SubmissionsArgument, why: WhyOption, by: ByOption = "") -> None:
    """Approve reports in force; a second person must do the same. It changes no figure."""
    from flows.desk import DeskError, decide
    from flows.signing import user_of

    user, refused = user_of(by), 0
    for submission in submissions:
        try:
            say(decide.approve(data_folder(), submission, why=why, by=user).said)
        except DeskError as error:  # the others are approved all the same
            say(str(error), error=True)
            refused = error.exit_code
    raise typer.Exit(refused)


def send_back(submission: SubmissionArgument, why: WhyOption, by: ByOption = "") -> None:
    """Give a report in force back to its body, with the reason; its figures stay until a new one comes."""
    from flows.desk import decide
    from flows.signing import user_of

    say(decide.send_back(data_folder(), submission, why=why, by=user_of(by)).said)


def void(submission: SubmissionArgument, why: WhyOption, by: ByOption = "") -> None:
    """Void an accepted report for good; a second person must do the same. The accepted one before counts again."""
    from flows.desk import decide
    from flows.signing import user_of

    say(decide.void(data_folder(), submission, why=why, by=user_of(by)).said)


def extend(ags: AgsArgument, period: PeriodArgument, until: UntilOption, why: WhyOption, by: ByOption = "") -> None:
    """Extend the due date of a body's report; after it has passed, a second person must do the same."""
    from flows.desk import decide
    from flows.signing import user_of

    user, day = user_of(by), _day_of(until)
    say(decide.extend(data_folder(), ags, period_of(period), day, why=why, by=user).said)


def waive(ags: AgsArgument, period: PeriodArgument, why: WhyOption, by: ByOption = "") -> None:
    """Exempt a body from reporting on a period."""
    from flows.desk import decide
    from flows.signing import user_of

    say(decide.waive(data_folder(), ags, period_of(period), why=why, by=user_of(by)).said)


def erase(submission: SubmissionArgument, why: WhyOption, by: ByOption = "") -> None:
    """Erase what was submitted, on a legal basis; a second person must do the same. It cannot be undone."""
    from flows.desk import erasing
    from flows.signing import user_of

    say(erasing.erase(data_folder(), submission, why=why, by=user_of(by)).said)


def _day_of(text: str) -> date:
    """A day as people type it.

    Raises:
        UsageError: it is none.
    """
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007  a day has no time zone
        except ValueError:
            continue
    raise UsageError(f"„{text}“ ist kein Tag. Bitte schreiben Sie 2026-12-31 oder 31.12.2026.")
