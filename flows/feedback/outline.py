"""What a protocol says and in which order, as plain values: page and terminal follow the same outline.

Errors come before warnings before hints, sheets as in the workbook, and findings with the same cause together.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from expectations.explanation import concerns
from expectations.finding import Finding, Outcome, RuleResult, Severity, Verdict
from expectations.german import number_text
from expectations.places import count
from expectations.rules import catalogue, label_of
from flows.feedback import texts
from flows.feedback.checked import Checked, findings_shown
from flows.feedback.names import protocol_name
from flows.feedback.places import place_text, spans

SPANS_MAX = 100
"""So many further places are named with a finding; beyond, their number is told and where all are listed."""
_LABELS_MAX = 3
_SHORT_MAX = 5


@dataclass(frozen=True)
class Remark:
    """One finding as it is shown.

    Attributes:
        place: within its sheet, such as `Zelle F12`; `""` where it is the whole file.
        given, expected: what stands there and what was expected, where the message alone does not do.
        also: further places of the same cause, `""` where there are none.
    """

    place: str
    message: str
    given: str
    expected: str
    also: str


@dataclass(frozen=True)
class Cause:
    """Findings of one sheet with the same cause: one rule, one advice, one explanation.

    Attributes:
        anchor: names the place within the page.
        title: the place, or how many there are, and what it concerns; `""` where it is the whole file.
        advice: what to do; `""` where the sender has explained it and nothing is left to do.
    """

    anchor: str
    title: str
    code: str
    advice: str
    explained: str
    offer: str
    remarks: tuple[Remark, ...]


@dataclass(frozen=True)
class SheetPart:
    """The causes of one weight on one sheet; `sheet` is `""` for those that concern the whole file."""

    anchor: str
    sheet: str
    count: int
    causes: tuple[Cause, ...]


@dataclass(frozen=True)
class Level:
    """All findings of one weight, or of rules that are only tried.

    Attributes:
        name: `error`, `warning`, `hint`, `fatal` or `trial`.
        names: what one of them is called, and several.
        count: how many findings there are.
        places: in how many places, where that is more.
        meaning: what such findings mean for the sender.
    """

    name: str
    names: tuple[str, str]
    count: int
    places: int
    meaning: str
    sheets: tuple[SheetPart, ...]

    @property
    def column(self) -> str:
        """What heads their column in the overview."""
        return texts.COLUMNS_DE[self.name]

    @property
    def heading(self) -> str:
        """`2 Fehler an 31 Stellen`; of a file that cannot be read `Der Grund`."""
        if self.name == Severity.FATAL and self.count == 1:
            return f"Der {self.names[0]}"
        heading = texts.counted(self.count, self.names)
        return heading if self.places == self.count else f"{heading} an {number_text(self.places, 0)} Stellen"


@dataclass(frozen=True)
class Unchecked:
    """Rules that were not run for the same reason, and the sheets that they would have judged."""

    reason: str
    sheets: tuple[str, ...]
    codes: tuple[str, ...]

    @property
    def concerned(self) -> str:
        """How many rules that are, and what they would have looked at."""
        rules = texts.counted(len(self.codes), ("Regel", "Regeln"))
        where = f"{'Blatt' if len(self.sheets) == 1 else 'den Blättern'} {', '.join(self.sheets)}"
        return f"Das betrifft {rules}{f' zu {where}' if self.sheets else ''}."


@dataclass(frozen=True)
class Outline:
    """A whole protocol."""

    checked: Checked
    levels: tuple[Level, ...]
    unchecked: tuple[Unchecked, ...]

    @property
    def is_long(self) -> bool:
        """Whether an overview helps to find one's way."""
        return sum(level.count for level in self.levels) > _SHORT_MAX

    @property
    def counted_levels(self) -> tuple[Level, ...]:
        """The levels that count; what rules in trial say does not."""
        return tuple(level for level in self.levels if level.name != "trial")


def outline_of(checked: Checked) -> Outline:
    """The outline of one file's protocol."""
    findings = findings_shown(checked)
    kinds: list[tuple[str, list[Finding]]] = [
        (severity.value, [one for one in findings if one.severity is severity and not one.trial])
        for severity in Severity
    ]
    kinds.append(("trial", [one for one in findings if one.trial]))
    levels = tuple(_level(name, found, checked) for name, found in kinds if found)
    return Outline(checked, levels, tuple(_unchecked(checked)))


# --- findings --------------------------------------------------------------------------------------------------------


