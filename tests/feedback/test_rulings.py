"""What the ministry decided stands first in every form of the protocol, in the place of the verdict."""

from collections.abc import Callable
from datetime import date

import pytest

from expectations.finding import Verdict
from flows.feedback import Checked, Ruling, as_document, protocol_page, protocol_text

ON = date(2027, 4, 6)
MakeChecked = Callable[..., Checked]


def text_of(checked: Checked) -> str:
    return " ".join(protocol_text(checked).split())


@pytest.mark.parametrize(
    ("ruling", "result", "step"),
    [
        (
            Ruling(9, "approve", ON, "Plausibel."),
            "Ihr Bericht ist angenommen; das Ministerium hat ihn am 06.04.2027 freigegeben.",
            "Sie brauchen nichts weiter zu tun. Vielen Dank.",
        ),
        (
            Ruling(9, "return", ON, "Bitte das zweite Quartal ergänzen."),
            "Das Ministerium hat Ihren Bericht am 06.04.2027 zurückgegeben: „Bitte das zweite Quartal ergänzen.“",
            "Bitte berichtigen Sie den Bericht und senden Sie ihn erneut.",
        ),
        (
            Ruling(9, "void", ON, "Ein Entwurf.", instead=7),
            "Das Ministerium hat diese Einreichung am 06.04.2027 aufgehoben; sie zählt nicht mehr: „Ein Entwurf.“",
            "Es gilt Ihre Einreichung 7. Stimmt sie nicht, senden Sie bitte einen neuen Bericht.",
        ),
        (
            Ruling(9, "void", ON),
            "Das Ministerium hat diese Einreichung am 06.04.2027 aufgehoben; sie zählt nicht mehr.",
            "Bitte senden Sie einen neuen Bericht.",
        ),
    ],
)
def test_a_decision_is_told_with_its_reason_and_what_to_do(
    make_checked: MakeChecked, ruling: Ruling, result: str, step: str
) -> None:
    checked = make_checked(Verdict.ACCEPTED, ruling=ruling)
    for told in (text_of(checked), protocol_page(checked)):
        assert result in told
        assert step in told
        assert "Ihr Bericht ist angenommen." not in told
    assert as_document(checked)["decision"]["act"] == ruling.act


def test_a_voided_report_names_the_due_date_as_long_as_there_is_time(make_checked: MakeChecked) -> None:
    ruling = Ruling(9, "void", ON)
    in_time = make_checked(Verdict.ACCEPTED, ruling=ruling, due_on=date(2027, 4, 30))
    too_late = make_checked(Verdict.ACCEPTED, ruling=ruling, due_on=date(2027, 3, 31))
    assert "Bitte senden Sie einen neuen Bericht. Die Frist endet am 30.04.2027." in text_of(in_time)
    assert "Die Frist endet" not in text_of(too_late)


def test_a_decision_that_takes_back_does_not_look_like_good_news(make_checked: MakeChecked) -> None:
    pages = {
        act: protocol_page(make_checked(Verdict.ACCEPTED, ruling=Ruling(9, act, ON)))
        for act in ("approve", "return", "void")
    }
    assert 'class="verdict good"' in pages["approve"]
    assert all('class="verdict bad"' in pages[act] for act in ("return", "void"))


def test_a_reason_is_only_text(make_checked: MakeChecked) -> None:
    page = protocol_page(make_checked(Verdict.ACCEPTED, ruling=Ruling(9, "return", ON, "<script>alert(1)</script>")))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_file_that_was_only_tried_has_no_decision(make_checked: MakeChecked) -> None:
    assert "decision" not in as_document(make_checked(Verdict.ACCEPTED))
