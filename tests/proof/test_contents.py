"""The canonical contents of a database: the same on one core and on two, whatever the order of rows."""

from contextlib import closing
from datetime import datetime
from functools import partial
from pathlib import Path

import duckdb
import pytest

from flows import archive, line, reference, warehouse
from flows.judging import reading_of
from flows.ledger import open_ledger
from flows.settings import DataFolder
from tests.proof.conftest import entries_of

pytestmark = pytest.mark.slow


def test_a_build_on_two_cores_has_the_contents_of_one_on_one(folder: DataFolder, tmp_path: Path) -> None:
    ledger, night = open_ledger(folder), entries_of(folder, "night")[-1]
    inputs = line.warehouse_inputs_at(
        ledger,
        reference.in_force(folder, ledger, until_seq=night.seq),
        datetime.fromisoformat(night.body["business_at"]),
        read=partial(reading_of, folder),
        archived=partial(archive.read, folder.archive),
    )
    one, two = (warehouse.build(inputs, tmp_path / f"{count}.duckdb", threads=count) for count in (1, 2))
    assert warehouse.contents_hash(one) == warehouse.contents_hash(two)


def test_no_table_holds_a_floating_point_number(folder: DataFolder) -> None:
    """Sums of them would depend on the order in which cores add them."""
    query = """
        SELECT schema_name || '.' || table_name || '.' || column_name FROM duckdb_columns()
        WHERE NOT internal AND data_type IN ('DOUBLE', 'FLOAT')
    """
    with closing(duckdb.connect(str(folder.database), read_only=True)) as connection:
        assert connection.execute(query).fetchall() == []


def test_the_hash_knows_no_order_of_rows_but_tells_values_apart(tmp_path: Path) -> None:
    variants = {
        "one": "('NULL', 1.50), ('b', NULL)",
        "turned": "('b', NULL), ('NULL', 1.50)",
        "nothing": "(NULL, 1.50), ('b', NULL)",
        "quoted": "('''NULL''', 1.50), ('b', NULL)",
        "one more": "('NULL', 1.50), ('b', NULL), ('b', NULL)",
    }
    hashes = {}
    for name, rows in variants.items():
        file = tmp_path / f"{name}.duckdb"
        with closing(duckdb.connect(str(file))) as connection:
            connection.execute("CREATE TABLE t (text VARCHAR, number DECIMAL(14, 2))")
            connection.execute(f"INSERT INTO t VALUES {rows}")
        hashes[name] = warehouse.contents_hash(file)["main.t"]
    assert hashes["one"] == hashes.pop("turned")
    assert len(set(hashes.values())) == len(hashes)
