"""Explaining a warning after the verdict: what it changes, what it never changes, and every refusal."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from expectations.finding import Verdict
from expectations.period import parse_period
from flows import line
from flows.demo import mishaps
from flows.demo.work import Report
from flows.desk import DeskError, acts, check_files, explain, recheck, submit_files
from flows.ledger import check_chain, document, entries, open_ledger, texts
from flows.settings import DataFolder
from tests.cli.calling import Wir
from tests.desk.conftest import number_of
from tests.killed import die, killed
from tests.line.reports import NIGHT, WriteReport

pytestmark = pytest.mark.slow

SAID = "Die Teilnahmen der Steuerungsgruppe wurden nicht gezählt."
TOPICS = "Die Themen werden erst seit April erfasst."


def kinds(folder: DataFolder, *wanted: str) -> list[str]:
    return [entry.kind for entry in entries(open_ledger(folder), *wanted)]


def published(folder: DataFolder, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder.database), read_only=True) as connection:
        return connection.execute(query).fetchall()


def protocol(folder: DataFolder, number: int, ags: str = "06431") -> str:
    """The protocol's words, however its lines are broken."""
    text = (folder.feedback / ags / f"{number:06d}-pruefprotokoll.txt").read_text(encoding="utf-8")
    return " ".join(text.replace("│", " ").split())


# --- what it changes -------------------------------------------------------------------------------------------------


def test_a_report_feeds_figures_once_its_last_warning_is_explained(folder: DataFolder) -> None:
    number = number_of(folder, "06431")
    figure = (
        "SELECT state FROM indicators.figures WHERE indicator_id = 'ANL-01' AND area_key = '06431'"
        " AND period = '2026-H1' AND breakdown = 'gesamt'"
    )
    assert published(folder, figure) == [("missing_report",)]

    one = explain(folder, number, "R-KOO-04", SAID)
    assert (one.judgement.verdict, one.is_in_force) == (Verdict.AWAITING_EXPLANATION, False)
    both = explain(folder, number, "r-anl-02", TOPICS)
    assert (both.judgement.verdict, both.is_in_force) == (Verdict.ACCEPTED_WITH_WARNINGS, True)

    report = line.run_night(folder, business_at=NIGHT + timedelta(days=1))
    assert (report.received, report.again) == (0, 1)
    assert published(folder, figure) == [("ok",)]
    view = "SELECT ags, in_force, code, finding_row, explained, confirms_earlier FROM intake.explanations ORDER BY code"
    assert published(folder, view) == [
        ("06431", True, "R-ANL-02", "", TOPICS, False),
        ("06431", True, "R-KOO-04", "Steuerung", SAID, False),
    ]


def test_the_protocol_tells_the_new_verdict_at_once_and_comes_back_when_it_is_lost(folder: DataFolder) -> None:
    number = number_of(folder, "06431")
    (as_json,) = (folder.feedback / "06431").glob("*-pruefprotokoll.json")
    assert json.loads(as_json.read_text(encoding="utf-8"))["verdict"] == "awaiting_explanation"
    explain(folder, number, "R-KOO-04", SAID)
    explain(folder, number, "R-ANL-02", TOPICS)
    told = protocol(folder, number)
    assert json.loads(as_json.read_text(encoding="utf-8"))["verdict"] == "accepted_with_warnings"
    assert SAID in told
    for file in (folder.feedback / "06431").iterdir():
        file.unlink()
    line.run_night(folder, business_at=NIGHT + timedelta(days=1))
    assert protocol(folder, number) == told


def test_the_chain_holds_no_word_of_an_explanation(folder: DataFolder) -> None:
    number = number_of(folder, "06431")
    explain(folder, number, "R-KOO-04", SAID)
    ledger = open_ledger(folder)
    (said,) = entries(ledger, "explanation")
    assert said.body == {
        "submission_id": number,
        "code": "R-KOO-04",
        "field": "meetings.participants",
        "row_key": "Steuerung",
        "confirms": None,
    }
    assert texts(ledger, "explanation") == {said.seq: SAID}
    assert not any(SAID in json.dumps(entry.body, ensure_ascii=False) for entry in entries(ledger))
    assert check_chain(ledger) is None


