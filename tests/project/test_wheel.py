"""The program works from a wheel, in any folder."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

POSIX = ("fcntl", "resource")
"""What Windows does not have."""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's contents, as pip would lay them."""
    target = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = target.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target / "site")
    return target / "site"


def run(
    site: Path, *arguments: str, data: Path | None = None, lacks: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """Run the program from the wheel, as on a system that lacks some modules of the standard library."""
    environment = {name: value for name, value in os.environ.items() if name not in {"WIR_DATA", "PYTHONPATH"}}
    if data is not None:
        environment["WIR_DATA"] = str(data)
    missing = f"sys.modules.update(dict.fromkeys({lacks!r}))"
    program = f"import sys; {missing}; sys.path.insert(0, {str(site)!r}); from flows.__main__ import main; main()"
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, cwd=site.parent, env=environment, capture_output=True, text=True, check=False)


def test_the_wheel_brings_the_sql_and_the_reference_data(unpacked: Path) -> None:
    assert (unpacked / "flows" / "_bundled" / "sql" / "indicators" / "MIT-03.sql").is_file()
    assert (unpacked / "flows" / "_bundled" / "reference" / "municipalities.csv").is_file()
    assert (unpacked / "expectations" / "form.yml").is_file()
    assert list((unpacked / "expectations" / "rules").glob("*.yml"))


def test_without_a_data_folder_a_command_that_needs_one_exits_64(unpacked: Path) -> None:
    ran = run(unpacked, "status")
    assert ran.returncode == 64
    assert "WIR_DATA" in ran.stderr


def test_a_municipality_can_check_its_workbook_without_data_folder(unpacked: Path, tmp_path: Path) -> None:
    made = run(unpacked, "template", "--ags", "06431", "--period", "2026", "--out", str(tmp_path / "t.xlsx"))
    assert made.returncode == 0, made.stderr
    checked = run(unpacked, "check", str(tmp_path / "t.xlsx"))
    assert checked.returncode == 1, checked.stderr
    assert "Bergstraße" in checked.stdout


def test_on_a_system_without_bounded_processes_it_checks_and_marks_but_runs_no_night(
    unpacked: Path, tmp_path: Path
) -> None:
    made = run(
        unpacked, "template", "--ags", "06431", "--period", "2026", "--out", str(tmp_path / "t.xlsx"), lacks=POSIX
    )
    assert made.returncode == 0, made.stderr
    marked = tmp_path / "marked.xlsx"
    checked = run(unpacked, "check", str(tmp_path / "t.xlsx"), "--annotated", str(marked), lacks=POSIX)
    assert checked.returncode == 1, checked.stderr
    assert "Bergstraße" in checked.stdout
    assert marked.is_file()
    for command in (["nightly"], ["nightly", "--plain"], ["serve"], ["demo"]):
        ran = run(unpacked, *command, data=tmp_path / "data", lacks=POSIX)
        assert (ran.returncode, "Linux or macOS" in ran.stderr) == (1, True), command


def test_a_night_runs_from_the_wheel(unpacked: Path, tmp_path: Path) -> None:
    ran = run(unpacked, "nightly", "--plain", data=tmp_path / "data")
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "data" / "published" / "wir.duckdb").exists()
