"""What we say to municipalities about their reports: every sentence stands here once, for page, text and terminal."""

from collections.abc import Mapping

from expectations.finding import Severity, Verdict
from expectations.form import form_of
from expectations.german import date_text, number_text
from flows.feedback.checked import Checked
from flows.feedback.names import marked_name
from flows.feedback.rulings import ruling_step, ruling_text
from flows.settings import BERLIN, berlin_date

VERDICTS_DE = {
    Verdict.ACCEPTED: "angenommen",
    Verdict.ACCEPTED_WITH_WARNINGS: "angenommen, alle Auffälligkeiten sind erläutert",
    Verdict.AWAITING_EXPLANATION: "eingegangen, Erläuterung steht noch aus",
    Verdict.RETURNED: "zurückgegeben, bitte berichtigen",
    Verdict.UNREADABLE: "nicht lesbar",
}
RESULT_DE = {
    Verdict.ACCEPTED: "Ihr Bericht ist angenommen.",
    Verdict.ACCEPTED_WITH_WARNINGS: "Ihr Bericht ist angenommen; alle Auffälligkeiten sind erläutert.",
    Verdict.AWAITING_EXPLANATION: "Ihr Bericht ist eingegangen. Er zählt, sobald die Auffälligkeiten erläutert sind.",
    Verdict.RETURNED: "Ihr Bericht ist noch nicht angenommen; er enthält Fehler.",
    Verdict.UNREADABLE: "Diese Datei konnten wir nicht als Bericht lesen.",
}
UNRUN_RESULT = "Ihr Bericht ist eingegangen. Unsere Prüfung ist nicht fertig geworden; das liegt an uns."
TRIED_RESULT_DE = {
    Verdict.ACCEPTED: "So, wie die Datei ist, würde der Bericht angenommen.",
    Verdict.ACCEPTED_WITH_WARNINGS: (
        "So, wie die Datei ist, würde der Bericht angenommen; alle Auffälligkeiten sind erläutert."
    ),
    Verdict.AWAITING_EXPLANATION: "Der Bericht würde erst zählen, wenn die Auffälligkeiten erläutert sind.",
    Verdict.RETURNED: "So, wie die Datei ist, würde der Bericht zurückgegeben; er enthält Fehler.",
    Verdict.UNREADABLE: "Diese Datei lässt sich nicht als Bericht lesen.",
}
TRIED_UNRUN_RESULT = "Die Prüfung ist nicht fertig geworden; das liegt nicht an Ihrer Datei."

NEXT_STEP_DE = {
    Verdict.ACCEPTED: "Sie brauchen nichts weiter zu tun. Vielen Dank.",
    Verdict.ACCEPTED_WITH_WARNINGS: "Sie brauchen nichts weiter zu tun. Vielen Dank.",
    Verdict.AWAITING_EXPLANATION: (
        "Bitte erläutern Sie die Auffälligkeiten: auf dem Blatt „11 Erläuterungen“ der Datei, die Sie dann erneut "
        "senden, oder einfach als Antwort an uns."
    ),
    Verdict.RETURNED: "Bitte berichtigen Sie die Fehler in Ihrer Datei und senden Sie sie erneut.",
    Verdict.UNREADABLE: "Bitte folgen Sie dem Rat unten und senden Sie den Erhebungsbogen erneut.",
}
UNRUN_STEP = "Sie brauchen nichts zu tun. Wir beheben die Störung, prüfen Ihren Bericht noch einmal und melden uns."
TRIED_STEP_DE = {
    Verdict.ACCEPTED: "Das war eine Probe: Die Datei ist noch nicht eingereicht.",
    Verdict.ACCEPTED_WITH_WARNINGS: "Das war eine Probe: Die Datei ist noch nicht eingereicht.",
    Verdict.AWAITING_EXPLANATION: (
        "Bitte erläutern Sie die Auffälligkeiten auf dem Blatt „11 Erläuterungen“, bevor Sie die Datei einreichen."
    ),
    Verdict.RETURNED: "Bitte berichtigen Sie die Fehler, bevor Sie die Datei einreichen.",
    Verdict.UNREADABLE: "Bitte folgen Sie dem Rat unten, bevor Sie den Erhebungsbogen einreichen.",
}
TRIED_UNRUN_STEP = "Sie können die Datei trotzdem einreichen; wir prüfen sie dann noch einmal."
EXPLAIN_TOO = "Erläutern Sie bei der Gelegenheit auch die Auffälligkeiten, so sparen Sie eine Rückfrage."
AS_BEFORE_DOES = "Gilt Ihre frühere Erläuterung weiter, genügt „wie bisher“."

