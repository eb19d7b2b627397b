"""The judge: what all rules say of a night's reports, in one batch.

Cells are compared with their own field's bounds, and the pairs that the checks yield with each other. Every rule has a
result for every report: passed, failed, not applicable, or not run with the reason. What was not run has not passed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from expectations import suite
from expectations.batch import Batch, Case, Context, batch_of, tables_of
from expectations.bounds import BOUNDS, bound_comparisons, bound_finding, bounds_frame
from expectations.checks import Evidence, comparisons, facts_of, gather
from expectations.comparison import PAIRS, Answer, Compare, pair_of, side_by_side
from expectations.explanation import (
    UNMATCHED,
    Explanation,
    explained,
    explanations_in,
    last_before,
    unmatched,
    with_offers,
)
from expectations.finding import Finding, Judgement, Outcome, RuleResult, Severity, verdict_of
from expectations.privacy import shielded
from expectations.rules import Dataset, Rule, as_of, catalogue, finding, is_trial, rules_for

__all__ = ["Case", "Context", "Explanation", "judge"]

_FOLDED_FROM = 4
"""So many findings of one cause become one that lists its cells."""
SAME_CONTENT = "R-COV-09"
"""Said of a file that repeats an earlier one: whoever knows the earlier ones has compared them."""
_MISSING: Mapping[Dataset, str] = {
    "grants": "Das Zuwendungsregister liegt hier nicht vor.",
    "drawdowns": "Das Auszahlungsregister liegt hier nicht vor.",
    "targets": "Das Register der Zielvereinbarungen liegt hier nicht vor.",
    "history": "Frühere Berichte liegen hier nicht vor.",
}
_UNREADABLE = "Die Datei ist nicht als Bericht lesbar."
_WEIGHT = {severity: weight for weight, severity in enumerate(Severity)}

_Places = Mapping[tuple[int, str, str | None], tuple[str, str]]
"""(submission, field, row key) → sheet and cell; with None for the row key the field's first cell."""


@dataclass(frozen=True)
class _Heard:
    """What the batch said: findings and explanations by submission, what was evaluated, code → why not run."""

    findings: Mapping[int, Sequence[Finding]] = field(default_factory=dict)
    explanations: Mapping[int, Sequence[Explanation]] = field(default_factory=dict)
    evaluated: frozenset[tuple[int, str]] = frozenset()
    not_run: Mapping[str, str] = field(default_factory=dict)


def judge(cases: Sequence[Case], context: Context) -> dict[int, Judgement]:
    """Judge reports, all in one batch: its cost hardly grows with their number.

    Returns:
        Submission → verdict, findings (gravest first; beside a fatal one nothing else counts) and a result for every
        rule.

    Raises:
        SuiteError: Great Expectations did not run as declared.
        RulesError: the catalogue is wrong.
    """
    batch = batch_of(cases)
    heard = _hear(batch, context) if batch.cases else _Heard()
    return {case.submission_id: _judgement(case, heard, context) for case in cases}


# --- hearing the rules -----------------------------------------------------------------------------------------------


def _hear(batch: Batch, context: Context) -> _Heard:
    asked, rules = _asked(batch, context)
    evidence = gather(tables_of(batch, context), rules, context.checks)
    cells = bounds_frame(batch.cells, batch.identities)
    compares = _compares(rules)
    compared = side_by_side(pl.concat([bound_comparisons(cells), comparisons(evidence, asked)]), compares)
    answers = suite.run(compared, PAIRS)
    return _Heard(
        findings=_findings(_failing(compared, answers), cells, evidence, batch),
        explanations=explanations_in(batch.sections),
        evaluated=_evaluated(compared),
        not_run={**_broken(answers, compares), **evidence.not_run},
    )


def _asked(batch: Batch, context: Context) -> tuple[pl.DataFrame, list[Rule]]:
    """Comparing rule × report that is judged here, and those rules."""
    rules: dict[str, Rule] = {}
    asked = []
    for number, identity in batch.identities.items():
        for rule in rules_for(identity.year) if context.only is None else context.only:
            if rule.compare and rule.judges(identity.kind) and context.available.issuperset(rule.needs):
                rules[rule.code] = rule
                asked.append((number, rule.code))
    schema = {"submission_id": pl.Int64(), "code": pl.String()}
    return pl.DataFrame(asked, schema=schema, orient="row"), list(rules.values())


