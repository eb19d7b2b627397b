-- id: DOL-05
-- group: Laiendolmetschende
-- name_de: Neu qualifizierte Laiendolmetschende
-- name_en: Newly qualified lay interpreters
-- question_de: Wie viele Personen haben eine Basisqualifizierung zum Laiendolmetschen abgeschlossen?
-- definition_de: Abschlüsse in Basisqualifizierungen (ab 24 Einheiten zu 45 Minuten), begonnen im Berichtsjahr
-- formula_de: Summe(Abgeschlossene der Kurse mit mindestens 24 Unterrichtseinheiten)
-- unit: persons
-- decimals: 0
-- direction: higher_better
-- protection: persons
-- aggregation: sum
-- basis: report
-- half_year: false
-- breakdowns: {gender: Geschlecht}
-- note_de: >-
--   Ein Kurs, der noch läuft, hat noch keine Abschlüsse; bis dahin ist die Kennzahl der Kommune „nicht erhoben“.
--   Kürzere Kurse sind keine Basisqualifizierung und zählen 0; die Mindestdauer ist ein datierter Parameter. Der Bogen
--   fragt nur nach Frauen und insgesamt.
WITH trainings AS (
    SELECT * FROM accepted.interpreter_training
),

length_required AS (
    SELECT * FROM reference.parameters_of_period
    WHERE name = 'interpreter_training_units'
),

completions AS (
    SELECT
        trainings.ags,
        trainings.period,
        trainings.submission_id,
        trainings.row_key,
        trainings.teaching_units >= length_required.number AS is_basic,
        trainings.completed_total,
        trainings.completed_women
    FROM trainings
    INNER JOIN length_required ON trainings.period = length_required.period
)

SELECT
    ags,
    period,
    submission_id,
    'interpreter_training' AS section,
    row_key,
    'gesamt' AS breakdown,
    CASE WHEN is_basic THEN completed_total WHEN NOT is_basic THEN 0 END AS numerator,
    NULL AS denominator
FROM completions
UNION ALL
SELECT
    ags,
    period,
    submission_id,
    'interpreter_training' AS section,
    row_key,
    'gender=Frauen' AS breakdown,
    CASE WHEN is_basic THEN completed_women WHEN NOT is_basic THEN 0 END AS numerator,
    NULL AS denominator
FROM completions
UNION ALL
-- The parameter adds nothing by itself, but what counts rests on it.
SELECT DISTINCT
    trainings.ags,
    trainings.period,
    trainings.submission_id,
    'reference.parameters' AS section,
    length_required.row_key,
    unnest(['gesamt', 'gender=Frauen']) AS breakdown,
    0 AS numerator,
    NULL AS denominator
FROM trainings
INNER JOIN length_required ON trainings.period = length_required.period