def test_the_new_verdict_rests_on_the_same_versions_and_names_the_explanation(folder: DataFolder) -> None:
    number = number_of(folder, "06431")
    explain(folder, number, "R-KOO-04", SAID)
    ledger = open_ledger(folder)
    first, second = (entry for entry in entries(ledger, "verdict") if entry.body["submission_id"] == number)
    (said,) = entries(ledger, "explanation")
    assert second.body["explanations"] == [said.seq]
    changed = {"verdict", "judgement_sha256", "explanations"}
    assert {k: v for k, v in first.body.items() if k not in changed} == {
        k: v for k, v in second.body.items() if k not in changed
    }
    before, after = (document(ledger, entry.body["judgement_sha256"]) for entry in (first, second))
    assert before["results"] == after["results"]
    assert [{**one, "explained": ""} for one in after["findings"]] == before["findings"]


def test_an_explanation_can_name_one_cell(folder: DataFolder) -> None:
    number = number_of(folder, "06431")
    (finding,) = explain(folder, number, "R-KOO-04", SAID, cell="04 Koordination!D16").findings
    assert (finding.cell, finding.explained) == ("D16", SAID)


def test_an_explanation_of_a_returned_report_is_kept_and_the_report_stays_returned(folder: DataFolder) -> None:
    one = explain(folder, number_of(folder, "06432"), "R-KOO-04", SAID)
    assert (one.judgement.verdict, one.is_in_force) == (Verdict.RETURNED, False)


# --- the same act again ----------------------------------------------------------------------------------------------


def test_the_same_explanation_again_changes_nothing(folder: DataFolder) -> None:
    number = number_of(folder, "06431")
    first = explain(folder, number, "R-KOO-04", SAID)
    recorded = kinds(folder)
    assert explain(folder, number, "R-KOO-04", SAID) == first
    assert kinds(folder) == recorded


def test_many_who_say_the_same_at_once_are_one_explanation(folder: DataFolder) -> None:
    number = number_of(folder, "06431")
    with ThreadPoolExecutor(4) as together:
        results = list(together.map(lambda _: explain(folder, number, "R-KOO-04", SAID), range(4)))
    assert len(set(results)) == 1
    assert kinds(folder, "explanation") == ["explanation"]


def _be_killed_in(step: str, folder: DataFolder, number: int) -> None:
    """An explanation that dies at the beginning of a step."""
    setattr(acts, step, die)
    explain(folder, number, "R-KOO-04", SAID)


@pytest.mark.parametrize(
    ("step", "recorded"), [("_verdict", []), ("_told", ["explanation"]), ("tell", ["explanation"])]
)
def test_an_explanation_killed_anywhere_and_given_again_comes_to_the_same(
    folder: DataFolder, step: str, recorded: list[str]
) -> None:
    number = number_of(folder, "06431")
    killed(_be_killed_in, step, folder, number)
    assert kinds(folder, "explanation") == recorded
    explain(folder, number, "R-KOO-04", SAID)
    assert kinds(folder, "explanation") == ["explanation"]
    assert kinds(folder, "verdict").count("verdict") == 4
    assert SAID in protocol(folder, number)
    assert check_chain(open_ledger(folder)) is None


def test_the_next_night_renews_a_protocol_that_an_explanation_could_not(folder: DataFolder) -> None:
    number = number_of(folder, "06431")
    killed(_be_killed_in, "tell", folder, number)
    assert SAID not in protocol(folder, number)
    line.run_night(folder, business_at=NIGHT + timedelta(days=1))
    assert SAID in protocol(folder, number)


# --- what is refused -------------------------------------------------------------------------------------------------


def refused(folder: DataFolder, *args: object, **options: object) -> str:
    recorded = kinds(folder)
    with pytest.raises(DeskError) as error:
        explain(folder, *args, **options)  # type: ignore[arg-type]
    assert kinds(folder) == recorded
    return str(error.value)


def test_what_cannot_be_explained_is_refused_with_what_there_is(folder: DataFolder) -> None:
    number, returned, accepted = (number_of(folder, ags) for ags in ("06431", "06432", "06433"))
    assert (
        refused(folder, 99, "R-KOO-04", SAID) == f"Es gibt keine Einreichung 99. Die letzte hat die Nummer {accepted}."
    )
    assert refused(folder, number, "R-POS-08", SAID) == (
        f"Einreichung {number} enthält keine Auffälligkeit R-POS-08. "
        "Es gibt: R-KOO-04 (04 Koordination D16); R-ANL-02 (05 Anlaufstelle C27)."
    )
    assert refused(folder, number, "R-KOO-04", SAID, cell="D99").startswith(
        f"Einreichung {number} enthält keine Auffälligkeit R-KOO-04 in D99."
    )
    assert refused(folder, accepted, "R-KOO-04", SAID).endswith("Sie enthält keine Auffälligkeiten.")
    assert "Ein Fehler lässt sich nicht erläutern" in refused(folder, returned, "R-TEC-08", SAID)


