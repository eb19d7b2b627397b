"""What parent and worker say to each other."""

LENGTH_BYTES = 8
"""Before each payload and each answer."""
READY, BEGUN, DONE, LEAVING, MEMORY, FAULT = b"r", b"b", b"d", b"l", b"m", b"f"
"""What a worker says: it waits, it has the whole payload, it has an answer, that and goes, it broke in this way."""
NOTES_MAX_BYTES = 64 * 1024
"""So much may a worker write to files, its own last words included."""
