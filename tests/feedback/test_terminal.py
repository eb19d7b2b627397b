"""The protocol as text: the same order and the same words as on the page."""

import re
from collections.abc import Callable
from dataclasses import replace

from expectations.finding import Finding, Severity, Verdict
from flows.feedback import Checked, plain_text, protocol, protocol_text

MakeChecked = Callable[..., Checked]
MakeFinding = Callable[..., Finding]


def test_findings_of_one_cause_stand_together_sheet_by_sheet(
    make_checked: MakeChecked, make_finding: MakeFinding
) -> None:
    findings = [
        make_finding(severity=Severity.HINT, message="Nur zur Kenntnis."),
        make_finding(sheet="05 Anlaufstelle", cell="C4", message="Es fehlt etwas."),
        make_finding(cell="F12", message="Passt nicht."),
        make_finding(cell="F13", message="Passt auch nicht.", also_at=("F20", "F21", "F22")),
    ]
    text = plain_text(protocol(make_checked(Verdict.RETURNED, findings)))
    lines = [line.strip() for line in text.splitlines()]
    expected = [
        "3 Fehler an 6 Stellen",
        "Blatt 03 Finanzen",
        "R-FIN-01  2 Stellen: Ausgaben",
        "· Zelle F12: Passt nicht.",
        "· Zelle F13: Passt auch nicht.",
        "Ebenso in F20 bis F22.",
        "→ Bitte prüfen Sie Ausgaben und Quellen dieser Zeile.",
        "Blatt 05 Anlaufstelle",
        "R-FIN-01  Zelle C4: Ausgaben · Koordination",
        "Es fehlt etwas.",
        "→ Bitte prüfen Sie Ausgaben und Quellen dieser Zeile.",
        "1 Hinweis",
    ]
    assert [line for line in lines if line in expected][: len(expected)] == expected


def test_page_and_text_say_the_same_sentences(
    make_checked: MakeChecked, make_finding: MakeFinding, page_of: Callable[[Checked], object]
) -> None:
    findings = [
        make_finding(),
        make_finding(severity=Severity.WARNING, offered="Neues Verfahren."),
        make_finding(severity=Severity.WARNING, trial=True),
    ]
    checked = make_checked(Verdict.RETURNED, findings)
    shown = " ".join(plain_text(protocol(checked)).replace("│", " ").split())
    page = page_of(checked)
    sentences = [text.strip() for text in page.texts if text.strip().endswith(".") and " " in text.strip()]
    about_the_page = ("Dieses Protokoll", "Rückfragen", "Einer dieser")
    compared = [text for text in sentences if not text.startswith(about_the_page)]
    assert len(compared) > 8
    assert [text for text in compared if " ".join(text.split()).rstrip(".") not in shown] == []


def test_one_finding_is_spoken_of_as_one(make_checked: MakeChecked, make_finding: MakeFinding) -> None:
    wrong, odd = make_finding(), make_finding(severity=Severity.WARNING, explained="So war es.")
    one = protocol_text(make_checked(Verdict.RETURNED, [wrong, odd]))
    two = protocol_text(make_checked(Verdict.RETURNED, [replace(wrong, also_at=("F13",)), odd, odd]))
    assert "Diese Stelle muss berichtigt sein" in one
    assert "Sie ist erläutert." in one
    assert "Diese Stellen müssen berichtigt sein" in two
    assert "Alle sind erläutert." in two


def test_the_text_file_says_what_the_terminal_says(make_checked: MakeChecked, make_finding: MakeFinding) -> None:
    findings = [make_finding(message="Wort " * 60), make_finding(severity=Severity.WARNING, offered="Neues Verfahren.")]
    checked = make_checked(Verdict.RETURNED, findings)
    on_terminal = re.sub("[│╭╮╰╯─=]", " ", plain_text(protocol(checked))).split()
    in_file = re.sub("[│╭╮╰╯─=]", " ", protocol_text(checked)).split()
    assert in_file == on_terminal
    assert max(len(line) for line in protocol_text(checked).splitlines()) <= 100


def test_a_warning_left_open_is_told_how_to_explain_it(make_checked: MakeChecked, make_finding: MakeFinding) -> None:
    checked = make_checked(Verdict.AWAITING_EXPLANATION, [make_finding(severity=Severity.WARNING)])
    text = " ".join(plain_text(protocol(checked)).split())
    assert "So erläutern Sie eine Auffälligkeit" in text
    assert "die Einreichung 12 und Ihre Erläuterung" in text


def test_a_file_that_was_only_tried_is_not_called_accepted(make_checked: MakeChecked) -> None:
    text = plain_text(protocol(make_checked(Verdict.ACCEPTED, submission_id=None, received_at=None)))
    assert "würde der Bericht angenommen" in text
    assert "noch nicht eingereicht" in text


def test_a_terminal_obeys_nothing_that_people_typed(make_checked: MakeChecked, make_finding: MakeFinding) -> None:
    steering = "A\x1b[2J\u202eB\u200b[bold]C\r"
    finding = make_finding(sheet=steering, message=steering, advice=steering, explained=steering, also_at=(steering,))
    text = plain_text(protocol(make_checked(Verdict.RETURNED, [finding], file=steering)))
    assert "A [2JB[bold]C" in text
    assert not set("\x1b\u202e\u200b\r") & set(text)
