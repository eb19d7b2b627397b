"""What a release decided: which cells it shows, what the next release must know, and how much was hidden so far."""

from flows.warehouse.inputs import Table, column

_INDICATOR = column("indicator_id", "VARCHAR", "Kennzahl")
_PERIOD = column("period", "VARCHAR", "Berichtszeitraum")
_BREAKDOWN = column("breakdown", "VARCHAR", "gesamt oder eine Gliederung als name=wert")
_SUPPRESSION = column(
    "suppression",
    "VARCHAR",
    "Warum geheim: primary = zu kleine Zahl, secondary = schützt eine andere, policy = nie gezeigt; leer = offen",
)

CELLS_OF_RELEASE = Table(
    "publication",
    "cells",
    "Alle Zellen der Veröffentlichung mit ihren wahren Werten und dem Vermerk, ob sie geheim bleiben",
    ("indicator_id", "period", "area_kind", "area_key", "breakdown"),
    (
        _INDICATOR,
        column("area_kind", "VARCHAR", "body = Kommune, regierungsbezirk, type = Art der Kommune, land"),
        column("area_key", "VARCHAR", "Schlüssel des Gebiets"),
        column("area", "VARCHAR", "Name des Gebiets"),
        _PERIOD,
        column("report_kind", "VARCHAR", "Halbjahresbericht, Jahresbericht oder Schlussbericht"),
        _BREAKDOWN,
        column("state", "VARCHAR", "ok, not_recorded, missing_report oder not_applicable; auch bei geheimen Zellen"),
        column("value", "DECIMAL(20, 2)", "Wahrer Wert"),
        column("numerator", "DECIMAL(28, 6)", "Wahrer Zähler"),
        column("denominator", "DECIMAL(28, 6)", "Wahrer Nenner; leer bei Summen"),
        column("unit", "VARCHAR", "Einheit"),
        column("bodies_counted", "INTEGER", "Kommunen, auf denen der Wert beruht"),
        column("bodies_due", "INTEGER", "Kommunen mit Berichtspflicht im Zeitraum oder mit Bericht"),
        column("denominator_note", "VARCHAR", "Anmerkung zum Nenner"),
        _SUPPRESSION,
        column("is_numerator_public", "BOOLEAN", "Ob der Zähler gezeigt wird, auch wo der Wert geheim ist"),
        column("is_denominator_public", "BOOLEAN", "Ob der Nenner gezeigt wird, auch wo der Wert geheim ist"),
    ),
)
COUNTS_OF_RELEASE = Table(
    "publication",
    "counts",
    "Geschützte Anzahlen hinter den Zellen, offen oder geheim: was die nächste Veröffentlichung wissen muss, damit aus "
    "beiden zusammen nichts Geheimes folgt",
    ("indicator_id", "side", "period", "area_key", "breakdown"),
    (
        _INDICATOR,
        column("side", "VARCHAR", "numerator = Zähler, denominator = Nenner"),
        _PERIOD,
        column("area_key", "VARCHAR", "Schlüssel des Gebiets"),
        _BREAKDOWN,
        column("count", "VARCHAR", "Kennung der Anzahl; gleiche Anzahlen tragen dieselbe"),
        column("value", "DECIMAL(28, 6)", "Wahrer Wert"),
        column("width", "DECIMAL(28, 6)", "So breit bleibt mindestens, was ein Angreifer für möglich halten muss"),
        _SUPPRESSION,
    ),
)
SUPPRESSED = Table(
    "publication",
    "suppressed",
    "Wie viele Zellen jede Veröffentlichung geheim hält, je Tabelle (Gruppe von Kennzahlen) und Zeitraum; nie je "
    "Kommune. Alle bisherigen Veröffentlichungen",
    ("release_number", "group", "period"),
    (
        column("release_number", "INTEGER", "Laufende Nummer der Veröffentlichung, ab 1"),
        column("release", "VARCHAR", "Name der Veröffentlichung"),
        column("group", "VARCHAR", 'Gruppe der Kennzahlen; in SQL steht der Name in Anführungszeichen: "group"'),
        _PERIOD,
        column("cells", "BIGINT", "Zellen mit einem Wert"),
        column(
            "primary",
            "BIGINT",
            'Davon geheim, weil die Zahl zu klein ist; in SQL steht der Name in Anführungszeichen: "primary"',
        ),
        column("secondary", "BIGINT", "Davon geheim, weil sonst eine andere geheime Zahl folgte"),
        column("policy", "BIGINT", "Davon geheim, weil solche Werte nie veröffentlicht werden"),
    ),
    cited=True,
)
RELEASED = {"cells": CELLS_OF_RELEASE, "counts": COUNTS_OF_RELEASE, "suppressed": SUPPRESSED}
"""Tables of a release by the name of their frame in `WarehouseInputs.released`; a missing frame counts as empty."""
