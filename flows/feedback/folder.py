"""What municipalities get back as files: `feedback/<ags>/`, the files of a submission side by side."""

import json
import os
import re
import tempfile
from dataclasses import replace
from pathlib import Path

from flows.feedback.checked import Checked
from flows.feedback.documents import as_document
from flows.feedback.names import marked_name, protocol_name
from flows.feedback.page import protocol_page
from flows.feedback.terminal import protocol_text
from flows.feedback.texts import WATERMARK

_TOLD = re.compile(r'\{"journal": ([0-9]+), "marked": (true|false),')


def told_verdict(folder: Path, submission_id: int) -> int | None:
    """The ledger entry of the verdict that a submission's protocol tells.

    None where it is not there in all forms, or the marked workbook of which it tells is gone.
    """
    as_json, *others = _protocol_files(folder, submission_id)
    try:
        with as_json.open(encoding="utf-8") as file:
            found = _TOLD.match(file.readline())
    except (OSError, ValueError):
        return None
    if found is None:
        return None
    if found[2] == "true":
        others.append(marked_file(folder, submission_id))
    return int(found[1]) if all(file.is_file() for file in others) else None


def write_feedback(folder: Path, submission_id: int, checked: Checked, *, verdict: int) -> None:
    """Write `<submission>-pruefprotokoll.html`, `.txt` and `.json`, each whole, into the body's feedback folder.

    A marked workbook, where there is one, is written before: the page tells of it.

    Args:
        folder: where the body's protocols lie.
        submission_id: names the files.
        checked: what they tell.
        verdict: the ledger entry of that verdict; a newer one renews the protocol.
    """
    folder.mkdir(parents=True, exist_ok=True)
    is_marked = marked_file(folder, submission_id).is_file()
    told = replace(checked, submission_id=submission_id, is_marked=is_marked)
    as_json, as_text, as_page = _protocol_files(folder, submission_id)
    _write_whole(as_page, protocol_page(told).encode())
    _write_whole(as_text, ((f"{WATERMARK}\n\n" if told.is_demo else "") + protocol_text(told)).encode())
    _write_whole(as_json, _json_text(told, verdict).encode(errors="backslashreplace"))


def _json_text(checked: Checked, verdict: int) -> str:
    """The document with the ledger entry on its first line, where `told_verdict` finds it without reading the rest."""
    document = {**({"demo": True} if checked.is_demo else {}), **as_document(checked)}
    is_marked = json.dumps(checked.is_marked)
    return f'{{"journal": {verdict}, "marked": {is_marked},\n{json.dumps(document, ensure_ascii=False)[1:]}\n'


def write_marked(folder: Path, submission_id: int, data: bytes) -> Path:
    """Write the sender's own workbook with its marked cells, whole, beside the protocol."""
    folder.mkdir(parents=True, exist_ok=True)
    target = marked_file(folder, submission_id)
    _write_whole(target, data)
    return target


def marked_file(folder: Path, submission_id: int) -> Path:
    """Where the marked workbook of a submission lies: `000012-markiert.xlsx`."""
    return folder / marked_name(submission_id)


def _protocol_files(folder: Path, submission_id: int) -> tuple[Path, Path, Path]:
    name = protocol_name(submission_id)
    return folder / f"{name}.json", folder / f"{name}.txt", folder / f"{name}.html"


def _write_whole(target: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
