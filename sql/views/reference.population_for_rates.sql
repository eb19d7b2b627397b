-- comment: >-
--   Einwohnerzahlen als Nenner von Quoten, je Berichtszeitraum. Die Zahl eines Landkreises enthält seine
--   Sonderstatusstadt, die selbst berichtet; sie ist hier abgezogen
-- columns:
--   period: Berichtszeitraum
--   ags: Amtlicher Gemeindeschlüssel
--   population: Einwohnerzahl, bei Landkreisen ohne die Sonderstatusstadt
--   subtracted: Abgezogene Einwohnerzahl der Sonderstatusstadt
--   population_date: Stichtag der Zählung, der jüngste, wenn zwei Zahlen verrechnet sind
--   population_basis: Zensusgrundlage; zwei, wenn Zahlen verschiedener Grundlage verrechnet sind
--   comparable: Wahr, wenn alle Zahlen des Zeitraums denselben Stichtag und dieselbe Zensusgrundlage haben
--   note: Stichtag und Grundlage, oder der Grund, aus dem Quoten nicht vergleichbar sind
WITH parts AS (
    SELECT * FROM reference.population_parts
)

SELECT
    period,
    ags,
    cast(sum(population) AS BIGINT) AS population,
    cast(coalesce(-sum(population) FILTER (WHERE population < 0), 0) AS BIGINT) AS subtracted,
    max(population_date) AS population_date,
    string_agg(DISTINCT population_basis, ' und ' ORDER BY population_basis) AS population_basis,
    bool_and(comparable) AS comparable,
    any_value(note) AS note
FROM parts
GROUP BY period, ags
