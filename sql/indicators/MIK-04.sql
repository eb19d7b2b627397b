-- id: MIK-04
-- group: Mikroprojekte/Weiterleitung
-- name_de: Weitergeleitete Landesmittel nach Zielgruppen
-- name_en: Funds passed on by target group
-- question_de: Welchen Zielgruppen kommen die weitergeleiteten Mittel zugute?
-- definition_de: Im Berichtsjahr weitergeleitete Landesmittel nach der wichtigsten Zielgruppe des Vorhabens
-- formula_de: Summe(weitergeleiteter Betrag, weitergeleitet im Zeitraum) je Zielgruppe
-- unit: EUR
-- decimals: 2
-- direction: neutral
-- protection: none
-- aggregation: sum
-- basis: report
-- half_year: false
-- breakdowns: {target_group: Zielgruppe}
-- note_de: Die Zielgruppe ist eine freiwillige Angabe; ohne sie zählt der Betrag zu „ohne Angabe“.
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
    unnest(['gesamt', 'target_group=' || coalesce(forwarded.target_group, 'ohne Angabe')]) AS breakdown,
    CASE
        WHEN forwarded.forwarded_on BETWEEN periods.first_day AND periods.closing_day THEN forwarded.amount_eur
        ELSE 0
    END AS numerator,
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
