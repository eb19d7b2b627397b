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
    SELECT * FROM accepted.forwarded_of_period
)

SELECT
    ags,
    period,
    submission_id,
    'forwarded_funds' AS section,
    row_key,
    unnest(['gesamt', 'carrier_type=' || carrier_type]) AS breakdown,
    cast(is_of_period AND purpose = 'Mikroprojekt' AS INTEGER) AS numerator,
    NULL AS denominator
FROM forwarded
