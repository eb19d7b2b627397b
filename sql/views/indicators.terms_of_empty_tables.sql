-- comment: >-
--   Nullen aus leeren, als vollständig bestätigten Tabellen: ein Term für jede Kennzahl, die in der Tabelle liest.
--   Seine Adresse ist die erste Zelle der Tabelle
-- columns:
--   indicator_id: Kennzahl
--   ags: Kommune
--   period: Berichtszeitraum
--   submission_id: Einreichung
--   section: Abschnitt des Bogens
--   row_key: Leer, denn die Tabelle hat keine Zeile
--   breakdown: gesamt
--   numerator: Beitrag zum Zähler, 0
--   denominator: Beitrag zum Nenner, 0; leer bei Summen
WITH empty_tables AS (
    SELECT * FROM accepted.empty_tables
),

sections_read AS (
    SELECT DISTINCT
        indicator_id,
        section
    FROM indicators.fields
),

catalogue AS (
    SELECT * FROM indicators.catalogue
),

periods_asked AS (
    SELECT * FROM indicators.periods_ever_asked
)

SELECT
    catalogue.id AS indicator_id,
    empty_tables.ags,
    empty_tables.period,
    empty_tables.submission_id,
    empty_tables.section,
    '' AS row_key,
    'gesamt' AS breakdown,
    0 AS numerator,
    CASE WHEN catalogue.aggregation IN ('ratio', 'median') THEN 0 END AS denominator
FROM empty_tables
INNER JOIN sections_read ON empty_tables.section = sections_read.section
INNER JOIN catalogue ON sections_read.indicator_id = catalogue.id
INNER JOIN periods_asked
    ON
        catalogue.id = periods_asked.indicator_id
        AND empty_tables.period = periods_asked.period
