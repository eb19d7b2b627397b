"""Tables of what people decided: acts of the data team, and what happened to each submission."""

from flows.warehouse.inputs import Table, column

DECISIONS = Table(
    "intake",
    "decisions",
    "Entscheidungen des Ministeriums zu Berichten und Berichtspflichten, in der Reihenfolge des Journals",
    ("seq",),
    (
        column("seq", "BIGINT", "Eintrag im Journal"),
        column("decided_at", "TIMESTAMP", "Zeitpunkt (UTC)"),
        column("decided_on", "DATE", "Tag in Hessen"),
        column(
            "act",
            "VARCHAR",
            "approve = Freigabe, return = Rückgabe, void = Aufhebung, recognise = Anerkennung, extend = "
            "Fristverlängerung, waive = Befreiung, erase = Löschung, release = Veröffentlichung",
        ),
        column("submission_id", "BIGINT", "Einreichung, über die entschieden wurde; leer bei Berichtspflichten"),
        column("ags", "VARCHAR", "Amtlicher Gemeindeschlüssel der Kommune"),
        column("period", "VARCHAR", "Berichtszeitraum: 2026-H1, 2026 oder 2026-2030"),
        column("until", "DATE", "Bei einer Verlängerung: das Datum, bis zu dem sie gewährt ist"),
        column("retroactive", "BOOLEAN", "Bei einer Verlängerung: ob sie nach Ablauf der Frist gewährt wurde"),
        column("by_first", "VARCHAR", "Kennung der ersten Person; leer, wo eine Frist im Programm ablief"),
        column("by_second", "VARCHAR", "Kennung der zweiten Person, wo das Vier-Augen-Prinzip gilt"),
        column("why", "VARCHAR", "Begründung; leer, wenn sie gelöscht ist"),
        column("proposal", "BIGINT", "Eintrag im Journal, mit dem die erste Person vorschlug"),
    ),
)
STEPS = Table(
    "intake",
    "steps",
    "Was mit jeder Einreichung geschah: Eingang, Prüfergebnisse und Entscheidungen; es kommen nur Zeilen hinzu",
    ("seq",),
    (
        column("seq", "BIGINT", "Eintrag im Journal"),
        column("submission_id", "BIGINT", "Einreichung: laufende Nummer ihres Eingangs im Journal"),
        column(
            "step",
            "VARCHAR",
            "received = eingegangen; ein Prüfergebnis (accepted, accepted_with_warnings, awaiting_explanation, "
            "returned, unreadable); approved = freigegeben, sent_back = vom Ministerium zurückgegeben, voided = "
            "aufgehoben, erased = gelöscht",
        ),
        column("happened_at", "TIMESTAMP", "Zeitpunkt (UTC); beim Eingang nach der Uhr der Quelle"),
        column("happened_on", "DATE", "Tag in Hessen"),
    ),
    cited=True,
)
