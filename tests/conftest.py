"""Fixtures that several rooms share, and how hypothesis works here.

The suite proves the same every time it runs: hypothesis draws its examples from the tests themselves. With
`WIR_HYPOTHESIS=random` it looks for new ones.
"""

import os

import pytest
from hypothesis import settings

pytest_plugins = ["tests.cli.calling", "tests.line.reports"]

settings.register_profile("fixed", derandomize=True, deadline=None, database=None)
settings.register_profile("random", deadline=None)
settings.load_profile(os.environ.get("WIR_HYPOTHESIS", "fixed"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first: the two processes take one file after the other, and end at the same time."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
