-- id: MIT-06
-- group: Mittel
-- name_de: Landesmittel je 1.000 Einwohnerinnen und Einwohner
-- name_en: State funds per 1,000 inhabitants
-- question_de: Wie viel hat das Land bezogen auf die Einwohnerzahl bewilligt?
-- definition_de: Bewilligungen des Haushaltsjahrs je 1.000 Einwohnerinnen und Einwohner
-- formula_de: Summe(bewilligter Betrag) / Summe(Einwohnerzahl, Landkreise ohne ihre Sonderstatusstadt) × 1.000
-- unit: EUR per 1,000
-- decimals: 2
-- direction: neutral
-- protection: none
-- aggregation: ratio
-- scale: 1000
-- basis: register
-- half_year: false
-- note_de: >-
--   Sinkt von sich aus mit der Einwohnerzahl, weil alle Kommunen ähnlich viel erhalten: keine Rangfolge, keine Karte.
--   Nicht anwendbar, solange die Einwohnerzahlen verschiedene Stichtage oder Zensusgrundlagen haben.
WITH grants AS (
    SELECT * FROM reference.grants
),

population AS (
    SELECT * FROM reference.population_parts
),

periods AS (
    SELECT * FROM reference.periods
),

funded AS (
    SELECT
        grants.ags,
        periods.period,
        grants.row_key,
        grants.granted_eur
    FROM grants
    INNER JOIN periods ON grants.budget_year = periods.year AND periods.report_kind = 'Jahresbericht'
)

SELECT
    ags,
    period,
    NULL AS submission_id,
    'reference.grants' AS section,
    row_key,
    'gesamt' AS breakdown,
    granted_eur AS numerator,
    0 AS denominator,
    TRUE AS applicable,
    NULL AS note
FROM funded
UNION ALL
SELECT
    population.ags,
    population.period,
    NULL AS submission_id,
    'reference.population' AS section,
    population.row_key,
    'gesamt' AS breakdown,
    0 AS numerator,
    population.population AS denominator,
    population.comparable AS applicable,
    population.note
FROM population
INNER JOIN periods ON population.period = periods.period AND periods.report_kind = 'Jahresbericht'
