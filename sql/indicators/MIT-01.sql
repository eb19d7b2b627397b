-- id: MIT-01
-- group: Mittel
-- name_de: Bewilligte Landesmittel
-- name_en: State funds granted
-- question_de: Wie viel hat das Land bewilligt?
-- definition_de: Bewilligungen des Haushaltsjahrs aus dem Bescheidregister, einschließlich der Änderungsbescheide
-- formula_de: Summe(bewilligter Betrag)
-- unit: EUR
-- decimals: 2
-- direction: neutral
-- protection: none
-- aggregation: sum
-- basis: register
-- half_year: false
-- breakdowns: {cost_type: Kostenart, funding_line: Förderlinie, grant: Bescheid, budget_year: Haushaltsjahr}
-- own_breakdowns: [grant]
-- note_de: >-
--   Aus dem Register des Ministeriums, nie aus dem Bericht der Kommune. Kostenarten sind die acht des Erhebungsbogens.
--   Im Zeitraum 2026-2030 zählen alle fünf Haushaltsjahre.
WITH grants AS (
    SELECT * FROM reference.grants
),

periods AS (
    SELECT * FROM reference.periods
)

SELECT
    grants.ags,
    periods.period,
    NULL AS submission_id,
    'reference.grants' AS section,
    grants.row_key,
    unnest([
        'gesamt',
        'cost_type=' || grants.cost_type,
        'funding_line=' || coalesce(grants.funding_line, 'ohne Angabe'),
        'grant=' || grants.grant_number,
        'budget_year=' || grants.budget_year
    ]) AS breakdown,
    grants.granted_eur AS numerator,
    NULL AS denominator
FROM grants
INNER JOIN periods ON grants.budget_year BETWEEN year(periods.first_day) AND year(periods.closing_day)
