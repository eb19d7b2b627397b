"""What the night's artifacts say, in one look."""
from typing import Any
def as_markdown(o): return f"# Nacht\n{o.received}"
def as_table(o): return [{"AGS": r.ags, "Name": r.name} for r in o.rows]
