-- comment: >-
--   Woraus der Nenner einer Quote je Einwohner besteht: die Einwohnerzahl der Kommune und, bei einem Landkreis, mit
--   negativem Vorzeichen die seiner Sonderstatusstadt, die selbst berichtet und in seiner Zahl enthalten ist
-- columns:
--   period: Berichtszeitraum
--   ags: Kommune, zu deren Nenner der Teil gehört
--   row_key: Zeile in reference.population
--   population: Einwohnerzahl, negativ bei einer abgezogenen Sonderstatusstadt
--   population_date: Stichtag der Zählung
--   population_basis: Zensusgrundlage
--   comparable: Wahr, wenn alle Zahlen des Zeitraums denselben Stichtag und dieselbe Zensusgrundlage haben
--   note: Stichtag und Grundlage, oder der Grund, aus dem Quoten nicht vergleichbar sind
WITH municipalities AS (
    SELECT * FROM reference.municipalities
),

population AS (
    SELECT * FROM reference.population
),

periods AS (
    SELECT * FROM reference.periods
),

current_population AS (
    SELECT
        periods.period,
        municipalities.ags,
        municipalities.kreis_ags,
        population.row_key,
        population.population,
        population.population_date,
        population.population_basis
    FROM periods
    INNER JOIN municipalities ON periods.closing_day BETWEEN municipalities.valid_from AND municipalities.valid_to
    INNER JOIN population ON municipalities.ags = population.ags AND periods.closing_day >= population.valid_from
    QUALIFY row_number() OVER (PARTITION BY periods.period, municipalities.ags ORDER BY population.valid_from DESC) = 1
),

comparability AS (
    SELECT
        period,
        count(DISTINCT population_date) = 1 AND count(DISTINCT population_basis) = 1 AS comparable
    FROM current_population
    GROUP BY period
),

parts AS (
    SELECT
        period,
        ags,
        row_key,
        population,
        population_date,
        population_basis
    FROM current_population
    UNION ALL
    SELECT
        period,
        kreis_ags AS ags,
        row_key,
        -population AS population,
        population_date,
        population_basis
    FROM current_population
    WHERE nullif(kreis_ags, '') IS NOT NULL
)

SELECT
    parts.period,
    parts.ags,
    parts.row_key,
    parts.population,
    parts.population_date,
    parts.population_basis,
    comparability.comparable,
    CASE
        WHEN comparability.comparable
            THEN
                'Einwohnerzahlen vom ' || strftime(parts.population_date, '%d.%m.%Y')
                || ' (' || parts.population_basis || '), Landkreise ohne ihre Sonderstatusstadt.'
        ELSE 'Nicht gebildet: Die Einwohnerzahlen haben verschiedene Stichtage oder Zensusgrundlagen.'
    END AS note
FROM parts
INNER JOIN comparability ON parts.period = comparability.period
