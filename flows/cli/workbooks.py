"""Commands about workbooks: write them, show the form, judge files, take them in."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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

if TYPE_CHECKING:
    from flows.desk.migration import Migrated

ACCEPTABLE, RETURNED, UNREADABLE = 0, 1, 2


def template(
    period: PeriodOption,
    out: Annotated[Path, typer.Option("--out", help="Folder, or with --ags also a file.")],
    ags: Annotated[str, typer.Option("--ags", help="Official municipality key, such as 06431.")] = "",
    form_version: Annotated[str, typer.Option("--form-version", help="An older version of the form.")] = "",
    *,
    every: Annotated[bool, typer.Option("--all", help="One workbook for each body of the period.")] = False,
) -> None:
    """Write the prefilled workbook of one body, or of all."""
    from expectations.form import form_versions
    from flows.desk import write_templates

    if bool(ags) == every:
        raise UsageError("Name one body with --ags, or take all with --all.")
    console = Console(stderr=True)
    folder, parsed = data_folder_or_none(), period_of(period)
    begun = [version for version, first_year in form_versions().items() if first_year <= parsed.year]
    if form_version and form_version not in begun:
        raise UsageError(f"There is no form version {form_version} for {parsed.code}: use {' or '.join(begun)}.")
    written = write_templates(folder, parsed, out, ags=ags or None, console=console, form_version=form_version)
    say(f"{len(written)} Arbeitsmappe{'n' if len(written) > 1 else ''} geschrieben: {out}")


def migrate(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A filled workbook; it is not touched.")],
    out: Annotated[Path, typer.Option("--out", help="The new workbook, or a folder for it.")],
    *,
    as_json: JsonFlag = False,
) -> None:
    """Move a filled workbook into the current form: 0 written (what found no place is listed), 2 unreadable."""
    from flows.desk.migration import Unreadable, document_of
    from flows.desk.migration import migrate as migrate_file

    migrated = migrate_file(data_folder_or_none(), file, out)
    if isinstance(migrated, Unreadable):
        if as_json:
            print_json({"file": str(file), "findings": [asdict(one) for one in migrated.findings]})
        for one in () if as_json else migrated.findings:
            say(f"{file}: {one.message} {one.advice} ({one.code})", error=True)
        raise typer.Exit(UNREADABLE)
    if as_json:
        print_json(document_of(migrated))
        return
    for line in _told(migrated):
        say(line)


def _told(migrated: "Migrated") -> Iterator[str]:
    """What became of a workbook, in German."""
    whose = f"{migrated.identity.body_name} ({migrated.identity.ags}), Zeitraum {migrated.identity.period.code}"
    yield f"{migrated.out} geschrieben: {whose}, Fassung {migrated.form_version}; {migrated.moved} Angaben übertragen."
    for heading, lines in (
        ("Keinen Platz fanden:", [one.says for one in migrated.lost]),
        ("In der Datei fehlte:", migrated.missing),
        ("Neu gefragt und noch offen:", migrated.newly_asked),
    ):
        if lines:
            yield heading
        yield from (f"  {line}" for line in lines)
    if not migrated.lost:
        yield "Alle Angaben fanden ihren Platz."


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
    annotated: Annotated[
        Path | None,
        typer.Option("--annotated", metavar="OUT.xlsx", help="Write the workbook marked; for several files a folder."),
    ] = None,
    *,
    as_json: JsonFlag = False,
) -> None:
    """Judge files without submitting them: 0 all acceptable, 1 some returned or awaiting, 2 some unreadable."""
    from expectations.finding import Verdict
    from flows.desk import annotate_files, check_files
    from flows.feedback import as_document, print_protocols

    checked = check_files(data_folder_or_none(), files)
    if as_json:
        print_json({"files": [as_document(one) for one in checked]})
    else:
        print_protocols(checked, Console())
    for sentence in annotate_files(files, checked, annotated) if annotated else ():
        say(sentence, error=True)
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
