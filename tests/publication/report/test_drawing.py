"""Charts: what is drawn, how long the bars are, and that nothing else comes out of the drawing program."""

import re
from xml.etree.ElementTree import Element, fromstring

import pytest

from flows.publication.report.drawing import WIDTH, Mark, bars, course

NBSP = "\u00a0"


def _lengths(picture: str) -> list[float]:
    """The lengths of lying bars, from the top."""
    return [float(length) for length in re.findall(r'<path d="M0,[0-9.]+h([0-9.]+)v14', picture)]


def _texts(picture: str) -> list[str]:
    return ["".join(each.itertext()) for each in _all(fromstring(picture), "text")]


def _all(picture: Element, name: str) -> list[Element]:
    return list(picture.iter(name))


def test_bars_are_as_long_as_their_values_and_begin_at_zero() -> None:
    whole, half, none = _lengths(bars([Mark("a", 10, "10"), Mark("b", 5, "5"), Mark("c", 0, "0")], "Bild"))
    assert half == pytest.approx(whole / 2, abs=0.1)
    assert none == 0


def test_shares_are_drawn_as_parts_of_the_whole() -> None:
    (half,) = _lengths(bars([Mark("a", 50, "50 %")], "Bild", full=100))
    (whole,) = _lengths(bars([Mark("a", 100, "50 %")], "Bild", full=100))
    assert half == pytest.approx(whole / 2, abs=0.1)


def test_what_has_no_value_has_no_bar_but_its_state() -> None:
    picture = bars([Mark("a", 10, "10"), Mark("b", None, "nicht erhoben")], "Bild")
    assert len(_lengths(picture)) == 1
    assert "nicht erhoben" in _texts(picture)


def test_nothing_but_zeros_is_drawn_too() -> None:
    assert _lengths(bars([Mark("a", 0, "0"), Mark("b", 0, "0")], "Bild")) == [0, 0]


def test_a_line_breaks_where_a_value_is_missing() -> None:
    marks = [Mark("2026", 80, "80 %"), Mark("2027", None, "fehlt"), Mark("2028", 90, "90 %"), Mark("2029", 91, "91 %")]
    picture = fromstring(course(marks, "Bild", is_rate=True))
    (line,) = (each for each in _all(picture, "path") if each.get("stroke"))
    assert line.get("d", "").count("M") == 2
    assert line.get("d", "").count("L") == 1
    assert len([each for each in _all(picture, "path") if each.get("fill") != "none"]) == 3


def test_amounts_in_time_are_standing_bars_without_a_line() -> None:
    picture = fromstring(course([Mark("2026", 1, "1"), Mark("2027", 2, "2")], "Bild", is_rate=False))
    assert not [each for each in _all(picture, "path") if each.get("stroke")]


def test_text_stays_text_and_is_escaped() -> None:
    picture = bars([Mark("<script>&\"'", 1, "1"), Mark("b", 2, "2")], 'Bild "x" <y>')
    assert "<script>" not in picture
    assert _texts(picture)[:3] == ["1", "2", "<script>&\"'"]
    assert fromstring(picture).get("aria-label") == 'Bild "x" <y>'


def test_signs_that_turn_the_reading_and_control_signs_are_left_out() -> None:
    assert _texts(bars([Mark("a\u202eb\x07c", 1, "1")], "Bild"))[-1] == "ab c"


def test_a_long_name_takes_two_lines_at_most() -> None:
    picture = fromstring(bars([Mark("Integrationslotsinnenqualifizierung " * 5, 1, "1")], "Bild"))
    assert 1 <= len(_all(picture, "tspan")) <= 2


def test_labels_and_values_stay_within_the_picture() -> None:
    picture = fromstring(bars([Mark("W" * 40, 1, f"999.999.999,99{NBSP}€"), Mark("b", 1, "nicht anwendbar")], "Bild"))
    (ground,) = (each for each in picture.iter("g"))
    left = float(re.findall(r"translate\(([0-9.]+)", ground.get("transform", ""))[0])
    for text in _all(picture, "text"):
        at = float(re.findall(r"translate\((-?[0-9.]+)", text.get("transform", "translate(0,0)"))[0])
        width = max(len(line) for line in [*(each.text or "" for each in _all(text, "tspan")), text.text or ""]) * 5.5
        begins = left + at - (width if text.get("text-anchor") == "end" else 0)
        assert begins >= 0
        assert begins + width <= WIDTH


def test_the_picture_holds_only_what_it_shows() -> None:
    pictures = [
        bars([Mark("a", 10, "10"), Mark("b", None, ".")], "Bild"),
        course([Mark("2026", 1, "1"), Mark("2027", 2, "2")], "Bild", is_rate=True),
    ]
    for picture in pictures:
        assert not re.search(r"\b(id|style|class|href|xmlns|font-family|clip-path)=", picture)
        assert {each.tag for each in fromstring(picture).iter()} <= {"svg", "g", "path", "line", "text", "tspan"}
        assert "NaN" not in picture


def test_the_same_chart_is_drawn_the_same_however_many_were_drawn_before() -> None:
    marks = [Mark("a", 1, "1"), Mark("b", 2, "2")]
    first = bars(marks, "Bild")
    course(marks, "Bild", is_rate=True)
    assert bars(marks, "Bild") == first
