"""Work on other people's bytes in processes of its own: an abort, a hang or a memory hog costs one answer.

A worker is `python -m flows.isolation`, started with nothing but what it needs: no secrets from the environment, no
terminal, a bounded memory, a bounded time. It stays warm for later calls of this process. Payloads and answers go
through its pipes, each behind its length; nothing is ever pickled.
"""

from importlib.util import find_spec

from flows.isolation.limits import DEFAULT, Broken, IsolationError, Limits, Reason

if find_spec("resource"):
    from flows.isolation.pool import end_workers, run_isolated, warm_up
else:
    from flows.isolation.here import end_workers, run_isolated, warm_up

__all__ = ["DEFAULT", "Broken", "IsolationError", "Limits", "Reason", "end_workers", "run_isolated", "warm_up"]
