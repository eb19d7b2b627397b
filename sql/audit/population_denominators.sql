-- comment: Welche Einwohnerzahlen stehen im Nenner von Quoten, von wann sind sie, und sind sie vergleichbar?
-- kind: question
-- columns:
--   period: Berichtszeitraum
--   ags: Kommune
--   municipality: Name der Kommune
--   population: Einwohnerzahl im Nenner, bei Landkreisen ohne ihre Sonderstatusstadt
--   subtracted: Abgezogene Einwohnerzahl der Sonderstatusstadt
--   population_date: Stichtag der Zählung
--   population_basis: Zensusgrundlage
--   comparable: Ob alle Zahlen des Zeitraums denselben Stichtag und dieselbe Grundlage haben
WITH populations AS (
    SELECT * FROM reference.population_for_rates
),

periods AS (
    SELECT * FROM reference.periods
    WHERE has_figures
),

municipalities AS (
    SELECT * FROM reference.areas
    WHERE area_kind = 'body'
)

SELECT
    populations.period,
    populations.ags,
    municipalities.area AS municipality,
    populations.population,
    populations.subtracted,
    populations.population_date,
    populations.population_basis,
    populations.comparable
FROM populations
INNER JOIN periods ON populations.period = periods.period
INNER JOIN municipalities ON populations.period = municipalities.period AND populations.ags = municipalities.ags
ORDER BY populations.period, populations.ags
