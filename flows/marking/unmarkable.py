"""A workbook that is handed back without marks: the one exception within this room."""


class UnmarkableError(Exception):
    """The workbook cannot be marked without risk; the message is the reason, a German sentence."""
