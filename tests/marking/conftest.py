"""Filled forms to mark."""

import pytest

from tests.workbook.reports import FILLED, write_form


@pytest.fixture(scope="session")
def form() -> bytes:
    """A filled form as the template writes it."""
    return write_form(FILLED)
