"""Judging again: what a rule would say of past reports, and a period's reports judged by today's rules as an act."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from expectations.batch import Context
from expectations.finding import Judgement, Verdict
from expectations.period import Period
from expectations.preview import Preview, preview, previewed_rule
from expectations.reading import Reading
from flows import earlier, reference
from flows import ledger as journal
from flows.assemble import JUDGEMENT, OF_SUBMISSIONS, Taken, judgement_of, submissions, taken
from flows.cells import cells_hash
from flows.decisions import decided
from flows.desk.registers import DeskError, opened
from flows.house import clock, is_demo, night_lock
from flows.judging import (
    Judged,
    Versions,
    cases_of,
    judging_context,
    readings_of,
    verdict_draft,
    versions_in_force,
    years_compared,
)
from flows.ledger import Ledger
from flows.records import Draft, Entry, ReferenceData
from flows.settings import DataFolder

RECHECK = "recheck"
"""Kind of the ledger's entries that begin a re-check."""


# --- a rule, before it counts ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Previewed:
    """What a rule would say of all reports in force.

    Attributes:
        reports: submission → AGS, body's name and period.
    """

    preview: Preview
    reports: Mapping[int, tuple[str, str, str]]
    is_demo: bool


def preview_rule(folder: DataFolder, code: str, *, checks: Mapping[str, str] | None = None) -> Previewed:
    """Say what a rule would flag in the reports in force of all periods; nothing is recorded.

    Args:
        folder: the data folder.
        code: the rule, as it stands in the catalogue now.
        checks: SQL texts by code, instead of those under `sql/checks/`.

    Raises:
        StatedError: there is no such rule, or it cannot be previewed.
    """
    rule = previewed_rule(code)
    ledger = opened(folder)
    registers = reference.in_force(folder, ledger)
    entries = journal.entries(ledger, *OF_SUBMISSIONS)
    accepted = submissions(entries).filter("in_force").sort("period", "ags")
    names = dict(registers.frames["municipalities"].select("ags", "name").iter_rows())
    reports = {
        number: (ags, names.get(ags, ""), period)
        for number, ags, period in accepted.select("submission_id", "ags", "period").iter_rows()
    }
    receipts = [one.receipt for one in taken(entries) if one.receipt.submission_id in reports]
    readings = readings_of(folder, [(receipt.submission_id, receipt.sha256) for receipt in receipts])
    cases = cases_of(folder, ledger, list(zip(receipts, readings, strict=True)))
    context = judging_context(folder, ledger, registers, clock(ledger), years=years_compared(readings))
    return Previewed(preview(rule, cases, _with_checks(context, checks)), reports, is_demo(ledger))


def _with_checks(context: Context, checks: Mapping[str, str] | None) -> Context:
    return context if checks is None else replace(context, checks=checks)


# --- a period, judged again ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rejudged:
    """One submission before and after."""

    one: Taken
    reading: Reading
    name: str
    before: Judgement
    after: Judgement

    @property
    def ags(self) -> str:
        """The body that sent it, as it reads now; `""` where that cannot be recognised."""
        return _body(self.one, self.reading) or ""

    @property
    def new(self) -> tuple[str, ...]:
        """Codes of rules that flag it now and did not before."""
        return _without(self.after, self.before)

    @property
    def gone(self) -> tuple[str, ...]:
        """Codes of rules that flagged it before and do not now."""
        return _without(self.before, self.after)

    @property
    def is_changed(self) -> bool:
        """Whether its verdict or its findings changed."""
        return self.before.verdict is not self.after.verdict or bool(self.new or self.gone)


@dataclass(frozen=True)
class Succession:
    """Which submission of a body was in force, and which is now; None for none."""

    ags: str
    name: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class Rechecked:
    """What judging a period again came to.

    Attributes:
        entry: the ledger entry of the act; None where it was only tried.
        rows: every submission that was judged again, in order of arrival.
        in_force: the bodies for which another report is in force now, or none, or one for the first time.
    """

    period: Period
    entry: int | None
    rows: tuple[Rejudged, ...]
    in_force: tuple[Succession, ...]
    is_demo: bool


def recheck(
    folder: DataFolder, period: Period, *, dry_run: bool = False, checks: Mapping[str, str] | None = None
) -> Rechecked:
    """Judge a period's reports again by today's reader, rules and reference data, all in one batch.

    Judged again are the last submission of each body, the one in force, and every one that reads differently now. The
    act and the verdicts are recorded at once or not at all; figures follow with the next night.

    Args:
        folder: the data folder.
        period: the period.
        dry_run: say what would change, and record nothing.
        checks: SQL texts by code, instead of those under `sql/checks/`.

    Raises:
        BusyError: a night is running.
        DeskError: something was said to a report while it was judged again; nothing is recorded.
        StatedError: the data folder cannot be read or written.
    """
    from expectations.judge import judge

    ledger = opened(folder)
    with night_lock(folder):
        registers = reference.in_force(folder, ledger)
        last_said = _last(journal.entries(ledger, earlier.EXPLANATION))
        entries = journal.entries(ledger, *OF_SUBMISSIONS)
        chosen = _chosen(folder, entries, period)
        years = years_compared(reading for _, reading in chosen)
        context = _with_checks(
            judging_context(folder, ledger, registers, clock(ledger), years=years, is_recorded=not dry_run), checks
        )
        cases = cases_of(folder, ledger, [(one.receipt, reading) for one, reading in chosen])
        judgements = judge(cases, context) if cases else {}
        rows = tuple(_rows(ledger, registers, chosen, judgements))
        tried = Rechecked(period, None, rows, _successions(submissions(entries), period, rows), is_demo(ledger))
        if dry_run or not rows:
            return tried
        versions = versions_in_force(ledger, registers, context.checks)
        return replace(tried, entry=_record(ledger, tried, versions, last_said))


