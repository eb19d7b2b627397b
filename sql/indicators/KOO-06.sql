-- id: KOO-06
-- group: Koordination & Strategie
-- name_de: Maßnahmen zur Arbeitsmarktintegration
-- name_en: Labour-market integration measures
-- question_de: Wie viele Maßnahmen zur Arbeitsmarktintegration gab es?
-- definition_de: Maßnahmen des Vielfaltszentrums seit 1. Januar, auch laufende
-- formula_de: Summe(Maßnahmen)
-- unit: count
-- decimals: 0
-- direction: higher_better
-- protection: none
-- aggregation: sum
-- basis: report
-- half_year: false
-- breakdowns: {measure_type: Art der Maßnahme}
-- note_de: >-
--   Nur nach Art gegliedert; Teilnehmende stehen in KOO-07, Übergänge in KOO-08. Aufgabe seit 2026, keine frühere
--   Zeitreihe.
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
    measures AS numerator,
    NULL AS denominator
FROM measures