STEPS_DE = {
    "collect": "Einsammeln",
    "read": "Lesen",
    "judge": "Prüfen",
    "record": "Festhalten",
    "build": "Rechnen",
    "publish": "Veröffentlichen",
    "report": "Rückmelden",
}
WATERMARK = "Demonstrationsdaten: Alle Berichte, Bescheide und Zahlen sind erfunden."

SEVERITIES_DE: Mapping[Severity, tuple[str, str]] = {
    Severity.FATAL: ("Grund", "Gründe"),
    Severity.ERROR: ("Fehler", "Fehler"),
    Severity.WARNING: ("Auffälligkeit", "Auffälligkeiten"),
    Severity.HINT: ("Hinweis", "Hinweise"),
}
TRIALS_DE = ("Meldung in Erprobung", "Meldungen in Erprobung")
COLUMNS_DE = {"fatal": "Gründe", "error": "Fehler", "warning": "Auffällig", "hint": "Hinweise"}
"""Heads of narrow columns."""
MEANINGS_DE: Mapping[Severity, str] = {
    Severity.FATAL: "Deshalb konnten wir die Datei nicht lesen; weiter geprüft wurde nichts.",
    Severity.ERROR: "Diese Stellen müssen berichtigt sein, bevor wir den Bericht annehmen können.",
    Severity.WARNING: (
        "Ungewöhnlich, aber vielleicht richtig. Stimmt die Angabe, erläutern Sie sie bitte; stimmt sie nicht, "
        "berichtigen Sie sie."
    ),
    Severity.HINT: "Nur zu Ihrer Kenntnis; Hinweise halten den Bericht nicht auf.",
}
ONE_ERROR = "Diese Stelle muss berichtigt sein, bevor wir den Bericht annehmen können."
ONE_EXPLAINED, ALL_EXPLAINED = "Sie ist erläutert.", "Alle sind erläutert."
TRIAL_MEANING = "Diese Regeln werden erprobt; sie entscheiden noch nichts."

NEXT_HEADING = "Was jetzt zu tun ist:"
WHOLE_FILE = "Ganze Datei"
WHOLE_SHEET = "Das ganze Blatt"
NOTHING_THERE = "nichts"
WHAT_TO_DO = "Was tun?"
YOUR_EXPLANATION = "Ihre Erläuterung:"
STANDS_THERE = "Dort steht"
EXPECTED = "Erwartet"

EXPLAIN_HEADING = "So erläutern Sie eine Auffälligkeit"
ONE_WAY_DOES = "Einer dieser Wege genügt:"
UNCHECKED_HEADING = "Was nicht geprüft wurde"
UNCHECKED_MEANING = "Nicht geprüft heißt nicht bestanden. Sie brauchen deshalb aber nichts zu tun."
TRIED_UNCHECKED_MEANING = "Nicht geprüft heißt nicht bestanden. Nach der Abgabe prüfen wir auch das."
OUR_FAULT = "Hier ist unsere Prüfung gescheitert; wir kümmern uns darum."
PRIVACY = (
    "Dieses Protokoll gibt Angaben aus Ihrer Datei wieder. Texte, die vermutlich personenbezogene Daten enthalten, "
    "wiederholt es nicht. Bitte nennen Sie auch in Erläuterungen und Antworten keine Namen, Anschriften oder "
    "Telefonnummern."
)
DEFAULT_CONTACT = "Rückfragen beantwortet die Stelle, die Ihnen den Bogen geschickt hat."
_EARLIER_EXPLANATIONS = "earlier_explanations"
"""The form's section that prints earlier explanations to be confirmed."""


def counted(number: int, names: tuple[str, str]) -> str:
    """A number with its noun: `1 Fehler`, `1.234 Hinweise`."""
    return f"{number_text(number, 0)} {names[0] if number == 1 else names[1]}"


def result_text(checked: Checked) -> str:
    """What became of the report, or would become of a file that was only tried, in one sentence."""
    if checked.ruling is not None:
        return ruling_text(checked.ruling)
    is_tried, judgement = checked.submission_id is None, checked.judgement
    if judgement.returned_unrun:
        return TRIED_UNRUN_RESULT if is_tried else UNRUN_RESULT
    return (TRIED_RESULT_DE if is_tried else RESULT_DE)[judgement.verdict]


