"""What the ministry decides: what each act changes, what it never changes, and every refusal."""

import json
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.period import parse_period
from flows import line
from flows.assemble import OF_SUBMISSIONS, submissions
from flows.demo import mishaps
from flows.desk import DeskError, decide, explain, obligations_now, submit_files
from flows.desk.decide import Done
from flows.desk.proposals import open_proposals
from flows.ledger import append, check_chain, entries, open_ledger, texts
from flows.releasing import release
from flows.settings import BERLIN, DataFolder
from flows.signing import ReasonError, SigningError, user_of
from tests.cli.calling import Wir
from tests.desk.conftest import number_of
from tests.killed import die, killed
from tests.line.reports import NIGHT, WriteReport

pytestmark = pytest.mark.slow

WHY = "Die Zahlen sind plausibel."
HALF_YEAR = parse_period("2026-H1")
LATER = NIGHT + timedelta(days=1)


def kinds(folder: DataFolder, *wanted: str) -> list[str]:
    return [entry.kind for entry in entries(open_ledger(folder), *wanted)]


def acts(folder: DataFolder) -> list[tuple[str, Any]]:
    """What was decided: kinds with their bodies."""
    wanted = ("proposal", "approval", "return", "voiding", "extension", "waiver")
    return [(entry.kind, entry.body) for entry in entries(open_ledger(folder), *wanted)]


def in_force(folder: DataFolder, ags: str) -> list[int]:
    frame = submissions(entries(open_ledger(folder), *OF_SUBMISSIONS)).filter("in_force")
    return [number for number, whose in frame.select("submission_id", "ags").iter_rows() if whose == ags]


def published(folder: DataFolder, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder.database), read_only=True) as connection:
        return connection.execute(query).fetchall()


def protocol(folder: DataFolder, number: int, ags: str = "06433") -> str:
    text = (folder.feedback / ags / f"{number:06d}-pruefprotokoll.txt").read_text(encoding="utf-8")
    return " ".join(text.split())


@pytest.fixture
def accepted(folder: DataFolder) -> int:
    return number_of(folder, "06433")


def refused(folder: DataFolder, act: Callable[..., Done], *args: object, why: str = WHY) -> str:
    recorded = kinds(folder)
    with pytest.raises((DeskError, ReasonError)) as error:
        act(folder, *args, why=why, by="anna", at=LATER)
    assert kinds(folder) == recorded
    return str(error.value)


# --- four eyes -------------------------------------------------------------------------------------------------------


def test_a_report_is_approved_once_a_second_person_says_the_same(folder: DataFolder, accepted: int) -> None:
    first = decide.approve(folder, accepted, why=WHY, by="anna", at=LATER)
    assert (first.entry, first.is_new) == (None, True)
    assert first.said == (
        f"Vorgeschlagen von anna: Einreichung {accepted} (06433, 2026-H1) freizugeben. "
        "Es gilt erst, wenn eine zweite Person denselben Befehl gibt."
    )
    second = decide.approve(folder, accepted, why="Nachgerechnet.", by="berta", at=LATER)
    assert second.said == f"Einreichung {accepted} (06433, 2026-H1) ist freigegeben (anna und berta)."
    (_, proposed), (_, approval) = acts(folder)
    assert proposed == {"act": "approve", "by": "anna", "submission_id": accepted}
    proposal = entries(open_ledger(folder), "proposal")[0].seq
    assert approval == {"submission_id": accepted, "by": ["anna", "berta"], "proposal": proposal}
    assert list(texts(open_ledger(folder), "why").values()) == [WHY, "Nachgerechnet."]


def test_the_same_person_twice_is_one_person(folder: DataFolder, accepted: int) -> None:
    for act in (decide.approve, decide.void):
        act(folder, accepted, why=WHY, by="anna", at=LATER)
        recorded = kinds(folder)
        again = act(folder, accepted, why="Noch einmal.", by="anna", at=LATER)
        assert (again.entry, again.is_new) == (None, False)
        assert again.said.startswith("anna hat das schon vorgeschlagen, es hat sich nichts geändert.")
        assert kinds(folder) == recorded


def test_an_act_that_is_done_changes_nothing_when_it_is_done_again(folder: DataFolder, accepted: int) -> None:
    for by in ("anna", "berta"):
        decide.approve(folder, accepted, why=WHY, by=by, at=LATER)
    recorded = kinds(folder)
    for by in ("anna", "berta", "clara"):
        again = decide.approve(folder, accepted, why=WHY, by=by, at=LATER)
        assert again.said.endswith("ist schon freigegeben (03.09.2026, anna und berta).")
        assert not again.is_new
    assert kinds(folder) == recorded


