"""What the public gets of a release: tables without anything hidden, as files, as a workbook and as a report."""

from flows.publication.files import write_public
from flows.publication.tables import NotAReleaseError, PublicTables, read_public

__all__ = ["NotAReleaseError", "PublicTables", "read_public", "write_public"]