def next_step(checked: Checked) -> str:
    """The one thing to do now, and until when."""
    if checked.ruling is not None:
        return " ".join(part for part in (ruling_step(checked.ruling), _due_again(checked)) if part)
    is_tried, judgement = checked.submission_id is None, checked.judgement
    if judgement.returned_unrun:
        return TRIED_UNRUN_STEP if is_tried else UNRUN_STEP
    step = (TRIED_STEP_DE if is_tried else NEXT_STEP_DE)[judgement.verdict]
    if judgement.verdict.in_force:
        return step
    parts = (
        step,
        EXPLAIN_TOO if judgement.verdict is Verdict.RETURNED and awaits_explanation(checked) else "",
        AS_BEFORE_DOES if has_offer(checked) else "",
        _due_text(checked),
    )
    return " ".join(part for part in parts if part)


def marked_text(checked: Checked) -> str:
    """How the marked workbook helps, or why there is none; `""` where nothing is to be done."""
    if checked.submission_id is None or checked.judgement.verdict.in_force:
        return ""
    if not checked.is_marked:
        return f"Ihre Datei geben wir nicht markiert zurück. {checked.unmarked}" if checked.unmarked else ""
    return (
        f"In der Datei {marked_name(checked.submission_id)} sind die Stellen markiert. Sie können gleich darin "
        "weiterarbeiten und diese Datei einsenden."
    )


def awaits_explanation(checked: Checked) -> bool:
    """Whether a warning that counts is not explained yet."""
    return any(
        finding.severity is Severity.WARNING and not finding.trial and not finding.explained
        for finding in checked.judgement.findings
    )


def has_offer(checked: Checked) -> bool:
    """Whether an earlier explanation is offered for confirmation."""
    return any(finding.offered and not finding.explained for finding in checked.judgement.findings)


def _due_again(checked: Checked) -> str:
    """The due date, where the ministry's decision leaves the body without a report and there is time."""
    ruling, due_on = checked.ruling, checked.due_on
    is_open = ruling is not None and ruling.act == "void" and ruling.instead is None
    return f"Die Frist endet am {date_text(due_on)}." if is_open and due_on and ruling and due_on >= ruling.on else ""


def _due_text(checked: Checked) -> str:
    if checked.due_on is None:
        return ""
    if checked.received_at is not None and berlin_date(checked.received_at) > checked.due_on:
        return f"Die Frist ist am {date_text(checked.due_on)} abgelaufen; bitte antworten Sie so bald wie möglich."
    return f"Die Frist endet am {date_text(checked.due_on)}."


def unchecked_meaning(checked: Checked) -> str:
    """What it means for the sender that something was not checked."""
    return TRIED_UNCHECKED_MEANING if checked.submission_id is None else UNCHECKED_MEANING


def received_text(checked: Checked) -> str:
    """When the file came in, German time: `01.09.2026 um 10:15 Uhr`; `""` for a file that was only tried."""
    return "" if checked.received_at is None else f"{checked.received_at.astimezone(BERLIN):%d.%m.%Y um %H:%M Uhr}"


def offer_text(offered: str) -> str:
    """An earlier explanation, offered for confirmation."""
    return (
        f"In Ihrem letzten Bericht haben Sie dazu erläutert: „{offered}“ Gilt das weiterhin, genügt „wie bisher“ als "
        "Erläuterung."
    )


def ways_to_explain(checked: Checked) -> list[tuple[str, str]]:
    """The ways to explain a warning, each with a short name.

    Only a report that was handed in can be explained by an answer; „wie bisher“ needs an offer.
    """
    number = checked.submission_id
    then = "Reichen Sie die Datei dann ein." if number is None else "Senden Sie die Datei dann erneut."
    in_file = (
        "Tragen Sie auf dem Blatt „11 Erläuterungen“ den Code der Auffälligkeit ein (er steht bei jeder dabei) und "
        f"daneben Ihre Erläuterung. {then}"
    )
    as_answer = (
        f"Nennen Sie uns den Code, die Einreichung {number} und Ihre Erläuterung. Wir tragen sie ein; die Datei "
        "brauchen Sie nicht erneut zu senden."
    )
    return [
        ("In Ihrer Datei", in_file),
        *([] if number is None else [("Als Antwort an uns", as_answer)]),
        *([("Wie im letzten Bericht", _as_before(checked))] if has_offer(checked) else []),
    ]


def _as_before(checked: Checked) -> str:
    identity = checked.reading.identity
    sections = {section.name for section in form_of(identity.year).sections()} if identity else set()
    where = "schreiben Sie auf Blatt 11 „wie bisher“ neben den Code"
    if _EARLIER_EXPLANATIONS in sections:
        where = "wählen Sie auf Blatt 11 neben Ihrer früheren Erläuterung „Ja“"
    or_answer = "" if checked.submission_id is None else ", oder antworten Sie uns „wie bisher“"
    return f"Gilt Ihre frühere Erläuterung weiter, {where}{or_answer}."
