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
    SELECT * FROM accepted.forwarded_funds
),

empty_tables AS (
    SELECT * FROM accepted.empty_tables
    WHERE section = 'forwarded_funds'
),

periods AS (
    SELECT * FROM reference.periods
)

SELECT
    forwarded.ags,
    forwarded.period,
    forwarded.submission_id,
    'forwarded_funds' AS section,
    forwarded.row_key,
    unnest(['gesamt', 'carrier_type=' || forwarded.carrier_type, 'purpose=' || forwarded.purpose]) AS breakdown,
    CASE
        WHEN forwarded.forwarded_on BETWEEN periods.first_day AND periods.closing_day THEN forwarded.amount_eur
        ELSE 0
    END AS numerator,
    NULL AS denominator
FROM forwarded
INNER JOIN periods ON forwarded.period = periods.period
UNION ALL
SELECT
    ags,
    period,
    submission_id,
    section,
    '' AS row_key,
    'gesamt' AS breakdown,
    0 AS numerator,
    NULL AS denominator
FROM empty_tables
