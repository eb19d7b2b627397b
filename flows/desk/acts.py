"""Acts on a submission that was judged: explaining its warnings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from expectations.explanation import (
    LONGEST_CHARACTERS,
    EarlierReport,
    cause_of,
    explained_judgement,
    is_at,
    last_before,
    means_as_before,
    offer_of,
)
from expectations.finding import Finding, Judgement, Severity
from expectations.german import date_text, number_text
from expectations.period import parse_period
from expectations.personal_data import kinds_in
from flows import earlier, reference
from flows import ledger as journal
from flows.assemble import OF_SUBMISSIONS, Taken, judgement_document, judgement_of, submissions, taken
from flows.decisions import decided
from flows.desk.registers import DeskError, opened
from flows.house import clock
from flows.judging import Judged, reading_of
from flows.ledger import Ledger, Pen
from flows.line import obligations_at
from flows.records import Draft, Entry
from flows.retention import RENEWED_BY
from flows.settings import DataFolder, berlin_date
from flows.signing import signers_de
from flows.telling import tell, teller_of, telling_of


@dataclass(frozen=True)
class Explained:
    """What became of a report by an explanation.

    Attributes:
        findings: the warnings that it concerns, as they stand now.
        judgement: all that is said of the report now.
        is_in_force: whether the report feeds figures.
    """

    submission_id: int
    findings: tuple[Finding, ...]
    judgement: Judgement
    is_in_force: bool


def explain(
    folder: DataFolder, submission_id: int, code: str, text: str = "", *, cell: str = "", as_before: bool = False
) -> Explained:
    """Record what is said to the warnings of one rule in a report, and the verdict that follows from it.

    Both are written at once or not at all, and nothing is judged by newer rules. The same act again changes nothing.

    Args:
        folder: the data folder.
        submission_id: the report.
        code: the rule that warns.
        text: the explanation; not needed where the earlier one is confirmed.
        cell: only the warning at this cell (`F9` or `03 Finanzen!F9`).
        as_before: whether the explanation of the body's last report is confirmed.

    Raises:
        DeskError: there is no such submission or warning, or the text says nothing; in German, with what there is.
        LedgerError: the ledger cannot be written.
    """
    said = _checked_text(text, as_before=as_before)
    ledger = opened(folder)
    at = clock(ledger)
    with journal.writing(ledger) as pen:
        one = submission_of(pen.entries(*OF_SUBMISSIONS), submission_id)
        judgement = _stored(ledger, one)
        chosen = _chosen(submission_id, judgement.findings, code, cell)
        texts = {cause_of(finding): said or _offer(finding) for finding in chosen}
        new = [finding for finding in chosen if _is_new(finding, texts[cause_of(finding)])]
        judgement = explained_judgement(judgement, texts)
        if new:
            offering = _offering(folder, ledger, one) if not said else []
            for finding in new:
                confirms = _confirmed(offering, finding)
                pen.append(earlier.explanation_draft(submission_id, finding, texts[cause_of(finding)], confirms, at))
            pen.append(_verdict(pen, one, judgement, at))
    return _told(folder, ledger, submission_id, [cause_of(finding) for finding in chosen])


# --- what is said ----------------------------------------------------------------------------------------------------


def _checked_text(text: str, *, as_before: bool) -> str:
    """The text in one line; `""` where the earlier explanation is confirmed."""
    said = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    if as_before and said and not means_as_before(said):
        raise DeskError("Bitte entweder einen Text angeben oder mit --as-before die frühere Erläuterung bestätigen.")
    if as_before or means_as_before(said):
        return ""
    if not any(sign.isalnum() for sign in said):
        raise DeskError("Die Erläuterung ist leer. Ein oder zwei Sätze genügen.")
    if len(said) > LONGEST_CHARACTERS:
        raise DeskError(
            f"Die Erläuterung hat {number_text(len(said), 0)} Zeichen; "
            f"möglich sind {number_text(LONGEST_CHARACTERS, 0)}. Bitte fassen Sie sich kürzer."
        )
    if kinds := kinds_in(said):
        raise DeskError(
            f"Der Text enthält vermutlich personenbezogene Daten ({', '.join(kinds)}). "
            "Bitte erläutern Sie die Auffälligkeit ohne sie; es ist nichts festgehalten."
        )
    return said


def _offer(finding: Finding) -> str:
    if not finding.offered:
        raise DeskError(
            f"Zu {named(finding)} liegt keine frühere Erläuterung vor, die sich bestätigen ließe. "
            "Bitte erläutern Sie die Auffälligkeit mit einem Text."
        )
    return finding.offered


def _is_new(finding: Finding, text: str) -> bool:
    """Whether the finding still lacks what is said; the same text again is the same act."""
    if finding.explained and finding.explained != text:
        raise DeskError(f"{named(finding)} ist schon erläutert: „{finding.explained}“")
    return not finding.explained


# --- what it is said to ----------------------------------------------------------------------------------------------


def submission_of(entries: Iterable[Entry], submission_id: int) -> Taken:
    """A submission that was judged and still stands.

    Args:
        entries: of the kinds `OF_SUBMISSIONS`.
        submission_id: its number.

    Raises:
        DeskError: there is none, it is not judged yet, or it was voided or erased.
    """
    entries = tuple(entries)
    one, decisions = known_submission(entries, submission_id), decided(entries)
    if submission_id in decisions.erased:
        raise DeskError(f"Einreichung {submission_id} ist gelöscht ({when_de(decisions.erased[submission_id])}).")
    if submission_id in decisions.voided:
        raise DeskError(f"Einreichung {submission_id} ist aufgehoben ({when_de(decisions.voided[submission_id])}).")
    if one.verdict is None:
        raise DeskError(f"Einreichung {submission_id} ist noch nicht geprüft. Bitte warten Sie die nächste Nacht ab.")
    return one


def known_submission(entries: Iterable[Entry], submission_id: int) -> Taken:
    """A submission, whatever became of it.

    Raises:
        DeskError: there is none of that number.
    """
    everything = taken(entries)
    one = next((one for one in everything if one.receipt.submission_id == submission_id), None)
    if one is None:
        last = f" Die letzte hat die Nummer {everything[-1].receipt.submission_id}." if everything else ""
        raise DeskError(f"Es gibt keine Einreichung {submission_id}.{last}")
    return one


def when_de(entry: Entry) -> str:
    """When an act was done and by whom: `05.04.2027, anna und berta`."""
    by = entry.body.get("by", ())
    names = [by] if isinstance(by, str) else list(by)
    return ", ".join([date_text(berlin_date(entry.at)), *([signers_de(names)] if names else [])])


def _stored(ledger: Ledger, one: Taken) -> Judgement:
    digest = one.verdict.body["judgement_sha256"] if one.verdict else ""
    return judgement_of(one, {digest: journal.document(ledger, digest)})


def _chosen(submission_id: int, findings: Sequence[Finding], code: str, cell: str) -> list[Finding]:
    """The warnings of that rule, at that cell; those that were folded into one of the same cause only together."""
    code = code.strip().upper()
    of_code = [finding for finding in findings if finding.code == code]
    warnings = [finding for finding in of_code if finding.severity is Severity.WARNING]
    if of_code and not warnings:
        raise DeskError(
            f"{code} in Einreichung {submission_id} ist kein Anlass für eine Erläuterung. {_advice(of_code)}"
        )
    chosen = [finding for finding in warnings if is_at(finding, cell)]
    if not chosen:
        where = f" in {cell}" if cell else ""
        raise DeskError(
            f"Einreichung {submission_id} enthält keine Auffälligkeit {code}{where}. "
            + _there_are([one for one in findings if one.severity is Severity.WARNING])
        )
    folded = next((finding for finding in chosen if cell and finding.also_at), None)
    if folded is not None:
        cells = ", ".join((folded.cell, *folded.also_at))
        raise DeskError(
            f"{code} hat in den Zellen {cells} dieselbe Ursache und wird gemeinsam erläutert. "
            "Bitte wiederholen Sie den Befehl ohne --cell."
        )
    return [finding for finding in chosen if not finding.explained] or chosen


def _advice(findings: Sequence[Finding]) -> str:
    blocks = any(finding.severity in {Severity.FATAL, Severity.ERROR} for finding in findings)
    if blocks:
        return "Ein Fehler lässt sich nicht erläutern, nur berichtigen: Bitte senden Sie die Datei berichtigt erneut."
    return "Ein Hinweis hindert die Annahme nicht."


def _there_are(warnings: Sequence[Finding]) -> str:
    if not warnings:
        return "Sie enthält keine Auffälligkeiten."
    return f"Es gibt: {'; '.join(named(finding) for finding in warnings)}."


def named(finding: Finding) -> str:
    """A finding as a sentence mentions it: its code and place."""
    place = " ".join(part for part in (finding.sheet, finding.cell) if part)
    return f"{finding.code} ({place})" if place else finding.code


# --- what follows ----------------------------------------------------------------------------------------------------


def _offering(folder: DataFolder, ledger: Ledger, one: Taken) -> list[EarlierReport]:
    """What the body sent before, the newest last: its last report in force, and the same period's submissions."""
    read = partial(reading_of, folder)
    content = earlier.judged_content(one)
    if content.key is None:
        return []
    ags, period, _ = content.key
    last = last_before(earlier.reports(ledger, read).get(ags, ()), parse_period(period))
    known = taken(journal.entries(ledger, "receipt", "verdict"))
    return [*([last] if last else []), *earlier.sent_before(ledger, content, known, read)]


