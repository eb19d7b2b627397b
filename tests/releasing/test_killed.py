"""Killed at any moment and asked again, a release is what it would have been; an erasure, too."""

import sys

import pytest

from flows.ledger import append, check_chain, entries, open_ledger
from flows.releasing import ReleaseError, recorded, release, without_submission
from flows.releasing.manifest import is_whole, read_manifest
from flows.releasing.places import sha256_of
from flows.settings import DataFolder
from flows.warehouse import contents_hash
from tests.killed import die, killed
from tests.line.reports import NIGHT
from tests.releasing.conftest import BODIES, SECRET
from tests.releasing.hiding import hiding
from tests.releasing.test_release import bytes_of

pytestmark = pytest.mark.slow

MOMENTS = {
    "when both databases are built": ("os.remove", "draft.duckdb"),
    "before its last manifest": ("open", ".building/eins/manifest.json"),
    "before its entry in the ledger": ("sqlite3.connect", "ledger.sqlite", ".building/eins"),
    "while the public folder changes": ("os.rename", "public.part"),
}


def die_at(event: str, *parts: str) -> None:
    """Die at the first event of the interpreter, raised just before a thing happens, that names those parts.

    With a second part, the first one counts only after a renaming has named the second.
    """
    part, *after = parts
    renamed = [not after]

    def hook(name: str, arguments: tuple[object, ...]) -> None:
        told = " ".join(map(str, arguments))
        if renamed[0] and name == event and part in told:
            die()
        renamed[0] = renamed[0] or (name == "os.rename" and after[0] in told)

    sys.addaudithook(hook)


def release_until(folder: DataFolder, *moment: str) -> None:
    die_at(*moment)
    release(folder, "eins", by="anna", with_unapproved=True, hide=hiding())


def erase_until(folder: DataFolder, number: int, *moment: str) -> None:
    die_at(*moment)
    without_submission(folder, number)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_release_killed_at_any_moment_is_finished_by_the_same_call(
    demo: DataFolder, demo_released: DataFolder, moment: str
) -> None:
    killed(release_until, demo, *MOMENTS[moment])
    done = release(demo, "eins", by="anna", with_unapproved=True, hide=hiding())
    made, expected = demo.releases / "eins", demo_released.releases / "eins"
    assert done.entry is not None
    assert is_whole(made)
    assert contents_hash(made / "wir.duckdb") == contents_hash(expected / "wir.duckdb")
    assert bytes_of(made / "public") == bytes_of(expected / "public")
    assert bytes_of(demo.public) == bytes_of(made / "public")
    ledger = open_ledger(demo)
    (entry,) = entries(ledger, "release")
    assert entry.body["database_sha256"] == sha256_of(made / "wir.duckdb")
    assert [one.kind for one in entries(ledger)] == [one.kind for one in entries(open_ledger(demo_released))]
    assert check_chain(ledger) is None


def test_what_a_killed_attempt_left_is_not_taken_where_the_ledger_has_moved_on(demo: DataFolder) -> None:
    killed(release_until, demo, *MOMENTS["before its entry in the ledger"])
    left = sha256_of(demo.releases / "eins" / "wir.duckdb")
    append(open_ledger(demo), "published", {"night": 0, "sha256": "", "size": 0}, at=NIGHT)
    done = release(demo, "eins", by="anna", with_unapproved=True, hide=hiding())
    assert done.entry is not None
    assert done.entry.body["database_sha256"] != left
    assert done.entry.seq > done.entry.body["night"] > 0


# --- erasure ---------------------------------------------------------------------------------------------------------


def erased(folder: DataFolder) -> int:
    """A submission, recorded as erased."""
    ledger = open_ledger(folder)
    number = next(entry.seq for entry in entries(ledger, "receipt") if entry.body["ags"] == BODIES[0])
    body = {"submission_id": number, "sha256": "", "basis": "decision", "by": ["anna", "berta"], "proposal": 0}
    append(ledger, "erased", body, at=NIGHT)
    return number


def is_told(folder: DataFolder, ags: str) -> bool:
    """Whether the release's database still holds what only that body's report says."""
    return f"{SECRET}-{ags}".encode() in (folder.releases / "eins" / "wir.duckdb").read_bytes()


def figures(folder: DataFolder) -> dict[str, str]:
    hashes = contents_hash(folder.releases / "eins" / "wir.duckdb")
    return {name: digest for name, digest in hashes.items() if name in {"indicators.figures", "publication.cells"}}


def test_an_erased_submission_leaves_the_release_and_its_figures_stay(released: DataFolder) -> None:
    number, before = erased(released), figures(released)
    public = bytes_of(released.public)
    assert [is_told(released, ags) for ags in BODIES] == [True, True]
    assert without_submission(released, number) == ["eins"]
    assert [is_told(released, ags) for ags in BODIES] == [False, True]
    assert figures(released) == before
    assert bytes_of(released.public) == public
    assert is_whole(released.releases / "eins")
    (release_now,) = recorded(released, entries(open_ledger(released), "release", "release_rewritten"))
    assert release_now.database_sha256 == sha256_of(released.releases / "eins" / "wir.duckdb")
    assert release_now.manifest_sha256 == sha256_of(released.releases / "eins" / "manifest.json")
    told = read_manifest(released.releases / "eins") or {}
    assert [act["submission_id"] for act in told["rewritten"]] == [number]


def test_an_erasure_is_done_once(released: DataFolder) -> None:
    number = erased(released)
    without_submission(released, number)
    before = bytes_of(released.releases / "eins")
    assert without_submission(released, number) == []
    assert bytes_of(released.releases / "eins") == before
    assert len(entries(open_ledger(released), "release_rewritten")) == 1


def test_an_altered_release_is_not_rewritten(released: DataFolder) -> None:
    number = erased(released)
    database = released.releases / "eins" / "wir.duckdb"
    database.write_bytes(database.read_bytes() + b"\0")
    before = bytes_of(released.releases / "eins")
    with pytest.raises(ReleaseError, match="ist nicht so, wie das Journal"):
        without_submission(released, number)
    assert bytes_of(released.releases / "eins") == before


@pytest.mark.parametrize(
    "moment",
    [
        ("open", "manifest.json.part"),
        ("os.rename", "wir.duckdb.part"),
        ("os.rename", "manifest.json.part"),
    ],
)
def test_an_erasure_killed_at_any_moment_is_finished_by_the_same_call(
    released: DataFolder, moment: tuple[str, ...]
) -> None:
    number, before = erased(released), figures(released)
    killed(erase_until, released, number, *moment)
    without_submission(released, number)
    assert [is_told(released, ags) for ags in BODIES] == [False, True]
    assert figures(released) == before
    assert is_whole(released.releases / "eins")
    assert not list((released.releases / "eins").glob("*.part"))
    (release_now,) = recorded(released, entries(open_ledger(released), "release", "release_rewritten"))
    assert release_now.manifest_sha256 == sha256_of(released.releases / "eins" / "manifest.json")
