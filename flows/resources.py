"""Where the SQL and the packaged reference data lie: beside the code in a wheel, in the repository otherwise."""

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@cache
def sql_folder() -> Path:
    """The folder with `views/`, `checks/`, `indicators/` and `audit/`."""
    bundled = _PACKAGE / "_bundled" / "sql"
    return bundled if bundled.is_dir() else _PACKAGE.parent / "sql"


@cache
def reference_folder() -> Path:
    """The folder with the packaged reference data: public facts only."""
    bundled = _PACKAGE / "_bundled" / "reference"
    return bundled if bundled.is_dir() else _PACKAGE.parent / "data" / "reference"


@cache
def project_folder() -> Path | None:
    """The repository's root when the program runs from a checkout, else None."""
    root = _PACKAGE.parent
    return root if (root / "pyproject.toml").is_file() and (root / "sql").is_dir() else None


def sql_files(kind: str) -> dict[str, str]:
    """The SQL texts of one kind (`views`, `checks`, `indicators`, `audit`) by name, in order of name."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted((sql_folder() / kind).glob("*.sql"))}