def _level(name: str, findings: Sequence[Finding], checked: Checked) -> Level:
    by_sheet: dict[str, list[Finding]] = {}
    for finding in findings:
        by_sheet.setdefault(finding.sheet, []).append(finding)
    return Level(
        name=name,
        names=texts.TRIALS_DE if name == "trial" else texts.SEVERITIES_DE[Severity(name)],
        count=len(findings),
        places=sum(1 + count(finding.also_at) for finding in findings),
        meaning=_meaning(name, findings),
        sheets=tuple(
            _sheet_part(f"{name}-{number}", sheet, by_sheet[sheet], checked)
            for number, sheet in enumerate(sorted(by_sheet), start=1)
        ),
    )


def _meaning(name: str, findings: Sequence[Finding]) -> str:
    if name == "trial":
        return texts.TRIAL_MEANING
    is_one = len(findings) == 1 and not findings[0].also_at
    if name == Severity.WARNING and all(finding.explained for finding in findings):
        return texts.ONE_EXPLAINED if is_one else texts.ALL_EXPLAINED
    if name == Severity.ERROR and is_one:
        return texts.ONE_ERROR
    return texts.MEANINGS_DE[Severity(name)]


def _sheet_part(anchor: str, sheet: str, findings: Sequence[Finding], checked: Checked) -> SheetPart:
    causes: dict[tuple[str, ...], list[Finding]] = {}
    for one in findings:
        causes.setdefault((one.code, one.advice, one.explained, one.offered), []).append(one)
    return SheetPart(
        anchor=anchor,
        sheet=sheet,
        count=len(findings),
        causes=tuple(
            _cause(f"{anchor}-{number}", group, checked) for number, group in enumerate(causes.values(), start=1)
        ),
    )


def _cause(anchor: str, findings: Sequence[Finding], checked: Checked) -> Cause:
    first = findings[0]
    return Cause(
        anchor=anchor,
        title=_title(findings),
        code=first.code,
        advice="" if first.explained else first.advice,
        explained=first.explained,
        offer=texts.offer_text(first.offered) if first.offered and not first.explained else "",
        remarks=tuple(_remark(one, checked, is_alone=len(findings) == 1) for one in findings),
    )


def _remark(finding: Finding, checked: Checked, *, is_alone: bool) -> Remark:
    """One finding; among others of its kind it does not repeat what its message or the advice quotes."""
    given, expected = finding.given, finding.expected
    if is_alone:
        given = given or (texts.NOTHING_THERE if expected and finding.cell else "")
    else:
        said = f"{finding.message} {finding.advice}"
        given, expected = (
            "" if text.removeprefix("≤ ").removeprefix("≥ ") in said else text for text in (given, expected)
        )
    return Remark(place_text(finding), finding.message, given, expected, also_text(finding.also_at, checked))


def _title(findings: Sequence[Finding]) -> str:
    first = findings[0]
    if not first.sheet:
        return ""
    if len(findings) == 1:
        return f"{place_text(first)}: {concerns(first.field, first.row_key)}" if first.field else place_text(first)
    labels = list(dict.fromkeys(label_of(finding.field) for finding in findings if finding.field))
    several = f"{number_text(len(findings), 0)} Stellen"
    return f"{several}: {', '.join(labels)}" if 0 < len(labels) <= _LABELS_MAX else several


def also_text(cells: Sequence[str], checked: Checked) -> str:
    """The further places of a finding: `F13, F14, H9 bis H20`; says how many are left out, and where all stand."""
    named = spans(cells)
    if len(named) <= SPANS_MAX:
        return ", ".join(named)
    more = number_text(len(named) - SPANS_MAX, 0)
    return f"{', '.join(named[:SPANS_MAX])} und {more} weiteren Stellen; {_where_all_stand(checked)}"


def _where_all_stand(checked: Checked) -> str:
    if checked.submission_id is None:
        return "alle nennt „wir check --json“"
    return f"alle nennt die Datei {protocol_name(checked.submission_id)}.json"


# --- what was not checked --------------------------------------------------------------------------------------------


def _unchecked(checked: Checked) -> Iterator[Unchecked]:
    """Rules that were not run, by reason; of a file that could not be read none was, and its reason says so."""
    if checked.judgement.verdict is Verdict.UNREADABLE:
        return
    reasons: dict[str, list[str]] = {}
    for result in checked.judgement.results:
        if result.outcome is Outcome.NOT_RUN:
            reasons.setdefault(_reason(result), []).append(result.code)
    for reason, codes in reasons.items():
        yield Unchecked(reason, _sheets_of(codes), tuple(codes))


def _reason(result: RuleResult) -> str:
    """Why, in words for the sender: data that are missing here are named, everything else is our own fault."""
    rule = catalogue().get(result.code)
    return result.reason if rule is not None and rule.needs else texts.OUR_FAULT


def _sheets_of(codes: Iterable[str]) -> tuple[str, ...]:
    rules = catalogue()
    return tuple(sorted({rules[code].sheet for code in codes if code in rules and rules[code].sheet}))