def test_four_eyes_have_seen_the_same_report(folder: DataFolder, accepted: int) -> None:
    """What the first person proposed is void once the report was given back meanwhile."""
    decide.approve(folder, accepted, why=WHY, by="anna", at=LATER)
    decide.send_back(folder, accepted, why="Bitte ergänzen.", by="clara", at=LATER)
    other = decide.approve(folder, accepted, why=WHY, by="berta", at=LATER)
    assert (other.entry, other.is_new) == (None, True)
    assert decide.approve(folder, accepted, why=WHY, by="anna", at=LATER).entry is not None


def test_what_waits_for_a_second_person_is_listed_until_it_is_done_or_overtaken(
    folder: DataFolder, accepted: int
) -> None:
    decide.approve(folder, accepted, why=WHY, by="anna", at=LATER)
    decide.void(folder, accepted, why=WHY, by="anna", at=LATER)
    extend(folder, date(2026, 9, 30))
    waiting = [(row["act"], row.get("submission_id"), row.get("until")) for row in open_proposals(folder)]
    assert waiting == [("approve", accepted, None), ("void", accepted, None), ("extend", None, "2026-09-30")]
    decide.approve(folder, accepted, why=WHY, by="berta", at=LATER)
    extend(folder, date(2026, 9, 30), by="berta")
    assert open_proposals(folder) == [], "who proposed to void it had not seen it approved"


def test_no_approval_is_waited_for_where_another_report_counts_now(
    folder: DataFolder, accepted: int, write_report: WriteReport
) -> None:
    decide.approve(folder, accepted, why=WHY, by="anna", at=LATER)
    submit_files(folder, [write_report("06433", note="Leitung")], sender="")
    assert len(open_proposals(folder)) == 1
    line.run_night(folder, business_at=LATER)
    assert open_proposals(folder) == []


def test_a_release_is_waited_for_until_a_figure_may_have_changed(folder: DataFolder, accepted: int, wir: Wir) -> None:
    release(folder, "2026-H1", by="anna", with_unapproved=True)
    assert "wir release: 2026-H1, mit nicht freigegebenen Berichten (vorgeschlagen am" in wir("status").out
    decide.waive(folder, "06434", HALF_YEAR, why="Im Aufbau.", by="anna", at=LATER)
    assert open_proposals(folder) == []


def test_two_people_at_once_are_one_proposal_and_one_approval(folder: DataFolder, accepted: int) -> None:
    people = ["anna", "berta", "anna", "berta"]
    with ThreadPoolExecutor(4) as together:
        list(together.map(lambda by: decide.approve(folder, accepted, why=WHY, by=by, at=LATER), people))
    assert [kind for kind, _ in acts(folder)] == ["proposal", "approval"]
    assert check_chain(open_ledger(folder)) is None


def _be_killed(step: str, folder: DataFolder, number: int) -> None:
    setattr(decide, step, die)
    decide.approve(folder, number, why=WHY, by="berta", at=LATER)


@pytest.mark.parametrize("step", ["signed", "_draft", "together"])
def test_an_approval_killed_anywhere_and_given_again_comes_to_the_same(
    folder: DataFolder, accepted: int, step: str
) -> None:
    decide.approve(folder, accepted, why=WHY, by="anna", at=LATER)
    killed(_be_killed, step, folder, accepted)
    decide.approve(folder, accepted, why=WHY, by="berta", at=LATER)
    assert [kind for kind, _ in acts(folder)] == ["proposal", "approval"]
    assert check_chain(open_ledger(folder)) is None


def test_in_a_demonstration_the_program_plays_the_second_person(tmp_path: Path) -> None:
    from flows.house import open_house
    from flows.ledger import writing
    from flows.signing import signed

    ledger = open_house(DataFolder(tmp_path / "demo"), demo_seed=1, started_at=NIGHT)
    with writing(ledger) as pen:
        subject = {"submission_id": 7}
        played = signed(pen, "void", subject, by="anna", why=WHY, at=NIGHT)
        by_itself = signed(pen, "approve", subject, by="demo-2", why=WHY, at=NIGHT)
    assert (played.by, played.is_played) == (("anna", "demo-2"), True)
    assert by_itself.by == ("demo-2", "demo-1")


