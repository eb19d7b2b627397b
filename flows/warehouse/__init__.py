"""The warehouse: from frames to the auditors' database, and out to them."""

from flows.warehouse.build import build
from flows.warehouse.contents import contents_hash, table_hash
from flows.warehouse.inputs import WarehouseInputs
from flows.warehouse.publish import Publication, current_publication, is_intact, publish
from flows.warehouse.reading import Limits, NoPublicationError, QueryTooLongError, interrupted_after, open_for_reading
from flows.warehouse.sqlfiles import BuildError, SqlTexts, packaged_sql
from flows.warehouse.trace import trace_figure

__all__ = [
    "BuildError",
    "Limits",
    "NoPublicationError",
    "Publication",
    "QueryTooLongError",
    "SqlTexts",
    "WarehouseInputs",
    "build",
    "contents_hash",
    "current_publication",
    "interrupted_after",
    "is_intact",
    "open_for_reading",
    "packaged_sql",
    "publish",
    "table_hash",
    "trace_figure",
]
