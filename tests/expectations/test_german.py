"""Numbers as people in Germany write them, whatever was typed."""

from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.german import Number, number_text


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1234.5, 2, "1.234,50"),
        (Decimal("14.5"), 0, "15"),
        (14.5, 0, "15"),
        (2.675, 2, "2,68"),
        (Decimal("-0.5"), 0, "-1"),
        (7, 2, "7,00"),
        (Decimal("1E+30"), 0, "1." + ".".join(["000"] * 10)),
    ],
)
def test_thousands_have_dots_decimals_a_comma_and_a_half_goes_up(value: Number, decimals: int, text: str) -> None:
    assert number_text(value, decimals) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3), st.integers(0, 2))
def test_no_number_is_too_large_and_none_lies_farther_than_half_a_digit(value: Decimal, decimals: int) -> None:
    with localcontext(prec=500, rounding=ROUND_HALF_UP):
        read = Decimal(number_text(value, decimals).replace(".", "").replace(",", "."))
        assert abs(read - value) * 2 <= Decimal(1).scaleb(-decimals)