def _compares(rules: Iterable[Rule]) -> dict[str, Compare]:
    bounds: dict[str, Compare] = {bound.code: bound.compare for bound in BOUNDS}
    return bounds | {rule.code: rule.compare for rule in rules if rule.compare}


def _failing(compared: pl.DataFrame, answers: Mapping[str, Answer]) -> pl.DataFrame:
    return compared[sorted(row for answer in answers.values() for row in answer.failing)]


def _broken(answers: Mapping[str, Answer], compares: Mapping[str, Compare]) -> dict[str, str]:
    return {code: broken for code, compare in compares.items() if (broken := answers[pair_of(compare).name].broken)}


def _evaluated(compared: pl.DataFrame) -> frozenset[tuple[int, str]]:
    """(submission, code) of which at least one pair had both sides."""
    both = compared.filter(pl.col("given").is_not_null() & pl.col("expected").is_not_null())
    return frozenset(both.select("submission_id", "code").unique().iter_rows())


def _findings(failing: pl.DataFrame, cells: pl.DataFrame, evidence: Evidence, batch: Batch) -> dict[int, list[Finding]]:
    """The findings of failing comparisons, by submission."""
    places = _places(failing.filter(pl.col("code").is_in(evidence.pairs)), batch)
    findings: dict[int, list[Finding]] = {}
    for pair in failing.iter_rows(named=True):
        is_check = pair["code"] in evidence.pairs
        one = _check_finding(evidence, pair, places) if is_check else bound_finding(cells, pair)
        findings.setdefault(pair["submission_id"], []).append(one)
    return findings


def _check_finding(evidence: Evidence, pair: Mapping[str, Any], places: _Places) -> Finding:
    code, number, path, key = pair["code"], pair["submission_id"], pair["field"], pair["row_key"] or ""
    row = evidence.pairs[code].row(pair["place"])
    sheet, cell = places.get((number, path, key)) or places.get((number, path, None)) or ("", "")
    found = finding(
        code,
        given=row["given"] if row.get("given_text") is None else row["given_text"],
        expected=row["expected"] if row.get("expected_text") is None else row["expected_text"],
        sheet=sheet,
        cell=cell,
        field=path,
        row_key=key,
        **facts_of(row),
    )
    return replace(found, about=shielded(row.get("about") or ""))


def _places(failing: pl.DataFrame, batch: Batch) -> _Places:
    """Where failing pairs stand: at their own cell, else the field's first, else the empty table's first."""
    wanted = failing.select("submission_id", "field").unique()
    cells = batch.cells.join(wanted, on=["submission_id", "field"], how="semi").sort("ordinal")
    places: dict[tuple[int, str, str | None], tuple[str, str]] = {}
    for number, path in wanted.iter_rows():
        if place := batch.cases[number].reading.empty_tables.get(path.partition(".")[0]):
            places[number, path, None] = place
    for number, path, key, sheet, cell in cells.select(
        "submission_id", "field", "row_key", "sheet", "cell"
    ).iter_rows():
        places[number, path, key] = (sheet, cell)
        places.setdefault((number, path, None), (sheet, cell))
    return places


# --- one report ------------------------------------------------------------------------------------------------------


def _judgement(case: Case, heard: _Heard, context: Context) -> Judgement:
    number = case.submission_id
    explanations = (*heard.explanations.get(number, ()), *case.explanations)
    findings = explained(_with_offers(as_of(_found(case, heard), context.business_on), case, context), explanations)
    findings += _unmatched(findings, explanations, case, heard, context)
    failed = {finding.code for finding in findings}
    results = tuple(_result(rule, case, failed, heard, context) for rule in _rules_of(case, context))
    unrun = [
        result.code
        for result in results
        if result.code in heard.not_run and result.outcome is Outcome.NOT_RUN and _decides(result.code, context)
    ]
    fatal = [finding for finding in findings if finding.severity is Severity.FATAL]
    shown = tuple(sorted(_folded(sorted(fatal or findings, key=_order)), key=_order))
    return Judgement(verdict_of(findings, unrun_error_rules=unrun), shown, results)


