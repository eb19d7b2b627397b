"""Numbers and dates as people in Germany write them: 1.234,56 and 31.12.2026."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

Number = int | float | Decimal

_TO_GERMAN = str.maketrans(",.", ".,")


def number_text(value: Number, decimals: int) -> str:
    """A number with thousands dots and a decimal comma: `1.234,50`; a half is rounded up, as in all figures."""
    exact = Decimal(value) if isinstance(value, int | Decimal) else Decimal(str(value))
    with localcontext(rounding=ROUND_HALF_UP):  # for formatting it knows no largest number, as quantize does
        return f"{exact:,.{decimals}f}".translate(_TO_GERMAN)


def trimmed_number_text(value: Number) -> str:
    """A number with up to two decimals, as many as it needs: `0,5`, `1.234`."""
    return number_text(value, 2).rstrip("0").rstrip(",")


def date_text(day: date) -> str:
    """A day as `31.12.2026`."""
    return f"{day:%d.%m.%Y}"
