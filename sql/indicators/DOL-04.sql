-- id: DOL-04
-- group: Laiendolmetschende
-- name_de: Verfügbare Sprachen
-- name_en: Available languages
-- question_de: Wie viele verschiedene Sprachen können gedolmetscht werden?
-- definition_de: Verschiedene Sprachen mit mindestens einer Person im Pool am Stichtag
-- formula_de: Anzahl(verschiedene Sprachen mit mindestens einer Person)
-- unit: count
-- decimals: 0
-- direction: higher_better
-- protection: sensitive
-- aggregation: distinct
-- basis: report
-- half_year: false
-- note_de: >-
--   In einem Gebiet zählt jede Sprache einmal, gleich wie viele Kommunen sie anbieten; die Werte der Kommunen werden
--   nicht addiert. „Sonstige Sprache“ zählt als eine.
WITH languages AS (
    SELECT * FROM accepted.languages
)

SELECT
    ags,
    period,
    submission_id,
    'languages' AS section,
    row_key,
    'gesamt' AS breakdown,
    CASE WHEN persons IS NOT NULL THEN cast(persons > 0 AS INTEGER) END AS numerator,
    NULL AS denominator
FROM languages