@pytest.mark.parametrize("text", ["", "   ", "–", "\u200b", "..."])
def test_an_explanation_without_a_word_is_refused(folder: DataFolder, text: str) -> None:
    assert refused(folder, number_of(folder, "06431"), "R-KOO-04", text).startswith("Die Erläuterung ist leer.")


def test_an_explanation_longer_than_the_form_allows_is_refused(folder: DataFolder) -> None:
    sentence = refused(folder, number_of(folder, "06431"), "R-KOO-04", "a" * 1001)
    assert sentence.startswith("Die Erläuterung hat 1.001 Zeichen; möglich sind 1.000.")


def test_likely_personal_data_are_asked_about_before_anything_is_recorded(folder: DataFolder) -> None:
    sentence = refused(folder, number_of(folder, "06431"), "R-KOO-04", "Bitte Frau Erika Mustermann fragen.")
    assert "(eine Anrede mit Namen)" in sentence


def test_another_explanation_of_what_is_explained_is_refused(folder: DataFolder) -> None:
    number = number_of(folder, "06431")
    explain(folder, number, "R-KOO-04", SAID)
    assert refused(folder, number, "R-KOO-04", "Etwas anderes.") == (
        f"R-KOO-04 (04 Koordination D16) ist schon erläutert: „{SAID}“"
    )


def test_nothing_is_confirmed_where_nothing_was_said_before(folder: DataFolder) -> None:
    number = number_of(folder, "06431")
    assert "keine frühere Erläuterung" in refused(folder, number, "R-KOO-04", as_before=True)
    assert "keine frühere Erläuterung" in refused(folder, number, "R-KOO-04", "wie bisher")
    assert refused(folder, number, "R-KOO-04", SAID, as_before=True).startswith("Bitte entweder einen Text")


def test_a_report_that_no_night_has_judged_cannot_be_explained(folder: DataFolder, write_report: WriteReport) -> None:
    (receipt,), _ = submit_files(folder, [write_report("06434")], sender="")
    assert "noch nicht geprüft" in refused(folder, receipt.submission_id, "R-KOO-04", SAID)


def test_asking_a_folder_that_is_none_begins_nothing(tmp_path: Path) -> None:
    with pytest.raises(DeskError, match="WIR_DATA"):
        explain(DataFolder(tmp_path / "elsewhere"), 1, "R-KOO-04", SAID)
    assert not (tmp_path / "elsewhere").exists()


def test_control_signs_in_an_explanation_reach_no_terminal(folder: DataFolder) -> None:
    (finding,) = explain(folder, number_of(folder, "06431"), "R-KOO-04", "Nicht\x1b[31m\ngezählt").findings
    assert finding.explained == "Nicht [31m gezählt"


# --- next period -----------------------------------------------------------------------------------------------------


def as_before(report: Report) -> Report:
    row = {"finding_code": "R-KOO-04", "cell": "", "explanation": "wie bisher"}
    return mishaps.meeting_without_people(report) | {"explanations": [row]}


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (mishaps.meeting_without_people, "awaiting_explanation"),
        (as_before, "accepted_with_warnings"),
    ],
)
def test_what_was_said_to_the_half_year_is_offered_to_the_year_and_counts_once_it_is_confirmed(
    folder: DataFolder, write_report: WriteReport, change: Callable[[Report], Report], verdict: str
) -> None:
    half_year = number_of(folder, "06431")
    explain(folder, half_year, "R-KOO-04", SAID)
    explain(folder, half_year, "R-ANL-02", TOPICS)
    (receipt,), _ = submit_files(folder, [write_report("06431", change=change, of="2026")], sender="")
    line.run_night(folder, business_at=NIGHT + timedelta(days=190))
    offered = f"{SAID} (erläutert zu 2026-H1)"
    query = f"SELECT offered FROM intake.findings WHERE submission_id = {receipt.submission_id} AND code = 'R-KOO-04'"
    assert published(folder, query) == [(offered,)]
    state = f"SELECT verdict FROM intake.submissions WHERE submission_id = {receipt.submission_id}"
    assert published(folder, state) == [(verdict,)]
    if verdict == "awaiting_explanation":
        confirmed = explain(folder, receipt.submission_id, "R-KOO-04", as_before=True)
        assert confirmed.judgement.verdict is Verdict.ACCEPTED_WITH_WARNINGS
        assert entries(open_ledger(folder), "explanation")[-1].body["confirms"] == half_year
        line.run_night(folder, business_at=NIGHT + timedelta(days=191))
    view = f"SELECT explained, confirms_earlier FROM intake.explanations WHERE submission_id = {receipt.submission_id}"
    assert published(folder, view) == [(offered, True)]