def _confirmed(offering: Sequence[EarlierReport], finding: Finding) -> int | None:
    """The earlier submission whose explanation is confirmed; None where something new is said."""
    same = [one.submission_id for one in offering if offer_of(one, cause_of(finding)) == finding.offered]
    return same[-1] if same and finding.offered else None


def _verdict(pen: Pen, one: Taken, judgement: Judgement, at: datetime) -> Draft:
    """A verdict on the same basis as the one before, and on all explanations so far."""
    document = judgement_document(judgement)
    said = [
        entry.seq
        for entry in pen.entries(earlier.EXPLANATION)
        if entry.body["submission_id"] == one.receipt.submission_id
    ]
    before = one.verdict.body if one.verdict else {}
    body = {
        **{name: value for name, value in before.items() if name not in RENEWED_BY},
        "verdict": judgement.verdict.value,
        "judgement_sha256": document.sha256,
        "explanations": said,
    }
    return Draft("verdict", body, at, documents=(document,))


def _told(folder: DataFolder, ledger: Ledger, submission_id: int, causes: Sequence[tuple[str, str, str]]) -> Explained:
    """Renew the report's protocol, and say how it stands."""
    entries = journal.entries(ledger, *OF_SUBMISSIONS)
    one = submission_of(entries, submission_id)
    judgement = _stored(ledger, one)
    name = journal.texts(ledger, "file_name").get(submission_id, "")
    receipt = replace(one.receipt, file_name=name)
    judged = Judged(receipt, reading_of(folder, submission_id, receipt.sha256), judgement)
    registers = reference.in_force(folder, ledger)
    teller = teller_of(folder, ledger, registers, obligations_at(ledger, registers, clock(ledger)))
    tell(folder, [telling_of(teller, one, judged)])
    frame = submissions(entries)
    return Explained(
        submission_id,
        tuple(finding for finding in judgement.findings if cause_of(finding) in causes),
        judgement,
        submission_id in frame.filter("in_force")["submission_id"],
    )