# --- reports ---------------------------------------------------------------------------------------------------------


def test_an_approval_changes_no_figure_and_is_told(folder: DataFolder, accepted: int) -> None:
    figures = "SELECT * FROM indicators.figures WHERE indicator_id <> 'BER-04' ORDER BY ALL"
    before = published(folder, figures)
    for by in ("anna", "berta"):
        decide.approve(folder, accepted, why=WHY, by=by, at=LATER)
    line.run_night(folder, business_at=LATER)
    again = [row for row in published(folder, figures) if "2026-H1" in row]
    assert again == [row for row in before if "2026-H1" in row]
    assert published(folder, f"SELECT approved_at FROM intake.submissions WHERE submission_id = {accepted}") == [
        (LATER.replace(tzinfo=None),)
    ]
    decided = "SELECT act, submission_id, ags, period, by_first, by_second, why FROM intake.decisions"
    assert published(folder, decided) == [("approve", accepted, "06433", "2026-H1", "anna", "berta", WHY)]
    assert "das Ministerium hat ihn am 03.09.2026 freigegeben" in protocol(folder, accepted)
    state = "SELECT state FROM indicators.figures WHERE indicator_id = 'BER-04' AND area_key = '06433'"
    assert published(folder, f"{state} AND period = '2026-H1' AND breakdown = 'gesamt'") == [("ok",)]


def test_a_report_that_is_given_back_stays_in_force_and_its_body_learns_why(folder: DataFolder, accepted: int) -> None:
    done = decide.send_back(folder, accepted, why="Bitte das zweite Quartal ergänzen.", by="anna", at=LATER)
    assert done.said.startswith(f"Einreichung {accepted} (06433, 2026-H1) ist zurückgegeben.")
    assert not decide.send_back(folder, accepted, why="Bitte ergänzen.", by="berta", at=LATER).is_new
    line.run_night(folder, business_at=LATER)
    assert in_force(folder, "06433") == [accepted]
    told = protocol(folder, accepted)
    assert "Das Ministerium hat Ihren Bericht am 03.09.2026 zurückgegeben: „Bitte das zweite Quartal ergänzen.“" in told
    as_json = json.loads(next((folder.feedback / "06433").glob(f"{accepted:06d}-*.json")).read_text(encoding="utf-8"))
    assert as_json["decision"]["act"] == "return"


def test_voiding_restores_the_accepted_report_before_and_says_so_everywhere(
    folder: DataFolder, accepted: int, write_report: WriteReport
) -> None:
    file = write_report("06433", note="Fachdienst", change=mishaps.numbers_as_text)
    (newer,), _ = submit_files(folder, [file], sender="")
    line.run_night(folder, business_at=LATER)
    assert in_force(folder, "06433") == [newer.submission_id]
    assert f"Es gilt Einreichung {newer.submission_id}." in refused(folder, decide.approve, accepted)

    decide.void(folder, newer.submission_id, why="Ein Entwurf.", by="anna", at=LATER)
    assert in_force(folder, "06433") == [newer.submission_id]
    done = decide.void(folder, newer.submission_id, why="Ein Entwurf.", by="berta", at=LATER)
    assert f"Es gilt Einreichung {accepted};" in done.said
    assert in_force(folder, "06433") == [accepted]
    assert "ist aufgehoben (03.09.2026, anna und berta)" in refused(folder, decide.approve, newer.submission_id)

    line.run_night(folder, business_at=LATER + timedelta(days=1))
    state = "SELECT submission_id, in_force, voided FROM intake.submissions WHERE ags = '06433' ORDER BY 1"
    assert published(folder, state) == [(accepted, True, False), (newer.submission_id, False, True)]
    told = protocol(folder, newer.submission_id)
    assert "Das Ministerium hat diese Einreichung am 03.09.2026 aufgehoben; sie zählt nicht mehr" in told
    assert f"Es gilt Ihre Einreichung {accepted}." in told

    (again,), _ = submit_files(folder, [file], sender="")
    assert again.duplicate_of is None, "who sends again what was voided says so anew"
    line.run_night(folder, business_at=LATER + timedelta(days=2))
    assert in_force(folder, "06433") == [again.submission_id]
    (copy,), _ = submit_files(folder, [file], sender="")
    assert copy.duplicate_of == again.submission_id


