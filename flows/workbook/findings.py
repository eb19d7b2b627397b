"""Findings that concern several cells at once."""

from collections.abc import Sequence
from dataclasses import replace

from expectations.finding import Finding

_ALSO_AT_MAX = 50
"""So many further cells are named with a finding; more would help nobody."""


def also_at(found: Finding, cells: Sequence[str]) -> Finding:
    """A finding with further cells of the same cause; beyond a limit their number is told instead."""
    named = tuple(cells[:_ALSO_AT_MAX])
    more = len(cells) - len(named)
    return replace(found, also_at=(*named, f"und {more} weitere") if more > 0 else named)
