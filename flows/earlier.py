"""What came before a report is judged: what was said to its warnings, what its body said earlier, what it repeats."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import inf

from expectations.explanation import Cause, EarlierReport, Explanation, cause_of, concerns
from expectations.finding import Finding, Verdict
from expectations.german import date_text
from expectations.period import parse_period
from expectations.reading import Reading
from flows import ledger as journal
from flows.assemble import OF_SUBMISSIONS, Taken, judgement_of, submissions, taken
from flows.cells import cells_hash
from flows.ledger import Ledger
from flows.records import Draft, Entry, Receipt
from flows.settings import berlin_date

EXPLANATION = "explanation"
"""Kind of the ledger's entries that explain a warning, and name of the text beside them."""
_ALSO_AT = "also_at"

ReadArchived = Callable[[int, str], Reading]


# --- what was said to a submission's warnings ------------------------------------------------------------------------


def explanation_draft(submission_id: int, finding: Finding, text: str, confirms: int | None, at: datetime) -> Draft:
    """The entry of an explanation; what people typed stays outside the chain.

    Args:
        submission_id: the submission that the finding was made in.
        finding: what is explained.
        text: what is said to it.
        confirms: the earlier submission whose explanation still applies, None for a new one.
        at: the business moment.
    """
    code, field, row_key = cause_of(finding)
    body = {"submission_id": submission_id, "code": code, "field": field, "row_key": row_key, "confirms": confirms}
    texts = {EXPLANATION: text, **({_ALSO_AT: ", ".join(finding.also_at)} if finding.also_at else {})}
    return Draft(EXPLANATION, body, at, texts)


def explanations(ledger: Ledger) -> dict[int, tuple[Explanation, ...]]:
    """What was said to warnings outside the workbooks, by submission; erased texts are missing."""
    said, also_at = journal.texts(ledger, EXPLANATION), journal.texts(ledger, _ALSO_AT)
    found: dict[int, tuple[Explanation, ...]] = {}
    for entry in journal.entries(ledger, EXPLANATION):
        if entry.seq in said:
            number = entry.body["submission_id"]
            cells = also_at[entry.seq].split(", ") if entry.seq in also_at else []
            found[number] = (*found.get(number, ()), *_explanations(entry, said[entry.seq], cells))
    return found


def _explanations(entry: Entry, text: str, cells: Iterable[str]) -> list[Explanation]:
    code = entry.body["code"]
    about = concerns(entry.body["field"], entry.body["row_key"])
    return [Explanation(code, text, concerns=about), *(Explanation(code, text, cell=cell) for cell in cells)]


# --- what the body said earlier --------------------------------------------------------------------------------------


def reports(ledger: Ledger, read: ReadArchived) -> dict[str, list[EarlierReport]]:
    """The reports in force by AGS, with what was said to their warnings.

    Args:
        ledger: receipts, verdicts and their documents.
        read: reads an archived file, from the cache where it can.
    """
    entries = journal.entries(ledger, *OF_SUBMISSIONS)
    by_number = {one.receipt.submission_id: one for one in taken(entries)}
    in_force = submissions(entries).filter("in_force").select("submission_id", "ags", "period")
    found: dict[str, list[EarlierReport]] = {}
    for number, ags, period in in_force.iter_rows():
        report = EarlierReport(parse_period(period), number, _said(ledger, by_number[number], read))
        found.setdefault(ags, []).append(report)
    return found


def _said(ledger: Ledger, one: Taken, read: ReadArchived) -> Mapping[Cause, str]:
    if one.verdict is None or one.verdict.body["verdict"] in {Verdict.ACCEPTED, Verdict.UNREADABLE}:
        return {}
    digest = one.verdict.body["judgement_sha256"]
    judgement = judgement_of(one, {digest: journal.document(ledger, digest)})
    return {
        (finding.code, finding.field, key): finding.explained
        for finding in judgement.findings
        if finding.explained
        for key in _row_keys(finding, one.receipt, read)
    }


def _row_keys(finding: Finding, receipt: Receipt, read: ReadArchived) -> list[str]:
    """The rows that a finding concerns, also those folded into it."""
    if finding.about or not finding.also_at:
        return [cause_of(finding)[2]]
    cells = read(receipt.submission_id, receipt.sha256).cells
    wanted = {finding.cell, *finding.also_at}
    at = cells.select("field", "cell", "row_key").iter_rows()
    return [finding.row_key, *(key for field, cell, key in at if field == finding.field and cell in wanted)]


# --- what it repeats -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Content:
    """What a file says, whichever bytes it is written in.

    Attributes:
        submission_id: None for a file that is only tried; it comes after all others.
        key: see `key_of`.
    """

    submission_id: int | None
    sha256: str
    received_at: datetime
    key: tuple[str, str, str] | None


def content_of(receipt: Receipt, reading: Reading) -> Content:
    """What a submission says."""
    return Content(receipt.submission_id, receipt.sha256, receipt.received_at, key_of(reading))


def key_of(reading: Reading) -> tuple[str, str, str] | None:
    """Body, period and hash of the cells; None where the file could not be read as a report."""
    identity = reading.identity
    return (identity.ags, identity.period.code, cells_hash(reading.cells)) if identity and reading.is_readable else None


def judged_content(one: Taken) -> Content:
    """What a submission says according to its verdict; nothing as long as there is none."""
    receipt, body = one.receipt, one.verdict.body if one.verdict else {}
    is_report = body.get("ags") is not None and body["verdict"] != Verdict.UNREADABLE
    key = (str(body["ags"]), str(body["period"]), str(body["cells_sha256"])) if is_report else None
    return Content(receipt.submission_id, receipt.sha256, receipt.received_at, key)


def same_as(own: Content, known: Iterable[Content]) -> str:
    """The German name of the first earlier submission that says the same in another file; `""` where there is none."""
    same = [
        one
        for one in known
        if own.key is not None and one.key == own.key and one.sha256 != own.sha256 and _order(one) < _order(own)
    ]
    if not same:
        return ""
    first = min(same, key=_order)
    return f"Einreichung {first.submission_id} vom {date_text(berlin_date(first.received_at))}"


def _order(content: Content) -> tuple[datetime, float]:
    return content.received_at, inf if content.submission_id is None else content.submission_id


# --- what was said to the same report before -------------------------------------------------------------------------


def sent_before(ledger: Ledger, own: Content, known: Iterable[Taken], read: ReadArchived) -> tuple[EarlierReport, ...]:
    """The body's earlier submissions of the same period to whose warnings something was said, in order of arrival.

    Args:
        ledger: the documents of verdicts.
        own: the submission, or the file that is only tried.
        known: all submissions in order of arrival.
        read: reads an archived file, from the cache where it can.
    """
    if own.key is None:
        return ()
    period = parse_period(own.key[1])
    same = [one for one in known if _is_before(judged_content(one), own)]
    found = [EarlierReport(period, one.receipt.submission_id, _said(ledger, one, read)) for one in same]
    return tuple(report for report in found if report.said)


def _is_before(one: Content, own: Content) -> bool:
    """Whether it is an earlier submission of the same body and period."""
    is_same = one.key is not None and own.key is not None and one.key[:2] == own.key[:2]
    return is_same and _order(one) < _order(own)