def test_nothing_is_in_force_when_the_only_report_is_voided(folder: DataFolder, accepted: int) -> None:
    for by in ("anna", "berta"):
        done = decide.void(folder, accepted, why="Die Kommune zieht ihn zurück.", by=by, at=LATER)
    assert done.said.endswith("Es gilt kein Bericht mehr; die Zahlen entfallen mit der nächsten Nacht.")
    assert in_force(folder, "06433") == []
    _, rows = obligations_now(folder, HALF_YEAR, at=LATER)
    assert [(row["state"], row["accepted_on"]) for row in rows if row["ags"] == "06433"] == [("voided", None)]
    with pytest.raises(DeskError, match="ist aufgehoben"):
        explain(folder, accepted, "R-KOO-04", "Zu spät.")


def test_what_cannot_be_approved_is_refused_with_the_reason(folder: DataFolder, accepted: int) -> None:
    returned, waiting = number_of(folder, "06432"), number_of(folder, "06431")
    assert refused(folder, decide.approve, 99).startswith("Es gibt keine Einreichung 99. Die letzte hat die Nummer")
    assert refused(folder, decide.approve, returned) == (
        f"Einreichung {returned} (06432, 2026-H1) ist nicht angenommen (zurückgegeben, bitte berichtigen)."
    )
    for act in (decide.approve, decide.send_back, decide.void):
        assert "(eingegangen, Erläuterung steht noch aus)" in refused(folder, act, waiting)


def test_a_report_that_no_night_has_judged_cannot_be_decided_on(folder: DataFolder, write_report: WriteReport) -> None:
    (receipt,), _ = submit_files(folder, [write_report("06434")], sender="")
    for act in (decide.approve, decide.send_back, decide.void):
        assert "ist noch nicht geprüft" in refused(folder, act, receipt.submission_id)


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("  –  ", "Die Begründung ist leer."),
        ("a" * 1001, "Die Begründung hat 1.001 Zeichen; möglich sind 1.000."),
        ("Frau Erika Mustermann hat angerufen.", "(eine Anrede mit Namen)"),
    ],
)
def test_a_reason_says_something_and_names_nobody(folder: DataFolder, accepted: int, why: str, said: str) -> None:
    for act in (decide.approve, decide.send_back, decide.void):
        assert said in refused(folder, act, accepted, why=why)


def test_the_chain_holds_no_word_of_a_reason(folder: DataFolder, accepted: int) -> None:
    decide.send_back(folder, accepted, why="Quartalszahlen fehlen.", by="anna", at=LATER)
    decide.waive(folder, "06434", HALF_YEAR, why="Quartalszahlen fehlen.", by="anna", at=LATER)
    assert not any("Quartal" in json.dumps(entry.body, ensure_ascii=False) for entry in entries(open_ledger(folder)))


# --- duties ----------------------------------------------------------------------------------------------------------


def extend(folder: DataFolder, until: date, ags: str = "06434", by: str = "anna", **at: Any) -> Done:
    return decide.extend(folder, ags, HALF_YEAR, until, why="Krankheit.", by=by, **{"at": LATER, **at})


def duty(folder: DataFolder, ags: str = "06434") -> dict[str, Any]:
    _, rows = obligations_now(folder, HALF_YEAR, at=LATER)
    return next(row for row in rows if row["ags"] == ags)


IN_TIME = NIGHT - timedelta(days=10)


def test_in_time_one_person_extends_and_the_next_working_day_counts(folder: DataFolder) -> None:
    done = extend(folder, date(2026, 10, 3), at=IN_TIME)
    assert done.said == "06434, 2026-H1: Frist bis 05.10.2026 verlängert."
    (act,) = acts(folder)
    body = {"ags": "06434", "period": "2026-H1", "until": "2026-10-03", "retroactive": False, "by": "anna"}
    assert act == ("extension", body)
    assert duty(folder)["extended_to"] == date(2026, 10, 5)
    assert duty(folder)["extension_on"] == date(2026, 8, 23)
    again = extend(folder, date(2026, 10, 5), by="berta", at=IN_TIME)
    assert again.said == "06434, 2026-H1: Die Frist ist schon bis 05.10.2026 verlängert (23.08.2026, anna)."
    assert len(acts(folder)) == 1


