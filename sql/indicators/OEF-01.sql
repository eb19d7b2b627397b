-- id: OEF-01
-- group: Öffnung & Antidiskriminierung
-- name_de: Maßnahmen zur vielfaltsorientierten Öffnung
-- name_en: Measures for diversity-oriented opening
-- question_de: Wie viele Maßnahmen zur vielfaltsorientierten Öffnung gab es?
-- definition_de: Maßnahmen in Verwaltung, Vereinen und anderen Einrichtungen seit 1. Januar, auch laufende
-- formula_de: Summe(Maßnahmen)
-- unit: count
-- decimals: 0
-- direction: higher_better
-- protection: none
-- aggregation: sum
-- basis: report
-- half_year: false
-- breakdowns: {measure_type: Art der Maßnahme, institution_type: Art der Einrichtung}
WITH measures AS (
    SELECT * FROM accepted.opening_measures
)

SELECT
    ags,
    period,
    submission_id,
    'opening_measures' AS section,
    row_key,
    unnest(['gesamt', 'measure_type=' || measure_type, 'institution_type=' || institution_type]) AS breakdown,
    measures AS numerator,
    NULL AS denominator
FROM measures
