"""The page of a first release, drawn once."""

import pytest
from lxml import html

from flows.publication.report import report_page
from flows.publication.tables import PublicTables
from tests.publication.report.releases import made_tables


@pytest.fixture(scope="session")
def tables() -> PublicTables:
    """The first release: a half-year and its year."""
    return made_tables()


@pytest.fixture(scope="session")
def page(tables: PublicTables) -> str:
    """Its report."""
    return report_page(tables)


@pytest.fixture(scope="session")
def tree(page: str) -> html.HtmlElement:
    """Its report, parsed."""
    return html.document_fromstring(page)
