-- id: KOO-07
-- group: Koordination & Strategie
-- name_de: Teilnehmende an Maßnahmen zur Arbeitsmarktintegration
-- name_en: Participants in labour-market integration measures
-- question_de: Wie viele Menschen nehmen an Maßnahmen zur Arbeitsmarktintegration teil?
-- definition_de: Teilnehmende seit 1. Januar; jede Person einmal je Maßnahme
-- formula_de: Summe(Teilnehmende)
-- unit: persons
-- decimals: 0
-- direction: higher_better
-- protection: persons
-- aggregation: sum
-- basis: report
-- half_year: false
-- breakdowns: {measure_type: Art der Maßnahme, gender: Geschlecht}
-- note_de: Der Bogen fragt nur nach Frauen und insgesamt. Aufgabe seit 2026, keine frühere Zeitreihe.
WITH measures AS (
    SELECT * FROM accepted.labour_market_measures
)

SELECT
    ags,
    period,
    submission_id,
    'labour_market_measures' AS section,
    row_key,
    unnest(['gesamt', 'measure_type=' || measure_type]) AS breakdown,
    participants_total AS numerator,
    NULL AS denominator
FROM measures
UNION ALL
SELECT
    ags,
    period,
    submission_id,
    'labour_market_measures' AS section,
    row_key,
    'gender=Frauen' AS breakdown,
    participants_women AS numerator,
    NULL AS denominator
FROM measures
