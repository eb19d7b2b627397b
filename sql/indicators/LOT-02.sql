-- id: LOT-02
-- group: Integrationslotsinnen/-lotsen
-- name_de: Neu qualifizierte Lotsinnen und Lotsen
-- name_en: Newly qualified guides
-- question_de: Wie viele Personen haben eine Basisqualifizierung abgeschlossen?
-- definition_de: Abschlüsse in Basisqualifizierungen, die im Berichtsjahr begonnen haben
-- formula_de: Summe(Abgeschlossene der Kurse der Art Basisqualifizierung)
-- unit: persons
-- decimals: 0
-- direction: higher_better
-- protection: persons
-- aggregation: sum
-- basis: report
-- half_year: false
-- breakdowns: {gender: Geschlecht}
-- note_de: >-
--   Ein Kurs, der noch läuft, hat noch keine Abschlüsse; bis dahin ist die Kennzahl der Kommune „nicht erhoben“. Der
--   Bogen fragt nur nach Frauen und insgesamt und trennt Kurse nicht nach Integrations- und Gesundheitslotsinnen und
--   -lotsen.
WITH trainings AS (
    SELECT * FROM accepted.guide_training
)

SELECT
    ags,
    period,
    submission_id,
    'guide_training' AS section,
    row_key,
    'gesamt' AS breakdown,
    CASE WHEN training_type = 'Basisqualifizierung' THEN completed_total ELSE 0 END AS numerator,
    NULL AS denominator
FROM trainings
UNION ALL
SELECT
    ags,
    period,
    submission_id,
    'guide_training' AS section,
    row_key,
    'gender=Frauen' AS breakdown,
    CASE WHEN training_type = 'Basisqualifizierung' THEN completed_women ELSE 0 END AS numerator,
    NULL AS denominator
FROM trainings
