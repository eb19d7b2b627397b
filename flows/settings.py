"""Where things lie: the data folder and its rooms."""

import os
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo

from expectations.errors import StatedError
from flows.resources import project_folder

BERLIN = ZoneInfo("Europe/Berlin")


class SettingsError(StatedError):
    """The program cannot know where to work; the message says what to set."""

    exit_code = 64


@dataclass(frozen=True)
class DataFolder:
    """The data folder: everything the program receives and makes lies below `root`, and nowhere else."""

    root: Path

    @property
    def inbox(self) -> Path:
        """Drop files here; pulls write here too."""
        return self.root / "inbox"

    @property
    def archive(self) -> Path:
        """Originals by SHA-256, never changed."""
        return self.root / "archive"

    @property
    def ledger_file(self) -> Path:
        """The append-only journal."""
        return self.root / "ledger.sqlite"

    @property
    def feedback(self) -> Path:
        """What municipalities get back: `feedback/<ags>/`."""
        return self.root / "feedback"

    @property
    def published(self) -> Path:
        """What readers see."""
        return self.root / "published"

    @property
    def database(self) -> Path:
        """The auditors' database."""
        return self.published / "wir.duckdb"

    @property
    def releases(self) -> Path:
        """Frozen publications, one folder each; never changed except by an act of erasure."""
        return self.published / "releases"

    @property
    def public(self) -> Path:
        """What the public gets: the last release's public files."""
        return self.published / "public"

    @property
    def cache(self) -> Path:
        """Derived files that may be deleted at any time."""
        return self.root / "cache"

    @property
    def prefect_home(self) -> Path:
        """Prefect's own records of past nights."""
        return self.root / "prefect"

    @property
    def build_lock(self) -> Path:
        """Held by the one process that builds."""
        return self.root / "build.lock"


@dataclass(frozen=True)
class Settings:
    """What an installation may set in `wir.toml` in its data folder.

    Attributes:
        contact: whom municipalities may ask, one German sentence; printed into the templates.
    """

    contact: str = ""


def settings_of(folder: DataFolder) -> Settings:
    """The settings of a data folder; defaults where there is no `wir.toml`.

    Raises:
        SettingsError: the file is no TOML, or sets something that we do not know.
    """
    file = folder.root / "wir.toml"
    if not file.is_file():
        return Settings()
    try:
        declared = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{file} cannot be read: {error}") from error
    unknown = sorted(declared.keys() - {"contact"})
    if unknown:
        raise SettingsError(f"{file}: {', '.join(unknown)} is not known; there is: contact")
    return Settings(contact=str(declared.get("contact", "")))


def require_posix() -> None:
    """Refuse what takes in other people's files where files cannot be locked and processes cannot be bounded.

    Raises:
        StatedError: this is Windows.
    """
    if find_spec("fcntl") is None or find_spec("resource") is None:
        raise StatedError("Nights need Linux or macOS; `wir template`, `wir check` and `wir migrate` work here too.")


def data_folder() -> DataFolder:
    """The data folder that `WIR_DATA` names; in a checkout without it, `data` in the project.

    Raises:
        SettingsError: the program runs outside a checkout and `WIR_DATA` is not set.
    """
    named = os.environ.get("WIR_DATA", "").strip()
    if named:
        return DataFolder(Path(named).expanduser().resolve())
    project = project_folder()
    if project is None:
        raise SettingsError("Set WIR_DATA to the data folder, for example: export WIR_DATA=$HOME/wir")
    return DataFolder(project / "data")


def berlin_date(moment: datetime) -> date:
    """The calendar day in Berlin of an aware moment."""
    return moment.astimezone(BERLIN).date()


def utc_text(moment: datetime) -> str:
    """An aware moment as the ledger writes it: ISO 8601, UTC, microseconds, `+00:00`."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
