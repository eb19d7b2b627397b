"""Which server a night uses, and what Prefect is told through the environment. None of these starts a server."""

import socket
from pathlib import Path

import pytest

from flows.nightly.server import (
    SERVED,
    ServerError,
    environment,
    place_of_serve,
    private_or_running_server,
    running_server,
    start,
)
from flows.settings import DataFolder


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


def test_a_folder_where_nobody_ever_served_has_no_running_server(folder: DataFolder) -> None:
    assert running_server(folder) is None


def test_the_server_of_serve_is_found_and_used(folder: DataFolder) -> None:
    with place_of_serve(folder) as place:
        place.write("http://127.0.0.1:4200/api")
        place.flush()
        assert running_server(folder) == "http://127.0.0.1:4200/api"
        with private_or_running_server(folder) as server, private_or_running_server(folder) as again:
            assert server.process is None
            assert again is server


def test_what_a_serve_that_is_gone_left_behind_misleads_nobody(folder: DataFolder) -> None:
    with place_of_serve(folder) as place:
        place.write("http://127.0.0.1:4200/api")
    assert (folder.prefect_home / "served.lock").read_text(encoding="utf-8")
    assert running_server(folder) is None


def test_two_serves_on_one_folder_are_refused_with_the_address_of_the_first(folder: DataFolder) -> None:
    with place_of_serve(folder) as place:
        place.write("http://127.0.0.1:4200/api")
        place.flush()
        with pytest.raises(ServerError, match=r"http://127\.0\.0\.1:4200$"), place_of_serve(folder):
            pass


def test_a_port_that_is_taken_is_named(folder: DataFolder) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ServerError, match=rf"127\.0\.0\.1:{port}.*--port"):
            start(folder, host="127.0.0.1", port=port, settings=SERVED)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    folder = DataFolder(tmp_path / "file")
    with pytest.raises(ServerError, match="file"), place_of_serve(folder):
        pass
    with pytest.raises(ServerError, match="cannot be written"):
        start(folder, host="127.0.0.1", port=0, settings=SERVED)


def test_prefect_keeps_its_records_in_the_folder_and_tells_nobody(folder: DataFolder) -> None:
    told = environment(folder, "http://127.0.0.1:4200/api")
    assert told["PREFECT_HOME"] == str(folder.prefect_home)
    assert told["DO_NOT_TRACK"] == "1"
    assert told["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"


def test_a_proxy_of_the_office_is_not_asked_for_our_own_server(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "hessen.de,localhost")
    told = environment(folder, "http://127.0.0.1:4200/api")
    assert told["NO_PROXY"] == told["no_proxy"] == "hessen.de,localhost,127.0.0.1,::1"
