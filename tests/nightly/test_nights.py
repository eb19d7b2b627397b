"""Nights through Prefect as users start them: `wir nightly` with a private server, and `wir serve`."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.desk import submit_files
from flows.settings import BERLIN, DataFolder, berlin_date

pytestmark = pytest.mark.slow

PATIENCE_SECONDS = 240
FILE_NAME, CONTENT = "Anschreiben-Mustermann.xlsx", b"Sehr geehrte Frau Mustermann, anbei der Bericht."
STEPS = {"begin", "collect", "read and judge", "record", "build", "publish", "report"}


# --- how the tests start, ask and watch ------------------------------------------------------------------------------


def start_python(folder: DataFolder, *arguments: str, **options: Any) -> "subprocess.Popen[str]":
    environment = {**os.environ, "WIR_DATA": str(folder.root)}
    return subprocess.Popen([sys.executable, *arguments], env=environment, text=True, **options)


def run_wir(folder: DataFolder, *arguments: str) -> tuple[int, str]:
    process = start_python(folder, "-m", "flows", *arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    output, _ = process.communicate(timeout=PATIENCE_SECONDS)
    return process.returncode, output


def recorded(folder: DataFolder, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(folder.prefect_home / "prefect.db")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def run_states(folder: DataFolder) -> list[str]:
    return [state for (state,) in recorded(folder, "SELECT state_name FROM flow_run ORDER BY created")]


def processes_of(folder: DataFolder) -> list[int]:
    """Processes, other than the tests', that keep Prefect's records in this folder."""
    mark = f"PREFECT_HOME={folder.prefect_home}".encode()
    numbers = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [number for number in numbers if number != os.getpid() and mark in _environment_of(number)]


def _environment_of(process: int) -> list[bytes]:
    try:
        return Path(f"/proc/{process}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def wait_until(holds: Callable[[], bool]) -> None:
    latest = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > latest:
            raise TimeoutError
        time.sleep(0.2)


def ask(url: str, body: dict[str, Any] | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
        return json.load(answer)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """A data folder on which one night ran: a file that is no workbook had come in."""
    folder = DataFolder(tmp_path_factory.mktemp("house").resolve())
    letter = folder.root / FILE_NAME
    letter.write_bytes(CONTENT)
    submit_files(folder, [letter], sender="")
    code, output = run_wir(folder, "nightly")
    assert code == 0, output
    return folder


@pytest.fixture
def folder(house: DataFolder, tmp_path: Path) -> DataFolder:
    """Another data folder with a copy of the records of that night: to create them takes longer than to run one."""
    folder = DataFolder(tmp_path.resolve())
    folder.prefect_home.mkdir()
    with (
        closing(sqlite3.connect(house.prefect_home / "prefect.db")) as records,
        closing(sqlite3.connect(folder.prefect_home / "prefect.db")) as copy,
    ):
        records.backup(copy)
    return folder


# --- wir nightly -----------------------------------------------------------------------------------------------------


def test_a_night_is_recorded_under_its_date_with_all_its_steps(house: DataFolder) -> None:
    today = str(berlin_date(datetime.now(UTC)))
    assert recorded(house, "SELECT name, state_name, state_type FROM flow_run") == [
        (today, "CompletedWithReturnedReports", "COMPLETED")
    ]
    assert set(recorded(house, "SELECT name, state_type FROM task_run")) == {(step, "COMPLETED") for step in STEPS}


def test_its_two_artifacts_say_what_came_in_and_what_became_of_it(house: DataFolder) -> None:
    artifacts = dict(recorded(house, "SELECT key, data FROM artifact"))
    page, table = json.loads(artifacts["nacht"]), json.loads(json.loads(artifacts["berichte"]))
    assert "| **eingegangen** | **1** |" in page
    assert "| nicht lesbar | 1 |" in page
    assert [row["Ergebnis"] for row in table] == ["nicht lesbar"]


def test_prefects_records_hold_no_file_name_and_no_content(house: DataFolder) -> None:
    kept = b"".join(path.read_bytes() for path in house.prefect_home.rglob("*") if path.is_file())
    assert b"Mustermann" not in kept


def test_a_night_leaves_no_process_behind(house: DataFolder) -> None:
    assert processes_of(house) == []


def test_a_step_that_fails_ends_the_night_with_an_error_and_the_run_as_failed(folder: DataFolder) -> None:
    before = run_states(folder)
    folder.published.write_text("a file where the publication should lie")
    code, output = run_wir(folder, "nightly")
    assert code != 0
    assert str(folder.published) in output
    assert run_states(folder) == [*before, "Failed"]
    assert ("build", "FAILED") in recorded(folder, "SELECT name, state_type FROM task_run")
    assert processes_of(folder) == []


def test_of_a_foreign_error_only_its_kind_and_place_are_recorded(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path.resolve())
    script = (
        "import sys\nfrom pathlib import Path\nfrom flows.nightly.run import enter_prefect\n"
        "from flows.settings import DataFolder\nfolder = DataFolder(Path(sys.argv[1]))\nfolder.prefect_home.mkdir()\n"
        "enter_prefect(folder, 'http://127.0.0.1:1/api')\nfrom flows.nightly.flow import told\n"
        "from expectations.errors import StatedError\n"
        "for raising in (lambda: int('61.000,00'), lambda: exec('raise StatedError(\"The disk is full.\")')):\n"
        "    try:\n        raising()\n    except Exception as error:\n        print(told(error))\n"
    )
    process = start_python(folder, "-c", script, str(folder.root), stdout=subprocess.PIPE)
    foreign, ours = process.communicate(timeout=PATIENCE_SECONDS)[0].splitlines()
    assert foreign.startswith("ValueError at ")
    assert "61.000" not in foreign
    assert ours == "The disk is full."


def test_a_private_server_ends_when_its_night_is_killed(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path.resolve())
    script = (
        "import sys\nfrom pathlib import Path\nfrom flows.nightly import private_or_running_server\n"
        "from flows.settings import DataFolder\n"
        "with private_or_running_server(DataFolder(Path(sys.argv[1]))):\n    print(flush=True)\n    sys.stdin.read()\n"
    )
    night = start_python(
        folder, "-c", script, str(folder.root), stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=1
    )
    assert night.stdout is not None
    assert night.stdout.readline() == "\n"
    assert len(processes_of(folder)) == 1
    night.kill()
    night.communicate()
    wait_until(lambda: processes_of(folder) == [])


def test_ctrl_c_ends_a_night_while_its_server_can_still_be_told(folder: DataFolder) -> None:
    script = (
        "import signal, sys, time\nfrom pathlib import Path\nfrom flows import line\n"
        "from flows.nightly import run_with_prefect\nfrom flows.settings import DataFolder\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # whatever the shell of the tests made of it
        "def begin(*_, **__):\n    print(flush=True)\n    time.sleep(600)\n"
        "line.begin = begin\nrun_with_prefect(DataFolder(Path(sys.argv[1])))\n"
    )
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    night = start_python(folder, "-c", script, str(folder.root), bufsize=1, **pipes)
    assert night.stdout is not None
    assert night.stdout.readline() == "\n"
    night.send_signal(signal.SIGINT)
    _, said = night.communicate(timeout=PATIENCE_SECONDS)
    assert "KeyboardInterrupt" in said
    assert "connection attempts failed" not in said
    assert processes_of(folder) == []


# --- wir serve -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def served(house: DataFolder) -> Iterator[str]:
    """The address of `wir serve` on the same folder; it ends cleanly when it is told to."""
    port = free_port()
    process = start_python(house, "-m", "flows", "serve", "--port", str(port), stderr=subprocess.PIPE)
    assert process.stderr is not None
    first_line = process.stderr.readline()
    try:
        assert f"http://127.0.0.1:{port}" in first_line, first_line
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0
    wait_until(lambda: processes_of(house) == [])


def runs_of(served: str, *states: str) -> list[dict[str, Any]]:
    runs = ask(f"{served}/api/flow_runs/filter", {"sort": "EXPECTED_START_TIME_ASC"})
    return [run for run in runs if run["state_name"] in states]


def deployment_of(served: str) -> dict[str, Any]:
    found: dict[str, Any] = ask(f"{served}/api/deployments/name/nightly/nightly")
    return found


def test_the_night_is_due_at_a_quarter_past_three_in_berlin_and_never_twice_at_once(served: str) -> None:
    deployment = deployment_of(served)
    (schedule,) = deployment["schedules"]
    assert (schedule["schedule"]["cron"], schedule["schedule"]["timezone"]) == ("15 3 * * *", "Europe/Berlin")
    assert schedule["active"]
    assert deployment["global_concurrency_limit"]["limit"] == 1
    assert deployment["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
    assert deployment["entrypoint"] == "flows.nightly.flow.nightly"


def test_the_next_nights_are_waiting(served: str) -> None:
    wait_until(lambda: len(runs_of(served, "Scheduled")) >= 3)
    starts = [datetime.fromisoformat(run["expected_start_time"]) for run in runs_of(served, "Scheduled")]
    assert {f"{start.astimezone(BERLIN):%H:%M}" for start in starts} == {"03:15"}


def test_runs_of_earlier_nights_are_shown(served: str) -> None:
    assert str(berlin_date(datetime.now(UTC))) in [
        run["name"] for run in runs_of(served, "CompletedWithReturnedReports")
    ]


def test_nobody_else_is_told_anything(served: str) -> None:
    settings = ask(f"{served}/api/admin/settings")
    assert settings["server"]["analytics_enabled"] is False
    assert settings["server"]["ui"]["v2_enabled"] is False
    assert settings["telemetry"]["enable_resource_metrics"] is False
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(served, timeout=60) as page:
        assert "connect-src 'self';" in page.headers["content-security-policy"]


def test_a_second_serve_on_the_folder_is_refused(served: str, house: DataFolder) -> None:
    code, output = run_wir(house, "serve", "--port", str(free_port()))
    assert code == 1
    assert served in output


def test_of_five_missed_nights_one_is_made_up_for(served: str) -> None:
    before = len(runs_of(served, "Completed"))
    for days in range(1, 6):
        missed = (datetime.now(UTC) - timedelta(days=days)).isoformat()
        state = {"type": "SCHEDULED", "state_details": {"scheduled_time": missed}}
        ask(f"{served}/api/deployments/{deployment_of(served)['id']}/create_flow_run", {"state": state})
    wait_until(lambda: len(runs_of(served, "Cancelled")) == 4)
    wait_until(lambda: len(runs_of(served, "Completed")) == before + 1)


def test_a_night_by_hand_uses_the_server_of_serve(served: str, house: DataFolder) -> None:
    before = len(runs_of(served, "Completed"))
    code, output = run_wir(house, "nightly")
    assert code == 0, output
    assert len(runs_of(served, "Completed")) == before + 1
    assert f"View at {served}/" in (house.prefect_home / "nightly.log").read_text(encoding="utf-8")
