-- id: OEF-03
-- group: Öffnung & Antidiskriminierung
-- name_de: Erreichte Institutionen
-- name_en: Institutions reached
-- question_de: Wie viele Einrichtungen wurden mit Maßnahmen zur Öffnung erreicht?
-- definition_de: Einrichtungen mit mindestens einer Maßnahme zur Öffnung; jede einmal je Kommune
-- formula_de: Summe(erreichte Einrichtungen)
-- unit: count
-- decimals: 0
-- direction: higher_better
-- protection: none
-- aggregation: sum
-- basis: report
-- half_year: false
-- breakdowns: {institution_type: Art der Einrichtung}
WITH institutions AS (
    SELECT * FROM accepted.institutions_reached
)

SELECT
    ags,
    period,
    submission_id,
    'institutions_reached' AS section,
    row_key,
    unnest(['gesamt', 'institution_type=' || institution_type]) AS breakdown,
    institutions AS numerator,
    NULL AS denominator
FROM institutions
