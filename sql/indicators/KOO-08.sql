-- id: KOO-08
-- group: Koordination & Strategie
-- name_de: Übergänge aus Maßnahmen zur Arbeitsmarktintegration
-- name_en: Transitions from labour-market integration measures
-- question_de: Wie viele Teilnehmende finden Arbeit oder Ausbildung, wie viele Abschlüsse werden anerkannt?
-- definition_de: Aufgenommene Beschäftigungen, begonnene Ausbildungen und anerkannte Abschlüsse seit 1. Januar
-- formula_de: Summe(in Arbeit + in Ausbildung + Anerkennungen)
-- unit: count
-- decimals: 0
-- direction: higher_better
-- protection: persons
-- aggregation: sum
-- basis: report
-- half_year: false
-- breakdowns: {transition: Übergang}
-- note_de: >-
--   Beobachtete Übergänge, keine Wirkung der Maßnahmen. Wer nach einer Anerkennung eine Arbeit aufnimmt, zählt bei
--   beidem.
WITH measures AS (
    SELECT * FROM accepted.labour_market_measures
)

SELECT
    ags,
    period,
    submission_id,
    'labour_market_measures' AS section,
    row_key,
    'gesamt' AS breakdown,
    into_work + into_training + recognitions AS numerator,
    NULL AS denominator
FROM measures
UNION ALL
SELECT
    ags,
    period,
    submission_id,
    'labour_market_measures' AS section,
    row_key,
    'transition=Arbeit' AS breakdown,
    into_work AS numerator,
    NULL AS denominator
FROM measures
UNION ALL
SELECT
    ags,
    period,
    submission_id,
    'labour_market_measures' AS section,
    row_key,
    'transition=Ausbildung' AS breakdown,
    into_training AS numerator,
    NULL AS denominator
FROM measures
UNION ALL
SELECT
    ags,
    period,
    submission_id,
    'labour_market_measures' AS section,
    row_key,
    'transition=Anerkennung' AS breakdown,
    recognitions AS numerator,
    NULL AS denominator
FROM measures
