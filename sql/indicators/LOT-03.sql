-- id: LOT-03
-- group: Integrationslotsinnen/-lotsen
-- name_de: Einsatzstunden
-- name_en: Deployment hours
-- question_de: Wie viele Stunden waren Lotsinnen und Lotsen im Einsatz?
-- definition_de: Geleistete Stunden seit 1. Januar, einschließlich der koordinierenden
-- formula_de: Summe(Einsatzstunden)
-- unit: hours
-- decimals: 1
-- direction: higher_better
-- protection: persons
-- aggregation: sum
-- basis: report
-- half_year: true
-- breakdowns: {guide_type: Art, role: Aufgabe}
-- note_de: Nicht nach Quartalen; der Bogen fragt nicht danach.
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
    hours AS numerator,
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
    coordinating_hours AS numerator,
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
    hours - coordinating_hours AS numerator,
    NULL AS denominator
FROM guides
