"""`wir release` and `wir changes` as people call them."""

from datetime import timedelta

import pytest

from flows.ledger import entries, open_ledger
from flows.line import run_night
from flows.settings import DataFolder
from tests.cli.calling import Wir
from tests.line.reports import NIGHT

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIR_USER", "anna")
    monkeypatch.setenv("COLUMNS", "220")


def test_a_release_is_made_by_one_call_in_a_demonstration_and_tells_who_signed(demo: DataFolder, wir: Wir) -> None:
    """The one test that goes the whole way, with the solver."""
    ran = wir("release", "eins", "--with-unapproved", "--why", "Erste Veröffentlichung")
    assert (ran.code, ran.err) == (0, "")
    assert "gezeichnet von anna und demo-2" in ran.out
    assert "In der Demonstration zeichnet das Programm als zweite Person." in ran.out
    assert "Nicht freigegeben waren 2 geltende Berichte" in ran.out
    assert str(demo.public) in ran.out
    (entry,) = entries(open_ledger(demo), "release")
    assert entry.body["by"] == ["anna", "demo-2"]


def test_the_first_of_two_people_is_told_that_nothing_happened_yet(real: DataFolder, wir: Wir) -> None:
    first = wir("release", "eins", "--with-unapproved")
    again = wir("release", "eins", "--with-unapproved")
    assert (first.code, again.code) == (0, 0)
    assert "ist vorgeschlagen (anna). Eine zweite Person muss dasselbe tun" in first.out
    assert "von derselben Person schon vorgeschlagen" in again.out
    assert not real.public.exists()


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("release", "zwei"), 1, "2 geltende Berichte sind noch nicht freigegeben"),
        (("release", "eins", "--with-unapproved"), 1, "keine wird je überschrieben"),
        (("release", "zwei/drei", "--with-unapproved"), 1, "kann nicht der Name einer Veröffentlichung sein"),
        (
            ("release", "zwei", "--with-unapproved", "--why", "Frau Erika Mustermann wartet."),
            1,
            "(eine Anrede mit Namen)",
        ),
        (("release", "zwei", "--by", "Frau Müller"), 64, "keine Benutzerkennung"),
        (("release",), 64, "Missing argument"),
        (("changes", "eins", "drei"), 1, "„drei“ gibt es nicht. Es gibt: eins"),
        (("changes", "eins"), 64, "Missing argument"),
    ],
)
def test_a_refusal_is_one_german_sentence_and_an_exit_code(
    released: DataFolder, wir: Wir, arguments: tuple[str, ...], code: int, told: str
) -> None:
    ran = wir(*arguments)
    assert ran.code == code
    assert told in ran.err
    assert "Traceback" not in ran.err
    assert len(entries(open_ledger(released), "release")) == 1


def test_changes_to_the_state_now_are_one_json_document(released: DataFolder, wir: Wir) -> None:
    document = wir("changes", "eins", "now", "--json").document
    assert (document["demo"], document["before"], document["after"]) == (True, "eins", "now")
    assert [change for change in document["changes"] if change["indicator_id"] != "BER-05"] == []


def test_changes_are_told_with_the_watermark_of_a_demonstration(released: DataFolder, wir: Wir) -> None:
    ran = wir("changes", "eins", "eins")
    assert ran.code == 0
    assert "Demonstrationsdaten" in ran.out
    assert "0 Kennzahlwerte unterscheiden sich von eins zu eins." in ran.out


def test_without_a_folder_in_use_nothing_is_begun(wir: Wir, tmp_path: object) -> None:
    ran = wir("changes", "eins", "now")
    assert ran.code == 1
    assert "liegt kein Journal" in ran.err


def test_changes_stand_below_their_cause_and_fit_a_narrow_terminal(
    released: DataFolder, wir: Wir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    (first, *_) = entries(open_ledger(released), "receipt")
    assert wir("void", str(first.seq), "--why", "Falsche Datei").code == 0
    run_night(released, business_at=NIGHT + timedelta(days=2))
    ran = wir("changes", "eins", "now")
    lines = ran.out.splitlines()
    cause = next(number for number, text in enumerate(lines) if "Bericht aufgehoben" in text)
    assert "Kennzahl" in "".join(lines[cause : cause + 4])
    assert "Ursache" not in ran.out
    assert max(len(text.rstrip()) for text in lines[: cause + 20]) <= 80
