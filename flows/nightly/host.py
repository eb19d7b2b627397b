"""The child process that is Prefect's server: `python -m flows.nightly.host <descriptor of a bound socket>`.

It lives as long as its parent: standard input is a pipe to it, and when that closes, however the parent ended, so does
the server. It runs in a session of its own, so that Ctrl-C ends the night first and the server can write down how.
"""

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from flows.nightly.server import SHUTDOWN_SECONDS

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

# The pages are Prefect's; that they ask nobody but this server is ours to promise, so the browser is told to see to it.
OWN_PAGES_ONLY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'self'; base-uri 'self'; object-src 'none'"
)


def main() -> None:
    """Serve Prefect's API, and its pages where the environment asks for them, until the parent is gone."""
    listener = socket.socket(fileno=int(sys.argv[1]))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    import uvicorn
    from prefect.server.api.server import create_app

    app = _keep_to_own_pages(create_app(final=True))
    config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=SHUTDOWN_SECONDS // 2)
    uvicorn.Server(config).run(sockets=[listener])


def _end_with_parent() -> None:
    os.read(sys.stdin.fileno(), 1)  # returns when the pipe closes; nothing is ever written to it
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(SHUTDOWN_SECONDS)
    os._exit(1)


def _keep_to_own_pages(app: App) -> App:
    policy = (b"content-security-policy", OWN_PAGES_ONLY.encode())

    async def guarded(scope: Message, receive: Receive, send: Send) -> None:
        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), policy]
            await send(message)

        await app(scope, receive, send_with_policy)

    return guarded


if __name__ == "__main__":
    main()
