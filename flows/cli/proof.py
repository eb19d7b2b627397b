"""Commands of proof: what was not altered, what an auditor wants to see, and what is needed to begin again."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from expectations.german import number_text
from flows.cli.shared import JsonFlag, UsageError, german_day, period_of, print_json, say
from flows.settings import berlin_date, data_folder

if TYPE_CHECKING:
    from flows.proof import Evidence, Proof
    from flows.proof.findings import Erased
    from flows.proof.population import Population

_POPULATIONS = "figures, state_funds, forwarded_funds or drawdowns."

_CHECKED_DE = {
    "entries": ("Eintrag des Journals", "Einträge des Journals"),
    "heads": ("aufbewahrter Stand", "aufbewahrte Stände"),
    "files": ("Original", "Originale"),
    "documents": ("Unterlage", "Unterlagen"),
    "releases": ("Veröffentlichung", "Veröffentlichungen"),
    "tables": ("Tabelle", "Tabellen"),
    "definitions": ("Definition oder Erläuterung", "Definitionen und Erläuterungen"),
}
"""What was looked at: as one of it is called, and as several are."""


def verify(
    head: Annotated[
        str | None, typer.Option(help="A head of the ledger that you kept: of a receipt, of a release …")
    ] = None,
    *,
    rebuild: Annotated[bool, typer.Option(help="Whether the database is built once more: the longest part.")] = True,
    as_json: JsonFlag = False,
) -> None:
    """Prove archive and ledger unaltered, build the database once more and compare the contents."""
    from flows.proof import verify as prove

    proof = prove(data_folder(), head=head, rebuilds=rebuild)
    if as_json:
        print_json(_proof_document(proof))
    else:
        _print_proof(proof, Console())
    raise typer.Exit(0 if proof.same else 1)


def _proof_document(proof: "Proof") -> dict[str, Any]:
    from flows.proof.findings import PROVES_DE

    return {
        "same": proof.same,
        "demo": proof.is_demo,
        "head": {"seq": proof.head.seq, "hash": proof.head.hash} if proof.head else None,
        "checked": proof.checked,
        "deviations": [asdict(one) for one in proof.deviations],
        "erased": [_erased_document(one) for one in proof.erased],
        "notes": list(proof.notes),
        "proves": PROVES_DE,
        "seconds": {part: round(seconds, 2) for part, seconds in proof.seconds.items()},
    }


def _erased_document(one: "Erased") -> dict[str, Any]:
    return {
        "submission_id": one.submission_id,
        "sha256": one.sha256,
        "erased_at": one.entry.at,
        "basis": one.basis,
        "by": one.entry.body.get("by"),
    }


def _print_proof(proof: "Proof", console: Console) -> None:
    from flows.feedback import WATERMARK
    from flows.proof.findings import PARTS_DE, PROVES_DE, shortened

    if proof.is_demo:
        console.print(WATERMARK, style="bold yellow")
    for found in shortened(proof.deviations):
        console.print(f"[bold red]{PARTS_DE[found.part]}[/bold red]", end=": ")
        say(found.message)
    for one in proof.erased:
        say(_erased_de(one))
    for note in proof.notes:
        say(note)
    checked = ", ".join(
        f"{number_text(count, 0)} {_CHECKED_DE[what][count != 1]}" for what, count in proof.checked.items()
    )
    say(f"Geprüft: {checked or 'nichts'} ({number_text(sum(proof.seconds.values()), 1)} Sekunden).")
    if proof.head:
        say(f"Stand des Journals: Eintrag {proof.head.seq}, {proof.head.hash}")
    count = len(proof.deviations)
    verdict = "Nichts wurde verändert." if proof.same else f"Abweichungen: {count}."
    console.print(verdict, style="bold green" if proof.same else "bold red")
    say(PROVES_DE)


def _erased_de(one: "Erased") -> str:
    from flows.retention import RETENTION

    reason = "Aufbewahrungsfrist für Listen mit Namen" if one.basis == RETENTION else one.basis
    return f"Einreichung {one.submission_id}: gelöscht am {german_day(berlin_date(one.entry.at))}, Grundlage: {reason}."


def evidence(
    *,
    sample: Annotated[int, typer.Option("--sample", help="How many items; with --by-amount how many hits.")],
    out: Annotated[Path | None, typer.Option("--out", help="The package to write.")] = None,
    seed: Annotated[str, typer.Option("--seed", help="The auditor's own; without it the population is stated.")] = "",
    population: Annotated[str, typer.Option("--population", help=_POPULATIONS)] = "",
    period: Annotated[str, typer.Option("--period", help="Only items of that period: 2026-H1, 2026 …")] = "",
    release: Annotated[str, typer.Option("--release", help="Draw from that release, not from the last night.")] = "",
    by: Annotated[str, typer.Option("--by", help="Your user id; else WIR_USER, else your login name.")] = "",
    by_amount: Annotated[bool, typer.Option("--by-amount", help="Every euro has the same chance.")] = False,
) -> None:
    """Draw a random sample that can be drawn again by hand, and pack originals, findings, decisions and traces."""
    from flows.proof import Request, draw_evidence, population_in
    from flows.signing import user_of

    code = period_of(period).code if period else ""
    request = Request(sample, seed, user_of(by), by_amount, population, code, release)
    if not seed:
        _print_population(population_in(data_folder(), request))
        return
    if out is None:
        raise UsageError("Bitte nennen Sie mit --out die Datei, in die das Paket geschrieben wird.")
    _print_evidence(draw_evidence(data_folder(), request, out), out)


def _print_population(population: "Population") -> None:
    from flows.proof.guide import german_cents

    total = sum(max(one.cents, 0) for one in population.items.values())
    amount = f", Summe {german_cents(total)} EUR" if population.has_amounts else ""
    say(f"Grundgesamtheit {population.name}: {len(population.items)} Positionen{amount}. SHA-256 {population.sha256}")
    say("Sie steht fest. Nun bestimmt die Prüfung ihren Startwert: --seed STARTWERT --out PAKET.zip")


def _print_evidence(packed: "Evidence", out: Path) -> None:
    from flows.feedback import WATERMARK

    drawn, items = len(packed.sample.drawn), len(packed.population.items)
    if packed.is_demo:
        Console().print(WATERMARK, style="bold yellow")
    say(f"{out}: {drawn} von {items} Positionen, {len(packed.submissions)} Einreichungen. SHA-256 {packed.sha256}")
    for number in packed.erased:
        say(f"Einreichung {number} ist gelöscht; das Paket nennt den Tag statt des Originals.")
    say(f"Dass die Originale herausgegeben wurden, steht im Journal (Eintrag {packed.entry.seq}).")
    say("Zu prüfen ist es ohne dieses Programm: sha256sum -c SHA256SUMS, alles Weitere in LIESMICH.txt.")


def backup(target: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write.")]) -> None:
    """Write everything that cannot be rebuilt into one file, and read it back."""
    from flows.proof import back_up

    made = back_up(data_folder(), target)
    for name in made.left_out:
        say(f"Nicht gesichert ist archive/{name}: Kein Eintrag des Journals kennt diese Datei.")
    say(f"{target}: {made.files} Dateien, gelesen und verglichen. SHA-256 {made.sha256}")
    say(f"Stand des Journals: Eintrag {made.head.seq}, {made.head.hash}")


def restore(source: Annotated[Path, typer.Argument(metavar="IN", help="What `wir backup` wrote.")]) -> None:
    """Put a backup into an empty data folder, after checking all of it."""
    from flows.proof import restore as put_back

    folder = data_folder()
    restored = put_back(source, folder)
    say(f"{folder.root}: {restored.files} Dateien wiederhergestellt, Prüfsummen und Kette stimmen.")
    say(f"Stand des Journals: Eintrag {restored.head.seq}, {restored.head.hash}")
    say("Datenbank und Rückmeldungen baut die nächste Nacht: wir nightly. Danach: wir verify --head mit diesem Stand.")
