"""Judged files, and a page taken apart."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import polars as pl
import pytest

from expectations.finding import Finding, Judgement, RuleResult, Severity, Verdict
from expectations.period import ReportKind
from expectations.reading import CELLS_SCHEMA, Identity, Reading
from flows.feedback import Checked, protocol_page

MakeChecked = Callable[..., Checked]
MakeFinding = Callable[..., Finding]


@pytest.fixture
def make_finding() -> MakeFinding:
    """A finding at a cell of sheet 03; whatever a test is about is changed."""

    def make(**changes: object) -> Finding:
        usual = {
            "code": "R-FIN-01",
            "severity": Severity.ERROR,
            "message": "Die Ausgaben (61.000,00 EUR) stimmen nicht mit der Summe der Quellen (60.000,00 EUR) überein.",
            "advice": "Bitte prüfen Sie Ausgaben und Quellen dieser Zeile.",
            "sheet": "03 Finanzen",
            "cell": "F12",
            "field": "finances.expenditure_eur",
            "row_key": "Koordination",
            "given": "61.000,00",
            "expected": "60.000,00",
        }
        return Finding(**{**usual, **changes})  # type: ignore[arg-type]

    return make


@pytest.fixture
def make_checked() -> MakeChecked:
    """A submitted annual report of Bergstraße with these findings."""

    def make(
        verdict: Verdict,
        findings: Sequence[Finding] = (),
        results: Sequence[RuleResult] = (),
        **changes: object,
    ) -> Checked:
        usual = {
            "file": "Bogen Bergstraße.xlsx",
            "sha256": "0123456789abcdef" * 4,
            "reading": Reading(
                Identity("06431", "Bergstraße", ReportKind.YEAR, 2026, "2026"), pl.DataFrame(schema=CELLS_SCHEMA)
            ),
            "judgement": Judgement(verdict, tuple(findings), tuple(results)),
            "rules_version": "1" * 64,
            "submission_id": 12,
            "received_at": datetime(2027, 3, 29, 22, 30, tzinfo=UTC),
            "due_on": date(2027, 3, 31),
        }
        return Checked(**{**usual, **changes})  # type: ignore[arg-type]

    return make


@dataclass
class Page(HTMLParser):
    """A page taken apart.

    Attributes:
        elements: every start tag with its attributes, in order.
        headings: level and text.
        text: all that a reader sees, blanks evened out.
        style: the style sheet.
    """

    source: str
    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    style: str = ""

    WITHIN_A_LINE = frozenset({"a", "b", "span", "strong"})
    VOID = frozenset({"meta", "link", "br", "path"})

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in self.VOID:
            self.open.append(tag)
        if tag not in self.WITHIN_A_LINE:
            self.texts.append(" ")
        if tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            self.headings.append((int(tag[1]), ""))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            self.style += data
            return
        self.texts.append(data)
        if any(tag in self.open for tag in ("h1", "h2", "h3", "h4")):
            level, text = self.headings[-1]
            self.headings[-1] = (level, text + data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())

    def values(self, name: str) -> list[str]:
        """All values of an attribute."""
        return [attributes[name] for _, attributes in self.elements if name in attributes]

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of all elements of that name."""
        return [attributes for found, attributes in self.elements if found == tag]


@pytest.fixture
def page_of() -> Callable[[Checked], Page]:
    return lambda checked: Page(protocol_page(checked))
