"""Documentation that can be wrong is tested: the README's commands, questions and recipes."""

import re
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
import yaml

from flows import line
from flows.cli import app, reference_app
from flows.demo import mishaps
from flows.desk import submit_files
from flows.settings import DataFolder
from tests.line.reports import NIGHT, WriteReport

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def questions() -> list[str]:
    part = README.split("<!-- questions: start -->")[1].split("<!-- questions: end -->")[0]
    return re.findall(r"```sql\n(.*?)```", part, re.DOTALL)


def test_every_command_that_the_readme_names_exists() -> None:
    known = {command.name or str(command.callback and command.callback.__name__) for command in app.registered_commands}
    named = set(re.findall(r"`wir ([a-z-]+)", README))
    assert named <= known | {group.name for group in app.registered_groups}
    assert "import" in {command.name for command in reference_app.registered_commands}


@pytest.mark.parametrize("name", ["demo", "tests"])
def test_the_two_commands_of_the_readme_install_with_the_pinned_versions(name: str) -> None:
    (command,) = re.findall(rf"<!-- command: {name} -->\n```sh\n(.*?)\n```", README)
    assert "-c constraints.txt" in command
    assert (ROOT / "constraints.txt").is_file()


@pytest.mark.slow
def test_the_auditors_first_questions_have_answers(folder: DataFolder, write_report: WriteReport) -> None:
    submit_files(folder, [write_report("06431"), write_report("06412", change=mishaps.lone_dash)], sender="")
    line.run_night(folder, business_at=NIGHT + timedelta(days=212))
    with duckdb.connect(str(folder.database), read_only=True) as connection:
        missing, traced, used = [connection.execute(question).fetchall() for question in questions()]
    assert [row[-1] for row in missing].count("missing") == 31 + 33  # of the half-year two came, of the year none
    assert len(used) == 33 + 3 + 3 + 1
    assert traced == []  # nobody reported the year


def test_every_recipe_names_files_and_folders_that_exist() -> None:
    table = README.split("## What a change costs")[1].split("##")[0]
    for path in re.findall(r"`((?:expectations|sql|tests|flows|data)/[a-z_./]*)", table):
        assert (ROOT / path).exists(), path


def test_an_indicator_is_two_files() -> None:
    indicators = {path.stem for path in (ROOT / "sql" / "indicators").glob("*.sql")}
    cases = {path.stem for path in (ROOT / "tests" / "indicators").glob("*.yml")}
    assert indicators == cases
    assert len(indicators) >= 20


def test_a_rule_is_declared_once_and_its_check_has_its_name() -> None:
    declared = [
        code
        for path in sorted((ROOT / "expectations" / "rules").glob("*.yml"))
        for code in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]
    assert len(declared) == len(set(declared))
    assert {path.stem for path in (ROOT / "sql" / "checks").glob("R-*.sql")} <= set(declared)


def test_the_top_level_holds_what_the_user_chose_and_nothing_else() -> None:
    allowed = {
        "flows",
        "sql",
        "expectations",
        "data",
        "tests",
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "constraints.txt",
    }
    ignored = {"dist", "build"}
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert found - ignored <= allowed


def test_the_constraints_name_versions_and_no_addresses() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert lines
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line) for line in lines)
