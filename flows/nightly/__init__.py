"""The night as a Prefect flow: the only room that knows Prefect, a thin coat over `flows.line`.

Prefect itself is imported when a night or the server begins, after the environment says where it keeps its records.
A process works on one data folder.
"""

from flows.nightly.run import run_with_prefect
from flows.nightly.serve import serve
from flows.nightly.server import ServerError, private_or_running_server

__all__ = ["ServerError", "private_or_running_server", "run_with_prefect", "serve"]
