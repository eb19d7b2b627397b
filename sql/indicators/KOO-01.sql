-- id: KOO-01
-- group: Koordination & Strategie
-- name_de: Aktuelle kommunale Vielfalts-/Integrationsstrategie
-- name_en: Up-to-date diversity/integration strategy
-- question_de: Welcher Anteil der Kommunen hat eine beschlossene und aktuelle Strategie?
-- definition_de: >-
--   Strategie beschlossen und am Stichtag höchstens fünf Jahre alt: ab der Fortschreibung, sonst ab dem Beschluss
-- formula_de: Anzahl(Kommunen mit aktueller beschlossener Strategie) / Anzahl(Kommunen mit Bericht) × 100
-- unit: '%'
-- decimals: 1
-- direction: higher_better
-- protection: none
-- aggregation: ratio
-- scale: 100
-- basis: report
-- half_year: false
-- note_de: Die Altersgrenze ist ein datierter Parameter und ein Vorschlag des Monitorings.
-- denominator_note_de: Kommunen mit Bericht; fehlende zeigt die Zahl der berichtspflichtigen.
WITH strategy AS (
    SELECT * FROM accepted.strategy
),

periods AS (
    SELECT * FROM reference.periods
),

age_limit AS (
    SELECT * FROM reference.parameters_of_period
    WHERE name = 'strategy_age_years_max'
)

SELECT
    strategy.ags,
    strategy.period,
    strategy.submission_id,
    'strategy' AS section,
    strategy.row_key,
    'gesamt' AS breakdown,
    CASE
        WHEN strategy.status <> 'beschlossen' THEN 0
        WHEN
            coalesce(strategy.updated_on, strategy.adopted_on) + to_years(cast(age_limit.number AS INTEGER))
            >= periods.closing_day
            THEN 1
        WHEN coalesce(strategy.updated_on, strategy.adopted_on) IS NOT NULL THEN 0
    END AS numerator,
    1 AS denominator
FROM strategy
INNER JOIN periods ON strategy.period = periods.period
INNER JOIN age_limit ON strategy.period = age_limit.period
UNION ALL
-- The parameter adds nothing, but the numerator rests on it.
SELECT
    strategy.ags,
    strategy.period,
    strategy.submission_id,
    'reference.parameters' AS section,
    age_limit.row_key,
    'gesamt' AS breakdown,
    0 AS numerator,
    0 AS denominator
FROM strategy
INNER JOIN age_limit ON strategy.period = age_limit.period
