"""Findings that concern several cells at once."""

from collections.abc import Sequence
from dataclasses import replace

from expectations.finding import Finding
from expectations.places import merged

_SINGLE_MAX = 50
"""So many further cells are named one by one; of more, neighbours are named as ranges. None is left out."""


def also_at(found: Finding, cells: Sequence[str]) -> Finding:
    """A finding with all further cells of the same cause."""
    return replace(found, also_at=tuple(cells if len(cells) <= _SINGLE_MAX else merged(cells)))
