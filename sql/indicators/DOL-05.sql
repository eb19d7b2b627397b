-- id: DOL-05
-- group: Laiendolmetschende
-- name_de: Neu qualifizierte Laiendolmetschende
-- name_en: Newly qualified lay interpreters
-- question_de: Wie viele Personen haben eine Qualifizierung zum Laiendolmetschen abgeschlossen?
-- definition_de: Abschlüsse in Kursen, die im Berichtsjahr begonnen haben
-- formula_de: Summe(Abgeschlossene)
-- unit: count
-- decimals: 0
-- direction: higher_better
-- protection: persons
-- aggregation: sum
-- basis: report
-- half_year: false
-- breakdowns: {gender: Geschlecht}
-- note_de: >-
--   Ein Kurs, der noch läuft, hat noch keine Abschlüsse; bis dahin ist die Kennzahl der Kommune „nicht erhoben“. Der
--   Bogen fragt nur nach Frauen und insgesamt.
WITH trainings AS (
    SELECT * FROM accepted.interpreter_training
)

SELECT
    ags,
    period,
    submission_id,
    'interpreter_training' AS section,
    row_key,
    'gesamt' AS breakdown,
    completed_total AS numerator,
    NULL AS denominator
FROM trainings
UNION ALL
SELECT
    ags,
    period,
    submission_id,
    'interpreter_training' AS section,
    row_key,
    'gender=Frauen' AS breakdown,
    completed_women AS numerator,
    NULL AS denominator
FROM trainings
