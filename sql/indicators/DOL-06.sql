-- id: DOL-06
-- group: Laiendolmetschende
-- name_de: Nicht gedeckte Anfragen
-- name_en: Unmet requests
-- question_de: In welchen Sprachen fehlen Laiendolmetschende?
-- definition_de: Angefragte Einsätze, die nicht zustande kamen, nach Sprachen; nur Sprachen mit erfassten Anfragen
-- formula_de: Summe(Anfragen − Einsätze), über Sprachen mit erfassten Anfragen
-- unit: count
-- decimals: 0
-- direction: lower_better
-- protection: sensitive
-- aggregation: sum
-- basis: report
-- half_year: false
-- land_only: true
-- breakdowns: {language: Sprache}
-- note_de: >-
--   Nur für das Land: Je Kommune wären es zu wenige Anfragen. Eine Kommune, die zu keiner Sprache Anfragen erfasst,
--   zählt nicht.
WITH languages AS (
    SELECT * FROM accepted.requested_languages
)

SELECT
    ags,
    period,
    submission_id,
    'languages' AS section,
    row_key,
    breakdown,
    requests - assignments AS numerator,
    NULL AS denominator
FROM languages
