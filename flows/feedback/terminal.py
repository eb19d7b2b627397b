"""The protocol on the terminal and as plain text: the same lines, with and without colours."""

import io
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from expectations.finding import Verdict
from flows.feedback import texts
from flows.feedback.checked import Checked, describe, plain
from flows.feedback.outline import Cause, Level, Outline, Remark, outline_of
from flows.feedback.places import sheet_text
from flows.records import Receipt
from flows.settings import BERLIN

VERDICT_STYLES = {
    Verdict.ACCEPTED: "green",
    Verdict.ACCEPTED_WITH_WARNINGS: "green",
    Verdict.AWAITING_EXPLANATION: "yellow",
    Verdict.RETURNED: "red",
    Verdict.UNREADABLE: "bold red",
}
_STYLES = {"fatal": "bold red", "error": "red", "warning": "yellow", "hint": "cyan", "trial": "dim"}

_WIDTH = 100


@dataclass(frozen=True)
class _Line:
    """A paragraph: pieces of text with the style of each, and how far it is indented."""

    pieces: tuple[tuple[str, str], ...] = ()
    indent: int = 0

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.pieces)


def protocol(checked: Checked) -> RenderableType:
    """The German protocol of one file for the terminal, errors before warnings before hints."""
    head = Panel(
        Group(*(Text.assemble(*line.pieces) for line in _head(checked))),
        title=Text(_title(checked)),
        title_align="left",
        border_style=_style(checked),
    )
    lines = (Padding(Text.assemble(*line.pieces), (0, 0, 0, line.indent)) for line in _lines(checked))
    return Group(head, "", *lines)


def protocol_text(checked: Checked) -> str:
    """The same as plain text, 100 columns wide."""
    title = _title(checked)
    lines = (*_head(checked), _Line(), *_lines(checked))
    return "\n".join((title, "=" * min(len(title), _WIDTH), *(_wrapped(line) for line in lines))) + "\n"


def print_protocols(checked: Sequence[Checked], console: Console) -> None:
    """Print the protocols of several files."""
    for one in checked:
        console.print(protocol(one))


def plain_text(renderable: RenderableType) -> str:
    """A renderable as plain text, 100 columns wide, without blanks at the ends of its lines."""
    lines = io.StringIO()
    Console(width=_WIDTH, color_system=None, force_terminal=False, file=lines).print(renderable)
    return "".join(f"{line.rstrip()}\n" for line in lines.getvalue().splitlines())


def receipt_sentence(receipt: Receipt) -> str:
    """A receipt as a German sentence."""
    name, when = plain(receipt.file_name), receipt.received_at.astimezone(BERLIN)
    if receipt.duplicate_of is not None:
        return f"{name}: Diese Datei liegt uns schon vor (Einreichung {receipt.duplicate_of}); sie zählt nur einmal."
    whose = f"{receipt.ags}, {receipt.period}" if receipt.ags else "noch keinem Bericht zugeordnet"
    return (
        f"{name}: eingegangen am {when:%d.%m.%Y um %H:%M Uhr} als Einreichung {receipt.submission_id} ({whose}); "
        f"SHA-256 {receipt.sha256}; Journal {receipt.head[:16]}."
    )


# --- lines -----------------------------------------------------------------------------------------------------------


def _wrapped(line: _Line) -> str:
    indent = " " * line.indent
    text = f"{indent}{line.text}"
    if len(text) <= _WIDTH:
        return text.rstrip()
    return textwrap.fill(
        text, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )


def _line(text: str, style: str = "", indent: int = 0) -> _Line:
    return _Line(((plain(text), style),), indent)


def _title(checked: Checked) -> str:
    return f"Prüfprotokoll · {plain(checked.file)}"


def _head(checked: Checked) -> Iterator[_Line]:
    yield _line(describe(checked.reading.identity), "bold")
    yield _line(_receipt_text(checked))
    yield _line(texts.result_text(checked), _style(checked))
    yield from (_line(text) for text in (texts.next_step(checked), texts.marked_text(checked)) if text)


def _style(checked: Checked) -> str:
    if checked.ruling is not None:
        return {"good": "green", "bad": "red"}[checked.ruling.tone]
    return VERDICT_STYLES[checked.judgement.verdict]


def _receipt_text(checked: Checked) -> str:
    if checked.submission_id is None:
        return "Probe, nicht eingereicht"
    received = texts.received_text(checked)
    return f"Einreichung {checked.submission_id}{f', eingegangen am {received}' if received else ''}"


def _lines(checked: Checked) -> Iterator[_Line]:
    outline = outline_of(checked)
    for level in outline.levels:
        yield from _level_lines(level)
        if level.name == "warning" and texts.awaits_explanation(checked):
            yield _line(texts.EXPLAIN_HEADING, "bold", 2)
            yield from (_line(f"· {name}: {text}", indent=2) for name, text in texts.ways_to_explain(checked))
            yield _Line()
    if outline.unchecked:
        yield from _unchecked_lines(outline)


def _level_lines(level: Level) -> Iterator[_Line]:
    yield _line(level.heading, f"{_STYLES[level.name]} bold")
    yield _line(level.meaning, "dim")
    yield _Line()
    for part in level.sheets:
        yield _line(sheet_text(part.sheet), "bold", 2)
        for cause in part.causes:
            yield from _cause_lines(cause, _STYLES[level.name])
            yield _Line()


def _cause_lines(cause: Cause, style: str) -> Iterator[_Line]:
    yield _Line(((cause.code, style), (f"  {plain(cause.title)}", "bold")), 4)
    for remark in cause.remarks:
        yield _line(f"{_before(remark, is_alone=len(cause.remarks) == 1)}{remark.message}", indent=4)
        if remark.also:
            yield _line(f"Ebenso in {remark.also}.", "dim", 4)
    if cause.advice:
        yield _line(f"→ {cause.advice}", "dim", 4)
    if cause.offer:
        yield _line(cause.offer, indent=4)
    if cause.explained:
        yield _line(f"{texts.YOUR_EXPLANATION} {cause.explained}", "green", 4)


def _before(remark: Remark, *, is_alone: bool) -> str:
    if is_alone:
        return ""
    return f"· {remark.place}: " if remark.place else "· "


def _unchecked_lines(outline: Outline) -> Iterator[_Line]:
    yield _line(texts.UNCHECKED_HEADING, "bold")
    yield _line(texts.unchecked_meaning(outline.checked), "dim")
    for one in outline.unchecked:
        yield _line(f"· {one.reason} {one.concerned} ({', '.join(one.codes)})", "dim")
