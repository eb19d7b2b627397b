-- id: DOL-01
-- group: Laiendolmetschende
-- name_de: Aktive Laiendolmetschende
-- name_en: Active lay interpreters
-- question_de: Wie viele Laiendolmetschende sind aktiv, wie viele gehören zum Pool?
-- definition_de: Personen, die am Stichtag zum Pool gehören und seit 1. Januar mindestens einen Einsatz hatten
-- formula_de: Summe(Aktive); Gliederung Pool – Summe(Personen im Pool)
-- unit: persons
-- decimals: 0
-- direction: higher_better
-- protection: persons
-- aggregation: sum
-- basis: report
-- half_year: false
-- breakdowns: {gender: Geschlecht, membership: Zugehörigkeit}
-- note_de: >-
--   „membership=Pool“ zählt alle Personen im Pool, auch die ohne Einsatz. Der Bogen fragt nur nach Frauen und
--   insgesamt.
WITH interpreters AS (
    SELECT * FROM accepted.interpreters
)

SELECT
    ags,
    period,
    submission_id,
    'interpreters' AS section,
    row_key,
    'gesamt' AS breakdown,
    active_total AS numerator,
    NULL AS denominator
FROM interpreters
UNION ALL
SELECT
    ags,
    period,
    submission_id,
    'interpreters' AS section,
    row_key,
    'gender=Frauen' AS breakdown,
    active_women AS numerator,
    NULL AS denominator
FROM interpreters
UNION ALL
SELECT
    ags,
    period,
    submission_id,
    'interpreters' AS section,
    row_key,
    'membership=Pool' AS breakdown,
    pool_persons AS numerator,
    NULL AS denominator
FROM interpreters
