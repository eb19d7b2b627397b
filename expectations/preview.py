"""What a rule would say of reports before it counts: new, changed, on trial, or not yet in its year."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from expectations.batch import Case, Context
from expectations.errors import StatedError
from expectations.finding import Finding, Outcome, RuleResult
from expectations.rules import Rule, catalogue


class PreviewError(StatedError):
    """The rule cannot be previewed; the message says why."""

    exit_code = 64


@dataclass(frozen=True)
class Preview:
    """What a rule says of reports.

    Attributes:
        flagged: submission → its findings; only those that the rule would flag.
        results: submission → what the rule says of it.
    """

    rule: Rule
    flagged: Mapping[int, tuple[Finding, ...]]
    results: Mapping[int, RuleResult]

    def count(self, outcome: Outcome) -> int:
        """Of how many reports the rule says that."""
        return Counter(result.outcome for result in self.results.values())[outcome]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it could not be run, in German; nothing where it was."""
        return tuple(dict.fromkeys(result.reason for result in self.results.values() if result.reason))


def previewed_rule(code: str) -> Rule:
    """The rule to preview.

    Raises:
        PreviewError: there is no such rule, or it judges files while they are read.
    """
    rule = catalogue().get(code.strip().upper())
    if rule is None:
        group = [known for known in catalogue() if known[:5] == code.strip().upper()[:5]]
        there_are = f" Es gibt: {', '.join(group)}." if group else " Alle Regeln zeigt `wir form`."
        raise PreviewError(f"Es gibt keine Regel {code}.{there_are}")
    if rule.is_of_reader:
        raise PreviewError(
            f"{rule.code} prüft die Datei beim Lesen und lässt sich aus gelesenen Zellen nicht vorausberechnen. "
            "`wir check FILE` zeigt, was sie zu einer Datei sagt."
        )
    return rule


def preview(rule: Rule, cases: Sequence[Case], context: Context) -> Preview:
    """Judge reports by one rule alone, whatever its years and whether or not it is on trial.

    Raises:
        SuiteError: Great Expectations did not run as declared.
    """
    from expectations.judge import judge  # seconds, which nobody need wait for who only asks whether there is a rule

    judgements = judge(cases, replace(context, only=(rule,)))
    found = {
        number: tuple(finding for finding in judgement.findings if finding.code == rule.code)
        for number, judgement in judgements.items()
    }
    results = {number: judgement.results[0] for number, judgement in judgements.items()}
    return Preview(rule, {number: findings for number, findings in found.items() if findings}, results)
