-- id: MIK-01
-- group: Mikroprojekte/Weiterleitung
-- name_de: Geförderte Mikroprojekte
-- name_en: Micro-projects funded
-- question_de: Wie viele Mikroprojekte wurden gefördert?
-- definition_de: Vorhaben mit dem Zweck Mikroprojekt, deren Mittel im Berichtsjahr weitergeleitet wurden
-- formula_de: Anzahl(Mikroprojekte, weitergeleitet im Zeitraum)
-- unit: count
-- decimals: 0
-- direction: neutral
-- protection: none
-- aggregation: sum
-- basis: report
-- half_year: false
-- breakdowns: {carrier_type: Art des Trägers}
-- note_de: >-
--   Das Thema ist im Bogen ein freies Stichwort und deshalb keine Gliederung. Vorhaben früherer Jahre zählen nicht.
WITH forwarded AS (
    SELECT * FROM accepted.forwarded_funds
),

empty_tables AS (
    SELECT * FROM accepted.empty_tables
    WHERE section = 'forwarded_funds'
),

periods AS (
    SELECT * FROM reference.periods
)

SELECT
    forwarded.ags,
    forwarded.period,
    forwarded.submission_id,
    'forwarded_funds' AS section,
    forwarded.row_key,
    unnest(['gesamt', 'carrier_type=' || forwarded.carrier_type]) AS breakdown,
    cast(
        forwarded.purpose = 'Mikroprojekt'
        AND forwarded.forwarded_on BETWEEN periods.first_day AND periods.closing_day AS INTEGER
    ) AS numerator,
    NULL AS denominator
FROM forwarded
INNER JOIN periods ON forwarded.period = periods.period
UNION ALL
SELECT
    ags,
    period,
    submission_id,
    section,
    '' AS row_key,
    'gesamt' AS breakdown,
    0 AS numerator,
    NULL AS denominator
FROM empty_tables
