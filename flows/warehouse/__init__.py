"""The warehouse: from frames to the auditors' database, and out to them."""

from flows.warehouse.build import build
from flows.warehouse.contents import contents_hash
from flows.warehouse.inputs import WarehouseInputs
from flows.warehouse.publish import Publication, current_publication, is_intact, publish
from flows.warehouse.sqlfiles import BuildError, SqlTexts, packaged_sql
from flows.warehouse.trace import NoPublicationError, trace_figure

__all__ = [
    "BuildError",
    "NoPublicationError",
    "Publication",
    "SqlTexts",
    "WarehouseInputs",
    "build",
    "contents_hash",
    "current_publication",
    "is_intact",
    "packaged_sql",
    "publish",
    "trace_figure",
]
