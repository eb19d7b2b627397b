"""Jobs for workers: one that answers, and some that do what no job should."""

import os
import signal
import sys
import time
from pathlib import Path


def echo(payload: bytes) -> bytes:
    return payload


def work(payload: bytes) -> bytes:
    """As many seconds of work, by the processor's count, as the payload says."""
    until = time.process_time() + float(payload)
    while time.process_time() < until:
        pass
    return payload


def number(payload: bytes) -> bytes:
    return str(os.getpid()).encode()


def obey(payload: bytes) -> bytes:  # noqa: C901 - one order a line
    """What the payload says, done to this very process."""
    order, _, rest = payload.decode().partition(" ")
    if order == "hang":
        time.sleep(60)
    if order == "sleep":
        time.sleep(float(rest))
    if order == "spin":
        while True:
            pass
    if order == "die":
        os.kill(os.getpid(), getattr(signal, rest))
    if order == "eat":
        return bytes(b"x" * (int(rest) * 1024 * 1024))[:1]
    if order == "hoard":
        _HOARD.append(bytearray(int(rest) * 1024 * 1024))
    if order == "raise":
        raise KeyError("a secret from the payload")
    if order == "leave":
        sys.exit(3)
    if order == "print":
        os.write(1, b"printed by the worker\n")
        os.write(2, b"complained by the worker\n")
        sys.stdout.write("printed by the worker")
        return sys.stdin.read().encode()
    if order == "environment":
        return " ".join(sorted(os.environ)).encode()
    if order == "write":
        Path("/tmp", rest).write_bytes(bytes(1024 * 1024))
    return payload


_HOARD: list[bytearray] = []
