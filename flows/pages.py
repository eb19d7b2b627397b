"""Pages that stand alone: a template, and a style sheet that the page's own policy names by its hash."""

import re
from base64 import b64encode
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Template


@cache
def template_of(file: Path, plain: Callable[[str], str]) -> "Template":
    """A template in which everything is escaped, and a name that is not given is a mistake of ours.

    Args:
        file: the template; what it includes lies beside it.
        plain: what every text goes through on its way into the page; markup that the template made stays as it is.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    def shown(value: Any) -> Any:
        return plain(value) if type(value) is str else value

    room = Environment(
        loader=FileSystemLoader(file.parent),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return room.get_template(file.name)


def policy_of(style: str) -> str:
    """The content security policy of a page: this one style sheet, and nothing is loaded from anywhere."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def css_text(text: str) -> str:
    """A text as a CSS string that nothing in it can end."""
    escaped = re.sub("[^A-Za-z0-9 ]", lambda sign: f"\\{ord(sign[0]):x} ", text)
    return f'"{escaped}"'