def _unmatched(
    findings: Sequence[Finding], explanations: Sequence[Explanation], case: Case, heard: _Heard, context: Context
) -> list[Finding]:
    if context.only is not None or not case.reading.is_readable:
        return []
    not_run = {rule.code for rule in _rules_of(case, context) if _why_not_run(rule, case, heard, context)}
    return unmatched(findings, explanations, not_run)


def _found(case: Case, heard: _Heard) -> list[Finding]:
    """What the reader, the rules and the comparison with earlier files found."""
    found = [*case.reading.findings, *heard.findings.get(case.submission_id, ())]
    return [*found, finding(SAME_CONTENT, given=case.same_as)] if case.same_as else found


def _with_offers(findings: list[Finding], case: Case, context: Context) -> list[Finding]:
    """The findings with what was said to them in the last report in force or, later, to the same period's report."""
    identity = case.reading.identity
    last = last_before(context.earlier.get(identity.ags, ()), identity.period) if identity else None
    for report in (last, *case.sent_before):
        findings = with_offers(findings, report)
    return findings


def _rules_of(case: Case, context: Context) -> Iterable[Rule]:
    """The rules of a report's year; of a file that cannot be read, all rules."""
    if context.only is not None:
        return context.only
    identity = case.reading.identity
    if identity is None or not case.reading.is_readable:
        return catalogue().values()
    return rules_for(identity.year)


def _decides(code: str, context: Context) -> bool:
    rule = catalogue()[code]
    return rule.severity in {Severity.FATAL, Severity.ERROR} and not is_trial(rule, context.business_on)


def _result(rule: Rule, case: Case, failed: set[str], heard: _Heard, context: Context) -> RuleResult:
    if rule.code in failed:
        return RuleResult(rule.code, Outcome.FAILED)
    if reason := _why_not_run(rule, case, heard, context):
        return RuleResult(rule.code, Outcome.NOT_RUN, reason)
    elsewhere = rule.is_of_reader or rule.code in {SAME_CONTENT, UNMATCHED}
    passed = elsewhere or (case.submission_id, rule.code) in heard.evaluated
    return RuleResult(rule.code, Outcome.PASSED if passed else Outcome.NOT_APPLICABLE)


def _why_not_run(rule: Rule, case: Case, heard: _Heard, context: Context) -> str:
    identity = case.reading.identity
    if identity is None or not case.reading.is_readable:
        return _UNREADABLE
    if not rule.judges(identity.kind):
        return ""
    missing = [_MISSING[dataset] for dataset in rule.needs if dataset not in context.available]
    return missing[0] if missing else heard.not_run.get(rule.code, "")


def _order(finding: Finding) -> tuple[int | str, ...]:
    """Gravest first, then as the sheets and their rows stand; the rest only makes the order certain."""
    match = re.fullmatch(r"([A-Z]+)([0-9]+)", finding.cell)
    column, row = (match[1].rjust(3), int(match[2])) if match else ("", 0)
    further = (finding.code, finding.field, finding.row_key, finding.given)
    return (_WEIGHT[finding.severity], finding.sheet, row, column, *further)


def _folded(findings: Iterable[Finding]) -> list[Finding]:
    """Findings of the same rule, sheet, field and given value become one from four on; it lists the other cells."""
    causes: dict[tuple[str, ...], list[Finding]] = {}
    for one in findings:
        cause = (one.code, one.sheet, one.field, one.given, one.explained, one.offered, one.about)
        causes.setdefault(cause, []).append(one)
    return [one for group in causes.values() for one in _fold(group)]


def _fold(group: list[Finding]) -> list[Finding]:
    if len(group) < _FOLDED_FROM or not all(one.cell for one in group):
        return group
    cells = [cell for one in group for cell in (one.cell, *one.also_at)]
    return [replace(group[0], also_at=tuple(cells[1:]))]