# --- the same report, sent again --------------------------------------------------------------------------------------


def test_what_was_said_to_a_returned_report_is_offered_to_the_corrected_one_and_never_counts_unasked(
    folder: DataFolder, write_report: WriteReport
) -> None:
    returned, offered = number_of(folder, "06432"), f"{SAID} (erläutert zu 2026-H1)"
    explain(folder, returned, "R-KOO-04", SAID)
    corrected = write_report("06432", change=mishaps.meeting_without_people)
    (tried,) = check_files(folder, [corrected])
    assert [(one.code, one.offered, one.explained) for one in tried.judgement.findings] == [("R-KOO-04", offered, "")]
    (receipt,), _ = submit_files(folder, [corrected], sender="")
    line.run_night(folder, business_at=NIGHT + timedelta(days=1))
    state = f"SELECT verdict, in_force FROM intake.submissions WHERE submission_id = {receipt.submission_id}"
    assert published(folder, state) == [("awaiting_explanation", False)]
    confirmed = explain(folder, receipt.submission_id, "R-KOO-04", as_before=True)
    assert confirmed.judgement.verdict is Verdict.ACCEPTED_WITH_WARNINGS
    assert entries(open_ledger(folder), "explanation")[-1].body["confirms"] == returned


def test_the_newest_word_to_a_report_is_offered_and_only_what_came_before_it(
    folder: DataFolder, write_report: WriteReport
) -> None:
    first, newer = number_of(folder, "06431"), "Die Anwesenheitslisten fehlen."
    explain(folder, first, "R-KOO-04", SAID)
    explain(folder, first, "R-ANL-02", TOPICS)
    numbers = []
    for day, note in enumerate(("Amtsleitung", "Fachdienst"), start=1):
        file = write_report("06431", change=mishaps.meeting_without_people, note=note)
        (receipt,), _ = submit_files(folder, [file], sender="")
        numbers.append(receipt.submission_id)
        line.run_night(folder, business_at=NIGHT + timedelta(days=day))
        explain(folder, receipt.submission_id, "R-KOO-04", newer)
    query = "SELECT submission_id, offered FROM intake.findings WHERE code = 'R-KOO-04' AND submission_id IN"
    assert published(folder, f"{query} ({first}, {numbers[0]}, {numbers[1]}) ORDER BY 1") == [
        (first, ""),
        (numbers[0], f"{SAID} (erläutert zu 2026-H1)"),
        (numbers[1], f"{newer} (erläutert zu 2026-H1)"),
    ]
    rows = recheck(folder, parse_period("2026-H1")).rows
    assert {row.one.receipt.submission_id: row.is_changed for row in rows if row.ags == "06431"} == {numbers[1]: False}


# --- on the command line ---------------------------------------------------------------------------------------------


def test_the_command_says_in_german_what_becomes_of_the_report(folder: DataFolder, wir: Wir) -> None:
    number = str(number_of(folder, "06431"))
    one = wir("explain", number, "R-KOO-04", SAID, "--cell", "D16")
    first, still = one.out.splitlines()[0].split(". Noch")
    assert first == f"R-KOO-04 (04 Koordination D16) in Einreichung {number} ist erläutert: „{SAID[:-1]}“"
    assert still == " zu erläutern: R-ANL-02 (05 Anlaufstelle C27)."
    assert one.code == 0
    both = wir("explain", number, "R-ANL-02", TOPICS)
    assert both.out.endswith(
        "Der Bericht ist angenommen. Seine Zahlen stehen nach der nächsten Nacht in der Datenbank.\n"
    )
    wrong = wir("explain", number, "R-POS-08", TOPICS)
    assert (wrong.code, wrong.out) == (1, "")
    assert "keine Auffälligkeit R-POS-08" in wrong.err
