"""Everything that marking says in German beside the findings' own sentences."""

from expectations.finding import Severity

TITLE = "Prüfbericht"
HEADINGS = ("Stand", "Stelle", "Was uns aufgefallen ist", "Was zu tun ist", "Code")
OPEN, CHANGED, EXPLAINED = "offen", "geändert", "erläutert"
NO_FINDINGS = "Es gibt nichts zu beanstanden."
BANDS = {
    Severity.FATAL: ("Grund, warum der Bogen nicht gelesen wurde", "Gründe, warum der Bogen nicht gelesen wurde"),
    Severity.ERROR: ("Fehler – bitte berichtigen", "Fehler – bitte berichtigen"),
    Severity.WARNING: ("Auffälligkeit – bitte prüfen oder erläutern", "Auffälligkeiten – bitte prüfen oder erläutern"),
    Severity.HINT: ("Hinweis – zur Kenntnis", "Hinweise – zur Kenntnis"),
}
SEVERITIES = {
    Severity.FATAL: "Grund",
    Severity.ERROR: "Fehler",
    Severity.WARNING: "Auffälligkeit",
    Severity.HINT: "Hinweis",
}
HOW_TO = (
    "Mit einem Klick auf eine Stelle springen Sie dorthin; die Notiz an der Zelle sagt, was zu tun ist. Markierung und "
    "Stand ändern sich, sobald Sie den Wert ändern. Senden Sie danach diese Datei ein, so wie sie ist: Dieses Blatt "
    "und die Notizen werden dabei übergangen; bitte tragen Sie hier nichts ein. Ob alles stimmt, sagt Ihnen die "
    "nächste Prüfung."
)
WHOLE_FILE = "ganze Datei"
TRIAL = "Diese Regel wird erprobt; sie entscheidet noch nichts."
UNRUN = "Nicht geprüft:"
THREADED_LEFT = (
    "An Zellen, an denen Sie schon Kommentare austauschen, steht keine Notiz von uns: {cells}. Die Markierung ist dort."
)
NOTES_LEFT = (
    "Auf diesen Blättern ließen sich keine Notizen an den Zellen anbringen; die Markierungen sind dort: {sheets}."
)
MARKS_LEFT = (
    "Markiert sind die ersten {marked} Zellen; {left} weitere nennen nur diese Liste und das Prüfprotokoll, damit die "
    "Datei klein bleibt."
)

NOTE_AUTHOR = "WIR-Prüfung"


def count_text(number: int) -> str:
    """A whole number with thousands dots."""
    return f"{number:,}".replace(",", ".")


def band(severity: Severity, number: int) -> str:
    """The heading over the findings of one severity: `3 Fehler – bitte berichtigen`."""
    one, many = BANDS[severity]
    return f"{count_text(number)} {one if number == 1 else many}"


def group(code: str, places: int) -> str:
    """The heading over several findings of one rule."""
    return f"{code} · {count_text(places)} Stellen"


def place(sheet: str, cell: str) -> str:
    """A place as the list names it: `03 Finanzen, C12`."""
    return ", ".join(part for part in (sheet, cell) if part) or WHOLE_FILE


def hidden(text: str) -> str:
    """A place on a sheet that is not shown."""
    return f"{text} (ausgeblendet)"


def further(of: str) -> str:
    """What stands beside a further cell of the same cause."""
    return f"wie {of}" if of else "ebenso"


def more(text: str) -> str:
    """A number of further cells that the finding does not name."""
    return f"Ebenso: {text}."


def unlisted(number: int) -> str:
    """Further cells that the list leaves out."""
    return f"Ebenso an {count_text(number)} weiteren Stellen; die JSON-Datei des Protokolls nennt sie alle."


def expected(text: str) -> str:
    """What was expected, where the sentence does not say it."""
    return f"Erwartet: {text}"


def explained(text: str) -> str:
    """The sender's explanation."""
    return f"Von Ihnen erläutert: {text}"


def offered(text: str) -> str:
    """What the body said to the same cause in its last report."""
    said = f"In Ihrem letzten Bericht schrieben Sie dazu: „{text}“."
    return f"{said} Gilt das weiter, schreiben Sie „wie bisher“ auf Blatt 11."
