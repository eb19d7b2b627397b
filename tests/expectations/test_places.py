"""Cell addresses in few words."""

from expectations.places import count, merged


def test_neighbours_below_each_other_are_named_together() -> None:
    assert merged(["F15", "F13", "F14", "F20", "AA3", "H4"]) == ["F13:F15", "F20", "H4", "AA3"]


def test_two_neighbours_are_named_one_by_one() -> None:
    assert merged(["F13", "F14"]) == ["F13", "F14"]


def test_whatever_is_no_single_cell_follows_as_it_is() -> None:
    assert merged(["B5:C6", "A1", "und 3 weitere"]) == ["A1", "B5:C6", "und 3 weitere"]


def test_a_range_counts_all_its_cells() -> None:
    assert count(["F13:F15", "H4", "Y1:AB2", "und 3 weitere"]) == 3 + 1 + 8 + 1


def test_merging_loses_no_cell() -> None:
    cells = [f"{column}{row}" for column in ("B", "Z", "AA") for row in range(1, 300) if row % 7]
    assert count(merged(cells)) == len(cells)
