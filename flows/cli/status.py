"""`wir status`: who owes which report, and how it stands."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from flows.cli.shared import JsonFlag, german_day, period_of, print_json, say
from flows.settings import data_folder

_STATES_DE = {
    "not_yet_due": "noch nicht fällig",
    "received": "eingegangen",
    "accepted": "angenommen",
    "accepted_late": "angenommen",
    "awaiting_explanation": "Erläuterung steht aus",
    "returned": "zurückgegeben",
    "voided": "aufgehoben",
    "missing": "fehlt",
    "extended": "Frist verlängert",
    "exempt": "befreit",
    "voluntary": "freiwillig",
}
_STATE_STYLES = {
    "missing": "bold red",
    "returned": "red",
    "voided": "red",
    "accepted_late": "yellow",
    "awaiting_explanation": "yellow",
}
_COUNTED = {
    "accepted": ("angenommen", "angenommen"),
    "accepted_late": ("verspätet angenommen", "verspätet angenommen"),
    "missing": ("fehlt", "fehlen"),
    "extended": ("mit verlängerter Frist", "mit verlängerter Frist"),
    "exempt": ("befreit", "befreit"),
}
"""States that are told apart below each table: how one and how several are called."""


def status(
    period: Annotated[str, typer.Option("--period", help="Only this period.")] = "",
    *,
    as_json: JsonFlag = False,
) -> None:
    """Show who is due, received, accepted, returned, late, extended or exempt."""
    from flows.desk import obligations_now
    from flows.desk.proposals import open_proposals

    folder, wanted = data_folder(), period_of(period) if period else None
    is_demo, rows = obligations_now(folder, wanted)
    proposals = open_proposals(folder, wanted)
    if as_json:
        print_json({"demo": is_demo, "obligations": rows, "proposals": proposals})
    else:
        _print_status(rows, is_demo=is_demo)
        _print_proposals(proposals)


def _print_status(rows: Sequence[dict[str, Any]], *, is_demo: bool) -> None:
    console = Console()
    if is_demo:
        from flows.feedback import WATERMARK

        console.print(WATERMARK, style="bold yellow")
    bearers = Counter(name for name, _ in {(row["name"], row["ags"]) for row in rows})
    for period in dict.fromkeys(row["period"] for row in rows):
        own = [row for row in rows if row["period"] == period]
        console.print(_table(period, own, {name for name, count in bearers.items() if count > 1}))
        console.print(f" {_counts(own)}\n", highlight=False)


def _print_proposals(proposals: Sequence[dict[str, Any]]) -> None:
    """What waits for a second person."""
    if proposals:
        say("Es wartet auf eine zweite Person:")
    for row in proposals:
        number, place = row.get("submission_id"), (row.get("ags"), row.get("period"), row.get("name"))
        about = [f"Einreichung {number}" if number else "", *(part or "" for part in place)]
        what = ", ".join(part for part in about if part)
        say(f"  wir {row['act']}: {what} (vorgeschlagen am {german_day(row['on'])} von {row['by']})")


def _table(period: str, rows: Sequence[dict[str, Any]], shared_names: set[str]) -> Table:
    """One row per body.

    Args:
        period: the period.
        rows: what is owed for it.
        shared_names: names that two bodies bear; they are told apart by their type.
    """
    table = Table(
        title=f"Berichte {period}", title_justify="left", title_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0)
    )
    decided = [_decided(row) for row in rows]
    headings = ["AGS", "Körperschaft", "fällig", "Eingang", "Stand", *(["Ministerium"] if any(decided) else [])]
    for heading in headings:
        is_short = heading in {"AGS", "fällig", "Eingang"}
        table.add_column(heading, no_wrap=is_short, overflow="fold", min_width=0 if is_short else 13)
    for row, acts in zip(rows, decided, strict=True):
        state = row["state"]
        texts = (
            row["ags"],
            f"{row['name']} ({row['type']})" if row["name"] in shared_names else row["name"],
            german_day(row["due_on"]) + (f"\nbis {german_day(row['extended_to'])}" if row["extended_to"] else ""),
            german_day(row["received_on"]),
            _STATES_DE.get(state, state) + _late(row["days_late"]),
            acts,
        )
        table.add_row(*texts[: len(headings)], style=_STATE_STYLES.get(state))
    return table


def _decided(row: dict[str, Any]) -> str:
    """What the ministry decided, with the day."""
    acts = {
        "freigegeben": row["approved_on"],
        "zurückgegeben": row["sent_back_on"],
        "verlängert": row["extension_on"],
        "befreit": row["waived_on"],
    }
    return ", ".join(f"{what} {german_day(on)}" for what, on in acts.items() if on)


def _counts(rows: Sequence[dict[str, Any]]) -> str:
    """How many bodies are late, missing, extended and exempt, each for itself."""
    states = Counter(row["state"] for row in rows)
    approved = sum(row["approved_on"] is not None for row in rows)
    counted = [f"{states[state]} {names[states[state] != 1]}" for state, names in _COUNTED.items() if states[state]]
    return " · ".join([*counted, *([f"{approved} freigegeben"] if approved else [])])


def _late(days: int | None) -> str:
    return f" (+{days} Tag{'e' if days > 1 else ''})" if days else ""
