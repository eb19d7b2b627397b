"""Commands about frozen publications: make one, and tell what changed between two."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from expectations.german import number_text
from flows.cli.shared import JsonFlag, print_json, say
from flows.settings import data_folder

if TYPE_CHECKING:
    from flows.releasing import Comparison, Released

_SHORT_STATES_DE = {
    None: "–",
    "not_recorded": "nicht erhoben",
    "missing_report": "Bericht fehlt",
    "not_applicable": "nicht anwendbar",
}
_CAUSES_SHOWN = 3


def release(
    name: Annotated[str, typer.Argument(help="Name of the release, such as 2026-herbst.")],
    why: Annotated[str, typer.Option("--why", help="Reason, kept erasably.")] = "",
    by: Annotated[str, typer.Option("--by", help="Your user id; otherwise WIR_USER or your login name.")] = "",
    *,
    with_unapproved: Annotated[
        bool, typer.Option("--with-unapproved", help="Also release reports that nobody approved, and say so.")
    ] = False,
) -> None:
    """Freeze a publication: database, public tables, workbook, report and manifest. Two people must ask for it."""
    from flows.releasing import release as release_now

    folder = data_folder()
    with Console(stderr=True).status("Die Veröffentlichung wird berechnet, gebaut und geschrieben …"):
        done = release_now(folder, name, by=by, why=why, with_unapproved=with_unapproved)
    say(_released_de(done))
    if done.entry is not None:
        say(f"Alles: {folder.releases / done.name}\nÖffentlich: {folder.public}")


def _released_de(done: "Released") -> str:
    """How far it has come, as one paragraph."""
    from flows.signing import signers_de

    if done.entry is None and done.signed is not None:
        first = done.signed.by[0]
        begun = "vorgeschlagen" if done.signed.is_new else "von derselben Person schon vorgeschlagen"
        return (
            f"Veröffentlichung „{done.name}“ ist {begun} ({first}). "
            "Eine zweite Person muss dasselbe tun; bis dahin geschieht nichts."
        )
    if done.signed is None:
        return f"Veröffentlichung „{done.name}“ war festgehalten; der öffentliche Ordner zeigt sie jetzt."
    said = f"Veröffentlichung „{done.name}“ ist festgehalten, gezeichnet von {signers_de(done.signed.by)}."
    if done.signed.is_played:
        said += " (In der Demonstration zeichnet das Programm als zweite Person.)"
    if done.unapproved:
        said += f" Nicht freigegeben waren {len(done.unapproved)} geltende Berichte; die Veröffentlichung sagt es."
    return said


def changes(
    before: Annotated[str, typer.Argument(metavar="A", help="Name of a release.")],
    after: Annotated[str, typer.Argument(metavar="B", help="Name of a later release, or: now.")],
    *,
    breakdowns: Annotated[bool, typer.Option("--all", help="Also the figures of every breakdown.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """List, figure by figure, what differs between two releases, and which report, decision or change caused it."""
    from flows.releasing import compare

    found = compare(data_folder(), before, after)
    if as_json:
        print_json(found.document())
    else:
        _print_changes(found, breakdowns=breakdowns)


def _print_changes(found: "Comparison", *, breakdowns: bool) -> None:
    from flows.releasing.causes import CAUSES_DE

    console = Console()
    if found.is_demo:
        from flows.feedback import WATERMARK

        console.print(WATERMARK, style="bold yellow")
    shown = [change for change in found.changes if breakdowns or change["breakdown"] == "gesamt"]
    by_causes: dict[str, list[Mapping[str, Any]]] = {}
    for change in shown:
        by_causes.setdefault(_causes_de(change["causes"]), []).append(change)
    for causes, changed in by_causes.items():
        console.print(Text(causes, style="bold"))
        console.print(_table(changed))
    counts = Counter(cause for change in found.changes for cause in {one["cause"] for one in change["causes"]})
    for code, count in counts.most_common():
        say(f"{CAUSES_DE[code]}: {number_text(count, 0)} Kennzahlwerte")
    hidden = len(found.changes) - len(shown)
    more = f" Davon {number_text(hidden, 0)} in Gliederungen: --all zeigt sie." if hidden else ""
    total = number_text(len(found.changes), 0)
    say(f"{total} Kennzahlwerte unterscheiden sich von {found.before} zu {found.after}.{more}")


def _table(changes: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in ("Kennzahl", "Gebiet", "Zeitraum", "Gliederung", "bisher", "jetzt"):
        is_number = heading in {"bisher", "jetzt"}
        table.add_column(heading, no_wrap=heading in {"Kennzahl", "Zeitraum"}, justify="right" if is_number else "left")
    for change in changes:
        place = (change["indicator_id"], change["area"], change["period"], change["breakdown"])
        table.add_row(*map(Text, (*place, *_values_de(change["before"], change["after"]))))
    return table


def _values_de(*figures: Mapping[str, Any]) -> tuple[str, ...]:
    """Figures side by side; numbers with the same decimals."""
    numbers = [figure["value"] for figure in figures if _is_number(figure)]
    decimals = 0 if all(number == int(number) for number in numbers) else 2
    return tuple(_value_de(figure, decimals) for figure in figures)


def _is_number(figure: Mapping[str, Any]) -> bool:
    return figure["state"] == "ok" and figure["value"] is not None


def _value_de(figure: Mapping[str, Any], decimals: int) -> str:
    hidden = " (geheim)" if figure["hidden"] else ""
    if not _is_number(figure):
        return _SHORT_STATES_DE.get(figure["state"], "–") + hidden
    return number_text(figure["value"], decimals) + hidden


def _causes_de(causes: Sequence[Mapping[str, Any]]) -> str:
    """The first causes, and how many there are beside."""
    told = "; ".join(str(cause["cause_de"]) for cause in causes[:_CAUSES_SHOWN])
    more = len(causes) - _CAUSES_SHOWN
    return f"{told}; und {more} weitere" if more > 0 else told
