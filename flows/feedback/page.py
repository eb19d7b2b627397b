"""The protocol as a page that stands alone: no script, no address, nothing to fetch; it prints on A4."""

from functools import cache
from pathlib import Path

from expectations.finding import Verdict
from expectations.german import date_text, number_text
from flows.feedback import texts
from flows.feedback.checked import Checked, describe, plain
from flows.feedback.names import marked_name, protocol_name
from flows.feedback.outline import Level, Outline, outline_of
from flows.feedback.places import sheet_text
from flows.pages import css_text, policy_of, template_of

_ROOM = Path(__file__).parent
_TONES = {
    Verdict.ACCEPTED: "good",
    Verdict.ACCEPTED_WITH_WARNINGS: "good",
    Verdict.AWAITING_EXPLANATION: "open",
    Verdict.RETURNED: "bad",
    Verdict.UNREADABLE: "bad",
}


def protocol_page(checked: Checked) -> str:
    """The German protocol of one file as HTML.

    Whatever people typed is escaped and freed of signs that steer the direction of reading. The page carries its own
    policy: its one style sheet, by hash, and nothing else may be loaded.
    """
    outline = outline_of(checked)
    style = _style(checked)
    return template_of(_ROOM / "page.html.j2", plain).render(
        checked=checked,
        outline=outline,
        texts=texts,
        style=style,
        policy=policy_of(style),
        title=_title(checked),
        body=checked.reading.identity.body_name if checked.reading.identity else "",
        tone=_tone(checked),
        facts=_facts(checked),
        tallies=_tallies(outline),
        ways=texts.ways_to_explain(checked) if texts.awaits_explanation(checked) else [],
        files=_files(checked),
        contact=checked.contact or texts.DEFAULT_CONTACT,
        sheet_text=sheet_text,
        number=lambda count: number_text(count, 0),
    )


def _tone(checked: Checked) -> str:
    if checked.ruling is not None:
        return checked.ruling.tone
    return "open" if checked.judgement.returned_unrun else _TONES[checked.judgement.verdict]


# --- head ------------------------------------------------------------------------------------------------------------


def _title(checked: Checked) -> str:
    identity = checked.reading.identity
    if identity is None:
        return "Prüfprotokoll"
    return f"Prüfprotokoll {identity.kind.value} {identity.period.year}"


def _facts(checked: Checked) -> list[tuple[str, str, str]]:
    """What the protocol is about: name, value, and how the value is set."""
    identity = checked.reading.identity
    received = texts.received_text(checked)
    facts = [
        ("Kommune", f"{identity.body_name} ({identity.ags})" if identity else "", ""),
        ("Bericht", f"{identity.kind.value} {identity.period.year}" if identity else describe(None), ""),
        ("Berichtszeitraum", _days(checked), ""),
        ("Einreichung", "" if checked.submission_id is None else f"Nr. {checked.submission_id}", ""),
        ("Eingegangen am", received, ""),
        ("Abgabefrist", date_text(checked.due_on) if checked.due_on else "", ""),
        ("Datei", Path(checked.file).name or "(Name nicht mehr gespeichert)", "name"),
        ("Prüfsumme der Datei (SHA-256)", checked.sha256, "hash"),
    ]
    return [fact for fact in facts if fact[1]]


def _days(checked: Checked) -> str:
    identity = checked.reading.identity
    if identity is None:
        return ""
    return f"{date_text(identity.period.first_day)} bis {date_text(identity.period.closing_day)}"


def _files(checked: Checked) -> list[tuple[str, str]]:
    """What lies beside the page: file name and what it is."""
    if checked.submission_id is None:
        return []
    name = protocol_name(checked.submission_id)
    marked = (marked_name(checked.submission_id), "Ihre Datei, in der die Stellen markiert sind")
    return [
        *([marked] if checked.is_marked else []),
        (f"{name}.txt", "dieses Protokoll als einfacher Text"),
        (f"{name}.json", "dieses Protokoll mit allen gelesenen Werten, für Programme"),
    ]


# --- overview --------------------------------------------------------------------------------------------------------


def _tallies(outline: Outline) -> list[tuple[str, list[tuple[Level, int, str]]]]:
    """Sheet by sheet how many findings of each weight there are, with the anchor of the first."""
    rows = []
    sheets = sorted({part.sheet for level in outline.counted_levels for part in level.sheets})
    for sheet in sheets:
        parts = [
            (level, next((part for part in level.sheets if part.sheet == sheet), None))
            for level in outline.counted_levels
        ]
        rows.append((sheet, [(level, part.count if part else 0, part.anchor if part else "") for level, part in parts]))
    return rows


# --- style -----------------------------------------------------------------------------------------------------------


def _style(checked: Checked) -> str:
    """The style sheet, with what stands at the head of every printed page."""
    number = "Probe" if checked.submission_id is None else f"Einreichung {checked.submission_id}"
    return (
        _sheet()
        .replace('"HEAD"', css_text(plain(f"Prüfprotokoll · {describe(checked.reading.identity)}")))
        .replace('"NUMBER"', css_text(number))
        .replace('"MARK"', css_text("Demonstrationsdaten" if checked.is_demo else ""))
    )


@cache
def _sheet() -> str:
    return (_ROOM / "page.css").read_text(encoding="utf-8")
