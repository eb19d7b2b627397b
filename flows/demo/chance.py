"""Chance that can be repeated: every draw depends on the seed and on what it is about, and on nothing else.

So one body's numbers do not change when another body, section or mishap is added.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import ROUND_DOWN, Decimal
from random import Random
from typing import TypeVar

Key = TypeVar("Key")

CENT = Decimal("0.01")


def chance(*about: object) -> Random:
    """A source of random numbers for exactly this: seed, body, period, section and so on."""
    return Random(":".join(str(part) for part in about))  # noqa: S311 - invented reports keep no secret


def near(draw: Random, mean: float, *, spread: float = 0.3) -> int:
    """A whole number around the mean, never below 0."""
    return max(0, round(mean * draw.uniform(1 - spread, 1 + spread)))


def cents(amount: float | Decimal) -> Decimal:
    """An amount in EUR, cut to whole cents; what a float only misses by its last digits is not cut."""
    exact = amount if isinstance(amount, Decimal) else Decimal(str(round(amount, 4)))
    return exact.quantize(CENT, rounding=ROUND_DOWN)


def split(draw: Random, total: int, keys: Sequence[Key], weights: Sequence[float]) -> Counter[Key]:
    """A total spread over keys by weight; the parts always add up to it."""
    parts: Counter[Key] = Counter(dict.fromkeys(keys, 0))
    parts.update(draw.choices(keys, weights=weights, k=total))
    return parts


def added(counts: Iterable[Counter[Key]]) -> Counter[Key]:
    """Counts added key by key; a key that only ever counted 0 is kept."""
    total: Counter[Key] = Counter()
    for count in counts:
        total.update(count)
    return total
