"""A sample is what the description says, drawn again here from the description alone."""

from decimal import Decimal
from hashlib import sha256

import hypothesis.strategies as st
from hypothesis import given

from flows.proof.draw import draw_by_amount, draw_by_count

AMOUNTS = {f"0643{number}|2026|Koordination": 1_000_00 * (number + 1) for number in range(8)}
POPULATION = "ab" * 32


def test_by_count_the_lowest_ranks_are_drawn() -> None:
    items = [f"ANL-01|06431|2026|{letter}" for letter in "abcdefgh"]
    ranks = {item: sha256(b"2027-04-05\n" + item.encode()).hexdigest() for item in items}
    sample = draw_by_count(items, "2027-04-05", 3)
    assert [one.item for one in sample.drawn] == sorted(sorted(items, key=ranks.__getitem__)[:3])
    assert [one.rank for one in sample.drawn] == [ranks[one.item] for one in sample.drawn]


def test_another_seed_draws_others() -> None:
    items = [str(number) for number in range(1000)]
    one, other = ({drawn.item for drawn in draw_by_count(items, seed, 20).drawn} for seed in ("1", "2"))
    assert one != other


def test_the_order_of_the_population_does_not_matter() -> None:
    items = [str(number) for number in range(100)]
    assert draw_by_count(items, "s", 7) == draw_by_count(items[::-1], "s", 7)
    backwards = dict(reversed(AMOUNTS.items()))
    assert draw_by_amount(AMOUNTS, "s", 3, POPULATION) == draw_by_amount(backwards, "s", 3, POPULATION)


def test_by_amount_every_hit_is_one_interval_after_the_last() -> None:
    sample = draw_by_amount(AMOUNTS, "s", 5, POPULATION)
    total = sum(AMOUNTS.values())
    start = 1 + int.from_bytes(sha256(f"s\n{POPULATION}".encode()).digest()) % total
    hits = [hit for one in sample.drawn for hit in one.hits]
    assert (sample.total_cents, sample.start) == (total, start)
    assert hits == [-((start + k * total) // -5) for k in range(5)]
    assert hits[0] >= 1
    assert hits[-1] <= total
    before = dict(zip(AMOUNTS, _sums(AMOUNTS.values()), strict=True))
    for one in sample.drawn:
        assert all(before[one.item] < hit <= before[one.item] + AMOUNTS[one.item] for hit in one.hits)


def _sums(amounts: "list[int] | object") -> list[int]:
    sums, so_far = [], 0
    for amount in amounts:  # type: ignore[attr-defined]
        sums.append(so_far)
        so_far += amount
    return sums


@given(st.lists(st.integers(1, 10**9), min_size=2, max_size=30), st.integers(1, 29), st.text("ab12", min_size=1))
def test_by_amount_as_many_hits_as_asked_and_large_items_for_certain(amounts: list[int], size: int, seed: str) -> None:
    population = {f"{number:02d}": cents for number, cents in enumerate(amounts)}
    sample = draw_by_amount(population, seed, size, POPULATION)
    drawn = {one.item for one in sample.drawn}
    if sample.is_complete:
        assert drawn == population.keys()
    else:
        assert sum(len(one.hits) for one in sample.drawn) == size
        assert drawn >= {item for item, cents in population.items() if cents * size >= sum(amounts)}


def test_by_amount_every_cent_has_the_same_chance() -> None:
    """Over all starts, an item is hit in proportion to its amount: counted, not estimated."""
    amounts, size = {"a": 5, "b": 1, "c": 4}, 2
    counted = dict.fromkeys(amounts, 0)
    ends = {"a": (0, 5), "b": (5, 6), "c": (6, 10)}
    for start in range(1, 11):
        for hit in (-(-(start + k * 10) // size) for k in range(size)):
            counted[next(item for item, (low, high) in ends.items() if low < hit <= high)] += 1
    assert counted == {item: Decimal(cents) * size for item, cents in amounts.items()}


def test_what_has_no_amount_above_zero_cannot_be_drawn_by_amount() -> None:
    sample = draw_by_amount({**AMOUNTS, "zero": 0, "back": -500}, "s", 8, POPULATION)
    assert sample.is_complete
    assert {one.item for one in sample.drawn} == AMOUNTS.keys()
    assert sample.total_cents == sum(AMOUNTS.values())


def test_a_sample_larger_than_the_population_takes_all() -> None:
    assert [one.item for one in draw_by_count(["b", "a"], "s", 9).drawn] == ["a", "b"]
    assert draw_by_count(["b", "a"], "s", 9).is_complete
