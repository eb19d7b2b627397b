"""Publishing while people read: never half a database, never an old one after reconnecting, one version kept."""

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from flows.warehouse import WarehouseInputs, build, current_publication, is_intact, publish

pytestmark = pytest.mark.slow

READER = """
import sys, duckdb
from pathlib import Path
database, stop = sys.argv[1], Path(sys.argv[2])
reads = 0
while not stop.exists() or reads == 0:
    with duckdb.connect(database, read_only=True) as connection:
        figures, = connection.execute("SELECT count(*) FROM indicators.figures").fetchone()
        cells, = connection.execute("SELECT count(*) FROM audit.trace('ANL-01', '06', '2026')").fetchone()
    if not figures or not cells:
        sys.exit(f"read {figures} figures and {cells} cells")
    reads += 1
print(reads)
"""
BUILDER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.warehouse.worlds import Report, world
from flows.warehouse import build
build(world([Report("06431", "2026", {"posts": []})]), Path(sys.argv[1]))
"""


def _copy(built: Path, folder: Path, number: int) -> Path:
    """A built database that differs from others in its bytes."""
    copy = folder / f".building-{number}.duckdb"
    shutil.copyfile(built, copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute(f"COMMENT ON TABLE audit.ledger IS 'publication {number}'")
    return copy


def _comment(database: Path) -> str:
    with duckdb.connect(str(database), read_only=True) as connection:
        row = connection.execute("SELECT comment FROM duckdb_tables() WHERE table_name = 'ledger'").fetchone()
    return str(row[0]) if row else ""


def test_readers_read_on_while_ten_publications_replace_each_other(built: Path, tmp_path: Path) -> None:
    published, stop = tmp_path / "published", tmp_path / "stop"
    copies = [_copy(built, tmp_path, number) for number in range(11)]
    publish(copies[0], published)
    command = [sys.executable, "-c", READER, str(published / "wir.duckdb"), str(stop)]
    reader = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for copy in copies[1:]:
        publish(copy, published)
        time.sleep(0.05)
    stop.touch()
    output, errors = reader.communicate(timeout=60)
    assert reader.returncode == 0, errors
    assert int(output) > 0
    assert _comment(published / "wir.duckdb") == "publication 10"


def test_a_program_that_holds_a_connection_gets_the_new_database_when_it_connects_again(
    built: Path, tmp_path: Path
) -> None:
    publish(_copy(built, tmp_path, 1), tmp_path)
    held = duckdb.connect(str(tmp_path / "wir.duckdb"), read_only=True)
    publish(_copy(built, tmp_path, 2), tmp_path)
    assert held.execute("SELECT count(*) > 0 FROM indicators.figures").fetchone() == (True,)
    assert _comment(tmp_path / "wir.duckdb") == "publication 2"
    held.close()


def test_the_version_before_is_kept_and_older_ones_go(built: Path, tmp_path: Path) -> None:
    files = [publish(_copy(built, tmp_path, number), tmp_path).file for number in range(3)]
    left = sorted(path.name for path in tmp_path.iterdir())
    expected = [name for file in files[1:] for name in (file.name, f"{file.name}.manifest.json")]
    assert left == sorted([*expected, "wir.duckdb"])


def test_the_manifest_tells_an_intact_database_from_a_damaged_one(built: Path, tmp_path: Path) -> None:
    publication = publish(_copy(built, tmp_path, 1), tmp_path)
    assert current_publication(tmp_path) == publication
    assert is_intact(publication)
    content = bytearray(publication.file.read_bytes())
    content[len(content) // 2] ^= 1
    publication.file.write_bytes(content)
    assert not is_intact(publication)


def test_without_a_publication_there_is_none(tmp_path: Path) -> None:
    assert current_publication(tmp_path) is None


def test_a_copy_of_the_folder_without_links_works_and_can_be_published_over(built: Path, tmp_path: Path) -> None:
    publish(_copy(built, tmp_path, 1), tmp_path / "published")
    copied = tmp_path / "copied"
    shutil.copytree(tmp_path / "published", copied, symlinks=False)
    assert not (copied / "wir.duckdb").is_symlink()
    assert _comment(copied / "wir.duckdb") == "publication 1"
    publish(_copy(built, tmp_path, 2), copied)
    assert _comment(copied / "wir.duckdb") == "publication 2"


def test_where_links_are_not_supported_the_database_itself_is_replaced(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, target: object, target_is_directory: bool = False) -> None:
        raise OSError("links are not supported here")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    publish(_copy(built, tmp_path, 1), tmp_path)
    publish(_copy(built, tmp_path, 2), tmp_path)
    assert not (tmp_path / "wir.duckdb").is_symlink()
    assert _comment(tmp_path / "wir.duckdb") == "publication 2"


def test_a_build_that_is_killed_leaves_the_old_publication_and_the_next_one_cleans_up(
    small_world: WarehouseInputs, built: Path, tmp_path: Path
) -> None:
    publish(_copy(built, tmp_path, 1), tmp_path)
    target = tmp_path / ".building" / "wir.duckdb"
    root = str(Path(__file__).resolve().parents[2])
    builder = subprocess.Popen([sys.executable, "-c", BUILDER, str(target), root])
    while not target.exists():
        assert builder.poll() is None
        time.sleep(0.01)
    builder.send_signal(signal.SIGKILL)
    builder.wait(timeout=30)
    assert target.exists()
    assert _comment(tmp_path / "wir.duckdb") == "publication 1"
    publish(build(small_world, target), tmp_path)
    assert list(target.parent.iterdir()) == []
    assert "Einträge des Journals" in _comment(tmp_path / "wir.duckdb")


def test_the_version_before_goes_at_once_where_it_must_not_be_read_again(built: Path, tmp_path: Path) -> None:
    published = tmp_path / "published"
    first = publish(_copy(built, tmp_path, 1), published)
    second = publish(_copy(built, tmp_path, 2), published)
    assert first.file.is_file()
    third = publish(_copy(built, tmp_path, 3), published, keeps_previous=False)
    assert not first.file.exists()
    assert not second.file.exists()
    assert sorted(published.glob("wir-*.duckdb")) == [third.file]
