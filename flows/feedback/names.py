"""What the files of a submission are called that its sender gets back."""


def protocol_name(submission_id: int) -> str:
    """The protocol in all its forms, without the suffix: `000012-pruefprotokoll`."""
    return f"{submission_id:06d}-pruefprotokoll"


def marked_name(submission_id: int) -> str:
    """The sender's own workbook with its marked cells: `000012-markiert.xlsx`."""
    return f"{submission_id:06d}-markiert.xlsx"