def test_after_the_due_date_only_two_people_extend(folder: DataFolder) -> None:
    first = extend(folder, date(2026, 9, 30))
    assert first.said.startswith("Vorgeschlagen von anna: die abgelaufene Frist von 06434, 2026-H1 bis 30.09.2026")
    assert duty(folder)["extended_to"] is None
    assert extend(folder, date(2026, 10, 1), by="berta").entry is None, "another date is another act"
    assert extend(folder, date(2026, 9, 30), by="berta").entry is not None
    (_, act) = acts(folder)[-1]
    assert (act["retroactive"], act["by"]) == (True, ["anna", "berta"])
    assert duty(folder)["extended_to"] == date(2026, 9, 30)


def test_an_extension_that_has_run_out_is_extended_by_two_people_too(folder: DataFolder) -> None:
    extend(folder, date(2026, 9, 1), at=IN_TIME)
    assert extend(folder, date(2026, 9, 30), at=LATER).entry is None
    assert extend(folder, date(2026, 9, 30), by="berta", at=LATER).entry is not None


def test_a_weekend_and_the_working_day_after_it_are_the_same_extension(folder: DataFolder, wir: Wir) -> None:
    assert "bis 05.10.2026 zu verlängern" in extend(folder, date(2026, 10, 3)).said
    assert "wir extend: 06434, 2026-H1, bis 05.10.2026 (vorgeschlagen am 03.09.2026 von anna)" in wir("status").out
    assert extend(folder, date(2026, 10, 5), by="berta").entry is not None
    assert duty(folder)["extended_to"] == date(2026, 10, 5)


def test_a_report_that_came_late_is_in_time_once_its_due_date_is_extended_to_then(
    folder: DataFolder, write_report: WriteReport
) -> None:
    arrived = NIGHT + timedelta(days=3)
    folder.inbox.mkdir(exist_ok=True)
    file = shutil.move(write_report("06434"), folder.inbox)
    os.utime(file, (arrived.timestamp(), arrived.timestamp()))
    line.run_night(folder, business_at=NIGHT + timedelta(days=4))
    assert (duty(folder)["state"], duty(folder)["days_late"]) == ("accepted_late", 5)
    for by in ("anna", "berta"):
        extend(folder, arrived.date(), by=by, at=NIGHT + timedelta(days=30))
    assert (duty(folder)["state"], duty(folder)["days_late"]) == ("accepted", 0)


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (date(2026, 8, 31), "Der 31.08.2026 liegt nicht nach der Frist (31.08.2026)."),
        (date(2026, 9, 2), "Der 02.09.2026 liegt in der Vergangenheit, und bis dahin ist kein Bericht eingegangen"),
        (date(2040, 1, 1), "Für 2040 sind keine Feiertage hinterlegt"),
    ],
)
def test_a_date_that_extends_nothing_is_refused(folder: DataFolder, until: date, said: str) -> None:
    assert refused(folder, decide.extend, "06434", HALF_YEAR, until).startswith(said)


def test_an_extension_is_not_cut_short(folder: DataFolder) -> None:
    extend(folder, date(2026, 10, 30), at=IN_TIME)
    said = refused(folder, decide.extend, "06434", HALF_YEAR, date(2026, 10, 1))
    assert said == "Die Frist ist schon bis 30.10.2026 verlängert und lässt sich nicht kürzen."


def test_who_owes_nothing_is_neither_extended_nor_exempt(folder: DataFolder) -> None:
    for body in ("06999", "06435014"):
        sentence = f"Zu 2026-H1 berichtet keine Kommune mit dem Schlüssel {body}."
        assert refused(folder, decide.extend, body, HALF_YEAR, date(2026, 12, 1)) == sentence
        assert refused(folder, decide.waive, body, HALF_YEAR) == sentence


def test_who_is_exempt_owes_nothing_until_a_date_is_set_again(folder: DataFolder) -> None:
    done = decide.waive(folder, "06434", HALF_YEAR, why="Noch im Aufbau.", by="anna", at=LATER)
    assert done.said == "06434, 2026-H1 ist von der Berichtspflicht befreit."
    assert (duty(folder)["state"], duty(folder)["waived_on"]) == ("exempt", date(2026, 9, 3))
    assert not decide.waive(folder, "06434", HALF_YEAR, why="Noch im Aufbau.", by="berta", at=LATER).is_new
    extend(folder, date(2026, 12, 1))
    assert extend(folder, date(2026, 12, 1), by="berta").said.endswith("Die Befreiung gilt damit nicht mehr.")
    assert duty(folder)["state"] == "extended"
    assert duty(folder)["exempt"] is False


