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
    SELECT * FROM accepted.forwarded_of_period
)

SELECT
    ags,
    period,
    submission_id,
    'forwarded_funds' AS section,
    row_key,
    unnest(['gesamt', 'target_group=' || coalesce(target_group, 'ohne Angabe')]) AS breakdown,
    amount_of_period_eur AS numerator,
    NULL AS denominator
FROM forwarded
