"""Drawing a sample that anybody can draw again by hand, from a stated population and the auditor's own seed.

Nothing but SHA-256 and whole numbers; texts are UTF-8.

By count: every item gets the rank SHA-256(seed, line feed, item) in hex. The items with the lowest ranks are drawn.

By amount (monetary-unit sampling): the items with an amount above zero stand in the order of their bytes. In cents, T
is their sum, N the sample's size. The interval is T / N; it need not be whole, so that every cent has the same chance.
The start is R = 1 + (SHA-256(seed, line feed, SHA-256 of the population in hex) as a number mod T), in N-ths of a cent.
The hits are the cents ⌈(R + k · T) / N⌉ for k = 0 … N - 1, counted from 1. An item is drawn if one of its own cents is
hit: if the sum of the amounts before it is less than a hit, and that sum and its own amount are not. An item as large
as the interval is hit for certain, maybe more than once.

Where the sample asks for as many items as there are, all are taken, and nothing is left to chance.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import accumulate


@dataclass(frozen=True)
class Drawn:
    """An item of the sample.

    Attributes:
        rank: by count: what the item was ranked by; by amount, or where all are taken, `""`.
        hits: by amount: the cents of the population that hit it.
    """

    item: str
    rank: str = ""
    hits: tuple[int, ...] = ()


@dataclass(frozen=True)
class Sample:
    """What was drawn, in the order of the items' bytes.

    Attributes:
        is_complete: whether all items are in it.
        total_cents: by amount: T. start: by amount: R, in `size`-ths of a cent; the interval is T / `size`.
    """

    drawn: tuple[Drawn, ...]
    size: int
    is_complete: bool = False
    total_cents: int = 0
    start: int = 0


def draw_by_count(items: Sequence[str], seed: str, size: int) -> Sample:
    """A sample in which every item has the same chance.

    Args:
        items: the population, each item once.
        seed: the auditor's.
        size: how many items; at least one.
    """
    if size >= len(items):
        return _everything(items, size)
    ranked = sorted((sha256(f"{seed}\n{item}".encode()).hexdigest(), item) for item in items)
    return Sample(_in_order(Drawn(item, rank) for rank, item in ranked[:size]), size)


def draw_by_amount(amounts: Mapping[str, int], seed: str, size: int, population_sha256: str) -> Sample:
    """A sample in which every cent has the same chance.

    Args:
        amounts: item → cents; items without an amount above zero cannot be drawn.
        seed: the auditor's.
        size: how many hits; at least one.
        population_sha256: of the population as it is written down.
    """
    standing = sorted(((item, cents) for item, cents in amounts.items() if cents > 0), key=lambda one: one[0].encode())
    total = sum(cents for _, cents in standing)
    if size >= len(standing):
        everything = _everything([item for item, _ in standing], size)
        return Sample(everything.drawn, size, is_complete=True, total_cents=total)
    start = 1 + int(sha256(f"{seed}\n{population_sha256}".encode()).hexdigest(), 16) % total
    hits = [-(-(start + k * total) // size) for k in range(size)]
    return Sample(_in_order(_hit(standing, hits)), size, total_cents=total, start=start)


def _hit(standing: Sequence[tuple[str, int]], hits: Sequence[int]) -> list[Drawn]:
    """The items that own a cent that is hit."""
    ends = accumulate(cents for _, cents in standing)
    owned = (
        (item, tuple(hit for hit in hits if end - cents < hit <= end))
        for (item, cents), end in zip(standing, ends, strict=True)
    )
    return [Drawn(item, hits=own) for item, own in owned if own]


def _everything(items: Sequence[str], size: int) -> Sample:
    return Sample(_in_order(Drawn(item) for item in items), size, is_complete=True)


def _in_order(drawn: Iterable[Drawn]) -> tuple[Drawn, ...]:
    return tuple(sorted(drawn, key=lambda one: one.item.encode()))
