"""Work in processes of its own: whatever happens in one costs one answer, and nothing is left behind."""

import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from flows.isolation import Broken, IsolationError, Limits, end_workers, pool, run_isolated, warm_up

JOBS = "tests.isolation.jobs"
OBEY = f"{JOBS}:obey"
STRICT = Limits(memory_mib=200, seconds=1)
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True, scope="module")
def nothing_left() -> Iterator[None]:
    yield
    end_workers()


def one(order: str, limits: Limits = STRICT) -> bytes | Broken:
    return run_isolated(OBEY, [order.encode()], limits=limits)[0]


def workers() -> set[int]:
    """The workers' processes."""
    return {worker.process.pid for worker in pool._POOL.alive}


def test_answers_come_in_the_order_of_the_payloads():
    payloads = [bytes([number]) * number * 1_000 for number in range(40)]
    assert run_isolated(f"{JOBS}:echo", payloads) == payloads


def test_nothing_to_do_starts_nothing():
    assert run_isolated("no.such.module:job", []) == []


def test_a_payload_larger_than_any_pipe_comes_through_both_ways():
    payload = os.urandom(21 * 1024 * 1024)
    assert run_isolated(f"{JOBS}:echo", [payload, b""]) == [payload, b""]


def test_a_worker_stays_warm_for_later_calls():
    first = run_isolated(f"{JOBS}:number", [b""])
    assert run_isolated(f"{JOBS}:number", [b""]) == first
    assert int(first[0]) != os.getpid()


def test_a_worker_started_ahead_takes_the_first_payload():
    warm_up(OBEY, limits=STRICT)
    waiting = workers()
    assert one("echo") == b"echo"
    assert workers() == waiting


@pytest.mark.slow
def test_a_hang_costs_one_answer_whether_it_sleeps_or_spins():
    orders = [b"before", b"hang", b"between", b"spin", b"after"]
    answers = run_isolated(OBEY, orders, limits=STRICT)
    assert [isinstance(answer, Broken) and answer.reason for answer in answers] == [False, "time", False, "time", False]


@pytest.mark.slow
def test_a_warm_worker_counts_the_time_of_each_payload_anew():
    limits = Limits(memory_mib=200, seconds=0.5)
    assert [run_isolated(f"{JOBS}:work", [b"0.2"], limits=limits) for _ in range(4)] == [[b"0.2"]] * 4


@pytest.mark.slow
def test_waiting_for_a_processor_is_not_held_against_a_payload():
    """A machine that is busy with other things must not decide whether a file can be read."""
    assert one("sleep 1.5", Limits(memory_mib=200, seconds=0.5)) == b"sleep 1.5"


def test_an_abort_costs_one_answer_and_is_named():
    answers = run_isolated(OBEY, [b"before", b"die SIGABRT", b"die SIGSEGV", b"leave", b"after"], limits=STRICT)
    assert answers[0] == b"before"
    assert answers[1:3] == [Broken("aborted", "SIGABRT"), Broken("aborted", "SIGSEGV")]
    assert isinstance(answers[3], Broken)
    assert answers[3].detail.startswith("SystemExit (jobs.py:")
    assert answers[4] == b"after"


def test_a_service_that_is_told_to_stop_blames_no_payload_for_it():
    """The word to stop goes to each process; the one that asked for the answer decides."""
    assert one("die SIGTERM") == b"die SIGTERM"


def test_a_memory_hog_costs_one_answer():
    assert one("eat 10") == b"x"
    broken = one("eat 500")
    assert isinstance(broken, Broken)
    assert broken.reason == "memory"
    assert one("eat 10") == b"x"


def test_what_the_kernel_kills_for_its_hunger_ran_out_of_memory():
    assert one("die SIGKILL") == Broken("memory", "SIGKILL")


def test_an_error_is_told_by_kind_and_place_and_never_by_what_the_payload_says():
    broken = one("raise")
    assert isinstance(broken, Broken)
    assert broken.reason == "aborted"
    assert broken.detail.startswith("KeyError (jobs.py:")


@pytest.mark.slow
def test_what_earlier_payloads_left_behind_is_not_blamed_on_a_later_one():
    """What is taken is never given back, so that the second and third would not find enough in the same process."""
    end_workers()
    assert [one("hoard 90"), one("hoard 150"), one("hoard 150")] == [b"hoard 90", b"hoard 150", b"hoard 150"]


def test_nothing_a_worker_prints_reaches_the_terminal(capfd: pytest.CaptureFixture[str]):
    assert one("print") == b""
    assert capfd.readouterr() == ("", "")


def test_a_worker_sees_no_secret_of_the_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WIR_SECRET", "x")
    end_workers()
    answer = one("environment")
    assert isinstance(answer, bytes)
    assert b"SECRET" not in answer
    assert b"POLARS_MAX_THREADS" in answer


def test_a_worker_cannot_fill_a_disk():
    name = f"wir-isolation-{os.getpid()}"
    broken = one(f"write {name}")
    written = Path("/tmp", name)
    size = written.stat().st_size
    written.unlink()
    assert isinstance(broken, Broken)
    assert size < 100_000


@pytest.mark.slow
def test_many_threads_may_call_at_the_same_time():
    def ask(number: int) -> bool:
        payloads = [f"{number} {one}".encode() for one in range(5)]
        return run_isolated(OBEY, payloads, limits=STRICT) == payloads

    with ThreadPoolExecutor(6) as threads:
        assert all(threads.map(ask, range(12)))


def test_a_job_that_is_not_there_is_a_fault_of_ours_that_says_so():
    with pytest.raises(IsolationError, match="no_such_module"):
        run_isolated("no_such_module:job", [b""])
    with pytest.raises(IsolationError, match="no_such_job"):
        run_isolated(f"{JOBS}:no_such_job", [b""])


def test_a_worker_killed_while_it_waited_is_replaced_unnoticed():
    warm_up(OBEY, limits=STRICT)
    assert one("echo") == b"echo"
    for process in workers():
        os.kill(process, 9)
    assert one("echo") == b"echo"


def test_a_child_made_by_forking_starts_workers_of_its_own():
    program = f"""
        import os
        from flows.isolation import run_isolated
        mine = run_isolated("{JOBS}:number", [b""])
        child = os.fork()
        if not child:
            os._exit(run_isolated("{JOBS}:number", [b""]) == mine)
        assert os.waitpid(child, 0)[1] == 0
        assert run_isolated("{JOBS}:number", [b""]) == mine
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(program)], cwd=ROOT, check=True)


@pytest.mark.slow
@pytest.mark.parametrize("end", ["", "raise SystemExit(0)", "raise KeyboardInterrupt", "os.abort()"])
def test_no_process_is_left_when_the_program_ends_however_it_ends(end: str):
    program = f"""
        import os, sys
        from flows.isolation import run_isolated, warm_up
        warm_up("{JOBS}:echo")
        sys.stdout.write(",".join(one.decode() for one in run_isolated("{JOBS}:number", [b""] * 4)))
        sys.stdout.flush()
        {end}
    """
    ran = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], cwd=ROOT, check=False, capture_output=True, text=True
    )
    deadline = time.monotonic() + 20
    left = {int(number) for number in ran.stdout.split(",")}
    while (left := {number for number in left if _is_running(number)}) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not left


def _is_running(process: int) -> bool:
    try:
        return b"flows.isolation" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False
