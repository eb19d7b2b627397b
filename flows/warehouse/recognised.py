"""The table of what the granting authority recognised."""

from flows.warehouse.inputs import Table, column

RECOGNITIONS = Table(
    "intake",
    "recognitions",
    "Anerkannte Verwendung je Einreichung und Bescheid: die letzte Entscheidung der Bewilligungsbehörde; die früheren "
    "stehen im Journal",
    ("submission_id", "grant_number"),
    (
        column("submission_id", "BIGINT", "Einreichung, über die entschieden wurde"),
        column("grant_number", "VARCHAR", "Nummer des Zuwendungsbescheids"),
        column("reported_eur", "DECIMAL(14, 2)", "Als verwendet gemeldete Landesmittel (EUR)"),
        column("recognised_eur", "DECIMAL(14, 2)", "Davon anerkannt (EUR)"),
        column("cut_eur", "DECIMAL(14, 2)", "Davon gekürzt (EUR)"),
        column("recognised_at", "TIMESTAMP", "Zeitpunkt der Entscheidung (UTC)"),
        column("recognised_by", "VARCHAR", "Wer sie eingetragen hat (Kennung)"),
        column("why", "VARCHAR", "Prüfvermerk; leer, wenn er gelöscht wurde"),
        column("in_force", "BOOLEAN", "Ob der Bericht noch gilt; sonst wurde er ersetzt oder für ungültig erklärt"),
        column("entry", "BIGINT", "Eintrag im Journal"),
    ),
    cited=True,
)
