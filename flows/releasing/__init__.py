"""Releases: frozen publications, what changed between two, and the public folder that shows the last one."""

from flows.releasing.act import Released, last_change, release
from flows.releasing.changes import ChangesError, Differences, differences
from flows.releasing.comparing import Comparison, compare
from flows.releasing.erasure import without_submission
from flows.releasing.places import Recorded, ReleaseError, recorded

__all__ = [
    "ChangesError",
    "Comparison",
    "Differences",
    "Recorded",
    "ReleaseError",
    "Released",
    "compare",
    "differences",
    "last_change",
    "recorded",
    "release",
    "without_submission",
]