def _chosen(folder: DataFolder, entries: Sequence[Entry], period: Period) -> list[tuple[Taken, Reading]]:
    """The submissions to judge again, as they read now."""
    in_force = set(submissions(entries).filter("in_force")["submission_id"])
    erased = decided(entries).erased
    given = [one for one in taken(entries) if one.verdict is not None and one.receipt.submission_id not in erased]
    wanted = [(one.receipt.submission_id, one.receipt.sha256) for one in given]
    judged = zip(given, readings_of(folder, wanted), strict=True)
    own = [(one, reading) for one, reading in judged if period.code in _periods(one, reading)]
    last = {_body(one, reading): one.receipt.submission_id for one, reading in own}
    return [
        (one, reading)
        for one, reading in own
        if one.receipt.submission_id in in_force | set(last.values()) or _reads_differently(one, reading)
    ]


def _periods(one: Taken, reading: Reading) -> set[str | None]:
    """The period of a submission as it was judged, and as it reads now."""
    judged = one.verdict.body["period"] if one.verdict else None
    return {judged, reading.identity.period.code if reading.identity else None}


def _body(one: Taken, reading: Reading) -> str | None:
    return reading.identity.ags if reading.identity else one.receipt.ags


def _reads_differently(one: Taken, reading: Reading) -> bool:
    return one.verdict is not None and cells_hash(reading.cells) != one.verdict.body["cells_sha256"]


def _rows(
    ledger: Ledger,
    registers: ReferenceData,
    chosen: Iterable[tuple[Taken, Reading]],
    judgements: Mapping[int, Judgement],
) -> Iterable[Rejudged]:
    documents = journal.documents(ledger, JUDGEMENT)
    names = dict(registers.frames["municipalities"].select("ags", "name").iter_rows())
    for one, reading in chosen:
        name = names.get(_body(one, reading) or "", "")
        yield Rejudged(one, reading, name, judgement_of(one, documents), judgements[one.receipt.submission_id])


_Given = tuple[int, str | None, str | None, str]
"""Submission, AGS, period and verdict."""


def _successions(frame: pl.DataFrame, period: Period, rows: Sequence[Rejudged]) -> tuple[Succession, ...]:
    """Where other verdicts put another report in force, or none."""
    standing = frame.drop_nulls("verdict").filter(~pl.col("voided"), ~pl.col("erased"))
    columns = standing.select("submission_id", "ags", "period", "verdict")
    given: list[_Given] = list(columns.iter_rows())
    anew = {row.one.receipt.submission_id: _as_judged_now(row) for row in rows}
    before, after = _in_force(given, period), _in_force([anew.get(one[0], one) for one in given], period)
    names = {row.ags: row.name for row in rows}
    changed = sorted(ags for ags in {*before, *after} if before.get(ags) != after.get(ags))
    return tuple(Succession(ags, names.get(ags, ""), before.get(ags), after.get(ags)) for ags in changed)


def _as_judged_now(row: Rejudged) -> _Given:
    identity = row.reading.identity
    ags, period = (identity.ags, identity.period.code) if identity else (None, None)
    return row.one.receipt.submission_id, ags, period, row.after.verdict.value


def _in_force(given: Iterable[_Given], period: Period) -> dict[str, int]:
    """AGS → the last submission accepted, of submissions in order of arrival."""
    accepted = (one for one in given if one[2] == period.code and Verdict(one[3]).in_force)
    return {ags: number for number, ags, _, _ in accepted if ags is not None}


def _record(ledger: Ledger, checked: Rechecked, versions: Versions, last_said: int) -> int:
    at = clock(ledger)
    body = {"period": checked.period.code, "rules_version": versions.rules}
    body["reference_version"] = versions.registers.fingerprint
    with journal.writing(ledger) as pen:
        said = pen.entries(earlier.EXPLANATION)
        if _last(said) != last_said:
            raise DeskError(
                "Während der Prüfung kam eine Erläuterung hinzu. Es ist nichts festgehalten; bitte noch einmal starten."
            )
        act = pen.append(Draft(RECHECK, body, at))
        for row in checked.rows:
            number = row.one.receipt.submission_id
            explained_by = [entry.seq for entry in said if entry.body["submission_id"] == number]
            basis = {RECHECK: act.seq, **({"explanations": explained_by} if explained_by else {})}
            judged = Judged(row.one.receipt, row.reading, row.after)
            pen.append(verdict_draft(judged, versions, basis, at))
    return act.seq


def _last(entries: Sequence[Entry]) -> int:
    return entries[-1].seq if entries else 0


def _without(judgement: Judgement, other: Judgement) -> tuple[str, ...]:
    theirs = {finding.code for finding in other.findings}
    return tuple(sorted({finding.code for finding in judgement.findings} - theirs))
