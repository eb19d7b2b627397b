"""Where the SQL and the packaged reference data lie: beside the code in a wheel, in the repository otherwise."""

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import expectations

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


@cache
def program_fingerprint() -> str:
    """SHA-256 over all that decides how a database is built: our code, forms, rules and SQL, and what computes them.

    Two that differ may build the same; two that are the same build the same.
    """
    roots = {"flows": _PACKAGE, "expectations": Path(expectations.__file__).parent, "sql": sql_folder()}
    lines = [f"{name} {version(name)}" for name in ("duckdb", "polars")]
    for name, root in roots.items():
        files = sorted(path for pattern in ("*.py", "*.yml", "*.sql") for path in root.rglob(pattern))
        names = [(path.relative_to(root).as_posix(), path) for path in files]
        lines += [f"{name}/{at} {sha256(path.read_bytes()).hexdigest()}" for at, path in names if "_bundled" not in at]
    return sha256("\n".join(lines).encode()).hexdigest()
