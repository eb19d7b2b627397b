-- id: LOT-01
-- group: Integrationslotsinnen/-lotsen
-- name_de: Aktive Lotsinnen und Lotsen
-- name_en: Active guides
-- question_de: Wie viele Lotsinnen und Lotsen sind im Einsatz?
-- definition_de: Lotsinnen und Lotsen mit mindestens einem Einsatz im Berichtsjahr; jede Person einmal je Kommune
-- formula_de: Summe(Aktive)
-- unit: persons
-- decimals: 0
-- direction: higher_better
-- protection: persons
-- aggregation: sum
-- basis: report
-- half_year: false
-- breakdowns: {guide_type: Art, gender: Geschlecht, role: Aufgabe}
-- note_de: >-
--   Der Bogen fragt nur nach Frauen und insgesamt und nicht nach dem Träger. Lotsinnen und Lotsen, die nicht über ein
--   Vielfaltszentrum eingesetzt werden, fehlen. „gesamt“ sind Integrations- und Gesundheitslotsinnen und -lotsen.
WITH guides AS (
    SELECT * FROM accepted.guides
)

SELECT
    ags,
    period,
    submission_id,
    'guides' AS section,
    row_key,
    unnest(['gesamt', 'guide_type=' || guide_type]) AS breakdown,
    active_total AS numerator,
    NULL AS denominator
FROM guides
UNION ALL
SELECT
    ags,
    period,
    submission_id,
    'guides' AS section,
    row_key,
    'gender=Frauen' AS breakdown,
    active_women AS numerator,
    NULL AS denominator
FROM guides
UNION ALL
SELECT
    ags,
    period,
    submission_id,
    'guides' AS section,
    row_key,
    'role=koordinierend' AS breakdown,
    coordinating AS numerator,
    NULL AS denominator
FROM guides
UNION ALL
SELECT
    ags,
    period,
    submission_id,
    'guides' AS section,
    row_key,
    'role=einfach' AS breakdown,
    active_total - coordinating AS numerator,
    NULL AS denominator
FROM guides
