-- id: OEF-02
-- group: Öffnung & Antidiskriminierung
-- name_de: Teilnahmen an Fortbildungen
-- name_en: Participations in trainings
-- question_de: Wie viele Teilnahmen an Fortbildungen zur Öffnung gab es?
-- definition_de: Teilnahmen an Fortbildungen zu Vielfalt, gegen Diskriminierung und zu einfacher Sprache
-- formula_de: Summe(Teilnahmen an Maßnahmen der Art Fortbildung)
-- unit: participations
-- decimals: 0
-- direction: higher_better
-- protection: persons
-- aggregation: sum
-- basis: report
-- half_year: false
-- breakdowns: {institution_type: Art der Einrichtung, gender: Geschlecht}
-- note_de: Teilnahmen, nicht Beschäftigte. Der Bogen fragt nur nach Frauen und insgesamt.
WITH measures AS (
    SELECT * FROM accepted.opening_measures
)

SELECT
    ags,
    period,
    submission_id,
    'opening_measures' AS section,
    row_key,
    unnest(['gesamt', 'institution_type=' || institution_type]) AS breakdown,
    CASE WHEN measure_type = 'Fortbildung' THEN participants_total ELSE 0 END AS numerator,
    NULL AS denominator
FROM measures
UNION ALL
SELECT
    ags,
    period,
    submission_id,
    'opening_measures' AS section,
    row_key,
    'gender=Frauen' AS breakdown,
    CASE WHEN measure_type = 'Fortbildung' THEN participants_women ELSE 0 END AS numerator,
    NULL AS denominator
FROM measures
