"""The command line `wir`: names and options in English, what municipalities read in German.

Heavy rooms are imported by the commands that need them.
"""

import typer

from flows.cli import acts, decisions, dictionary, nights, proof, recognition, releases, rules, status, trace, workbooks

app = typer.Typer(
    name="wir",
    help="WIR-Monitoring: from a municipality's workbook to the indicator tables.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
rules_app = typer.Typer(help="The rules, and what they would say of past reports.", no_args_is_help=True)
reference_app = typer.Typer(help="The ministry's registers and public reference data.", no_args_is_help=True)

app.command()(nights.demo)
app.command()(workbooks.template)
app.command()(workbooks.migrate)
app.command()(workbooks.form)
app.command()(workbooks.check)
app.command()(workbooks.submit)
app.command()(nights.nightly)
app.command()(nights.serve)
app.command()(acts.explain)
app.command("re-check")(acts.re_check)
app.command()(decisions.approve)
app.command("return")(decisions.send_back)
app.command()(decisions.void)
app.command()(decisions.extend)
app.command()(decisions.waive)
app.command()(decisions.erase)
app.command()(recognition.recognise)
app.command()(status.status)
app.command()(trace.trace)
app.command()(releases.release)
app.command()(releases.changes)
app.command()(proof.verify)
app.command()(proof.evidence)
app.command()(proof.backup)
app.command()(proof.restore)
app.command()(dictionary.dictionary)
app.add_typer(reference_app, name="reference")
reference_app.command("import")(acts.reference_import)
app.add_typer(rules_app, name="rules")
rules_app.command("preview")(rules.preview)
