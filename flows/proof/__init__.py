"""Proof: that nothing was altered, that figures come from what was received, and what is needed to begin again.

`verify` says what differs, `evidence` packs what an auditor wants to see with the eyes, `backup` keeps everything that
cannot be rebuilt.
"""

from flows.proof.backup import Backup, BackupError, back_up, restore
from flows.proof.evidence import Evidence, EvidenceError, Request, draw_evidence, population_in
from flows.proof.findings import Deviation, Part, Proof
from flows.proof.verify import verify

__all__ = [
    "Backup",
    "BackupError",
    "Deviation",
    "Evidence",
    "EvidenceError",
    "Part",
    "Proof",
    "Request",
    "back_up",
    "draw_evidence",
    "population_in",
    "restore",
    "verify",
]
