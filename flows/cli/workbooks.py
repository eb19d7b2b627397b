"""Commands about workbooks: write them, show the form, judge files, take them in."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from expectations.period import FIRST_YEAR, LAST_YEAR
from flows.cli.shared import (
    FilesArgument,
    JsonFlag,
    PeriodOption,
    UsageError,
    data_folder_or_none,
    period_of,
    print_json,
    say,
)
from flows.settings import data_folder

ACCEPTABLE, RETURNED, UNREADABLE = 0, 1, 2


def template(
    period: PeriodOption,
    out: Annotated[Path, typer.Option("--out", help="Folder, or with --ags also a file.")],
    ags: Annotated[str, typer.Option("--ags", help="Official municipality key, such as 06431.")] = "",
    *,
    every: Annotated[bool, typer.Option("--all", help="One workbook for each body of the period.")] = False,
) -> None:
    """Write the prefilled workbook of one body, or of all."""
    from flows.desk import write_templates

    if bool(ags) == every:
        raise UsageError("Name one body with --ags, or take all with --all.")
    console = Console(stderr=True)
    written = write_templates(data_folder_or_none(), period_of(period), out, ags=ags or None, console=console)
    say(f"{len(written)} Arbeitsmappe{'n' if len(written) > 1 else ''} geschrieben: {out}")


def form(
    year: Annotated[int, typer.Option(help="Reporting year.")] = FIRST_YEAR,
    *,
    as_json: JsonFlag = False,
) -> None:
    """Print the form: every sheet, section and field, and every rule."""
    from expectations.form import form_of
    from flows.form_view import form_document, print_form

    if year not in range(FIRST_YEAR, LAST_YEAR + 1):
        raise UsageError(f"There is no form for {year}: use {FIRST_YEAR} … {LAST_YEAR}.")
    declared = form_of(year)
    if as_json:
        print_json(form_document(declared))
    else:
        print_form(declared, Console())


def check(
    files: FilesArgument,
    *,
    as_json: JsonFlag = False,
) -> None:
    """Judge files without submitting them: 0 all acceptable, 1 some returned or awaiting, 2 some unreadable."""
    from expectations.finding import Verdict
    from flows.desk import check_files
    from flows.feedback import as_document, print_protocols

    checked = check_files(data_folder_or_none(), files)
    if as_json:
        print_json({"files": [as_document(one) for one in checked]})
    else:
        print_protocols(checked, Console())
    verdicts = {one.judgement.verdict for one in checked}
    if Verdict.UNREADABLE in verdicts:
        raise typer.Exit(UNREADABLE)
    raise typer.Exit(ACCEPTABLE if all(verdict.in_force for verdict in verdicts) else RETURNED)


def submit(
    files: FilesArgument,
    sender: Annotated[str, typer.Option("--sender", help="Who hands the files in.")] = "",
) -> None:
    """Take files in as the portal would, and print receipts."""
    from flows.desk import submit_files
    from flows.feedback import receipt_sentence

    receipts, left = submit_files(data_folder(), files, sender=sender)
    for receipt in receipts:
        say(receipt_sentence(receipt))
    for file in left:
        say(f"{file.file_name}: {file.reason}", error=True)
    raise typer.Exit(1 if left else 0)