def test_a_duty_of_a_later_year_can_be_extended_before_it_begins(folder: DataFolder) -> None:
    decide.extend(folder, "06434", parse_period("2029"), date(2030, 6, 3), why="Umbau.", by="anna", at=LATER)
    assert acts(folder)[-1][1]["until"] == "2030-06-03"


# --- on the command line ---------------------------------------------------------------------------------------------


def test_each_act_is_a_command_and_says_in_german_what_came_of_it(
    folder: DataFolder, accepted: int, wir: Wir, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(open_ledger(folder), "night", {"business_at": LATER.isoformat()}, at=LATER)
    number = str(accepted)
    assert wir("approve", number, "--why", WHY, "--by", "anna").out.startswith("Vorgeschlagen von anna")
    monkeypatch.setenv("WIR_USER", "berta")
    assert wir("approve", number, "--why", WHY).out.endswith("ist freigegeben (anna und berta).\n")
    extended = [
        wir("extend", "06434", "2030", "--until", day, "--why", "Umbau.") for day in ("30.11.2031", "2031-12-01")
    ]
    assert [ran.out.split(": ")[1] for ran in extended] == [
        "Frist bis 01.12.2031 verlängert.\n",
        f"Die Frist ist schon bis 01.12.2031 verlängert ({datetime.now(BERLIN):%d.%m.%Y}, berta).\n",
    ]
    assert wir("waive", "06435", "2026-H1", "--why", "Im Aufbau.").code == 0
    assert wir("return", number, "--why", "Bitte ergänzen.").code == 0
    assert wir("void", number, "--why", "Entwurf.").out.startswith("Vorgeschlagen von berta")
    document = wir("status", "--json").document
    assert [(one["act"], one["submission_id"], one["by"]) for one in document["proposals"]] == [
        ("void", accepted, "berta")
    ]
    row = next(row for row in document["obligations"] if row["ags"] == "06433")
    assert row["approved_on"] is None
    assert row["sent_back_on"] is not None
    shown = wir("status").out
    assert "befreit" in shown
    assert "zurückgegeben" in shown
    assert f"wir void: Einreichung {number}, 06433, 2026-H1 (vorgeschlagen am" in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("approve", "1", "--why", "x", "--by", "Anna Müller"), "ist keine Benutzerkennung"),
        (("extend", "06434", "2026-H1", "--until", "31.2.2027", "--why", "x"), "„31.2.2027“ ist kein Tag"),
        (("waive", "06434", "2019", "--why", "x"), "2019"),
        (("approve", "1"), "--why"),
    ],
)
def test_a_wrong_call_exits_64(folder: DataFolder, wir: Wir, arguments: tuple[str, ...], said: str) -> None:
    ran = wir(*arguments)
    assert (ran.code, ran.out) == (64, "")
    assert said in ran.err


def test_of_several_reports_each_is_approved_though_one_is_refused(folder: DataFolder, accepted: int, wir: Wir) -> None:
    ran = wir("approve", "99", str(accepted), "--why", WHY, "--by", "anna")
    assert ran.code == 1
    assert ran.out.startswith(f"Vorgeschlagen von anna: Einreichung {accepted} ")
    assert "Es gibt keine Einreichung 99." in ran.err
    assert [kind for kind, _ in acts(folder)] == ["proposal"]


def test_a_reason_that_may_not_be_kept_is_told_once(folder: DataFolder, accepted: int, wir: Wir) -> None:
    ran = wir("approve", str(accepted), "99", "--why", "–", "--by", "anna")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "Die Begründung ist leer. Bitte nennen Sie mit --why in ein oder zwei Sätzen den Grund.\n"


def test_a_refusal_exits_1(folder: DataFolder, wir: Wir) -> None:
    ran = wir("approve", "99", "--why", "x y", "--by", "anna")
    assert (ran.code, ran.out) == (1, "")
    assert "Es gibt keine Einreichung 99." in ran.err


def test_who_acts_is_told_by_the_call_the_environment_or_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIR_USER", "berta")
    assert user_of("anna") == "anna"
    assert user_of() == "berta"
    monkeypatch.delenv("WIR_USER")
    monkeypatch.setenv("LOGNAME", "clara")
    assert user_of() == "clara"
    monkeypatch.setenv("LOGNAME", "AMT\\clara")
    with pytest.raises(SigningError, match="keine Benutzerkennung"):
        user_of()
