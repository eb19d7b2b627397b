"""Great Expectations on pairs of columns: what fails is found, what is missing is left out, what breaks is seen."""

import polars as pl
import pytest

from expectations.comparison import Pair
from expectations.suite import SuiteError, run

FRAME = pl.DataFrame(
    {
        "row": [10, 11, 12, 13],
        "given": [1.0, 2.0, None, 4.0],
        "expected": [1.0, 3.0, 2.0, None],
        "word": ["Ja", "Nein", "Ja", None],
        "entry": ["Ja", "Ja", None, "Ja"],
        "nothing": pl.Series([None] * 4, dtype=pl.Float64),
    }
)
EQUAL = Pair("equal", "equal", "given", "expected")
AT_LEAST = Pair("at least", "at_least", "given", "expected")
AT_MOST = Pair("at most", "at_least", "expected", "given")
WORDS = Pair("words", "equal", "word", "entry")
NOTHING = Pair("nothing", "equal", "given", "nothing")
BROKEN = Pair("broken", "at_least", "given", "word")


def test_failing_rows_come_back_by_their_numbers_and_missing_sides_are_not_compared() -> None:
    answers = run(FRAME, [EQUAL, AT_LEAST, AT_MOST, WORDS, NOTHING])
    assert {name: answer.failing for name, answer in answers.items()} == {
        "equal": (11,),
        "at least": (11,),
        "at most": (),
        "words": (11,),
        "nothing": (),
    }
    assert not any(answer.broken for answer in answers.values())


def test_a_comparison_that_breaks_has_not_passed_and_the_others_still_answer() -> None:
    answers = run(FRAME, [BROKEN, EQUAL])
    assert answers["broken"].broken
    assert answers["broken"].failing == ()
    assert answers["equal"].failing == (11,)


def test_a_frame_without_rows_fails_nothing() -> None:
    assert run(FRAME.clear(), [EQUAL])["equal"].failing == ()


def test_an_expectation_that_gets_lost_is_noticed() -> None:
    with pytest.raises(SuiteError, match="2 expectations went in"):
        run(FRAME, [EQUAL, EQUAL])
