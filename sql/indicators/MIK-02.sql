-- id: MIK-02
-- group: Mikroprojekte/Weiterleitung
-- name_de: Weitergeleitete Landesmittel
-- name_en: Funds passed on
-- question_de: Wie viel haben die Kommunen an Träger weitergeleitet?
-- definition_de: Im Berichtsjahr an gemeinnützige Träger weitergeleitete Landesmittel, vor Rückforderungen
-- formula_de: Summe(weitergeleiteter Betrag, weitergeleitet im Zeitraum)
-- unit: EUR
-- decimals: 2
-- direction: neutral
-- protection: none
-- aggregation: sum
-- basis: report
-- half_year: false
-- breakdowns: {carrier_type: Art des Trägers, purpose: Zweck}
-- note_de: Vorhaben früherer Jahre stehen weiter im Bogen, bis ihr Nachweis geprüft ist, zählen hier aber nicht.
WITH forwarded AS (
    SELECT * FROM accepted.forwarded_of_period
)

SELECT
    ags,
    period,
    submission_id,
    'forwarded_funds' AS section,
    row_key,
    unnest(['gesamt', 'carrier_type=' || carrier_type, 'purpose=' || purpose]) AS breakdown,
    amount_of_period_eur AS numerator,
    NULL AS denominator
FROM forwarded
