-- comment: >-
--   Kennzahlen, deren Berechnung sich unterscheidet: im eigenen SELECT, in den Angaben des Katalogs, von denen der Wert
--   abhängt, oder in einer Sicht, die sie liest
-- columns:
--   indicator_id: Kennzahl
--   detail: Was sich geändert hat
WITH RECURSIVE earlier_views AS (
    SELECT
        schema_name || '.' || view_name AS name,
        sql
    FROM duckdb_views()
    WHERE database_name = 'before' AND NOT internal
),

later_views AS (
    SELECT
        schema_name || '.' || view_name AS name,
        sql
    FROM duckdb_views()
    WHERE database_name = 'after' AND NOT internal
),

changed_views AS (
    SELECT later_views.name
    FROM later_views
    INNER JOIN earlier_views ON later_views.name = earlier_views.name
    WHERE later_views.sql <> earlier_views.sql
    UNION
    SELECT later_views.name
    FROM later_views
    INNER JOIN changed_views ON contains(later_views.sql, changed_views.name)
),

earlier AS (
    SELECT * FROM before.indicators.catalogue
),

later AS (
    SELECT * FROM after.indicators.catalogue
),

views_of_indicators AS (
    SELECT
        later.id,
        string_agg(changed_views.name, ', ' ORDER BY changed_views.name) AS names
    FROM later
    INNER JOIN changed_views ON contains(later.sql, changed_views.name)
    GROUP BY later.id
),

compared AS (
    SELECT
        coalesce(later.id, earlier.id) AS indicator_id,
        CASE
            WHEN earlier.id IS NULL THEN 'neue Kennzahl'
            WHEN later.id IS NULL THEN 'Kennzahl entfallen'
            ELSE concat_ws(
                ', ',
                CASE WHEN earlier.sql <> later.sql THEN 'SQL der Kennzahl' END,
                CASE WHEN earlier.aggregation <> later.aggregation THEN 'Bildung der Summen' END,
                CASE WHEN earlier.scale <> later.scale THEN 'Faktor' END,
                CASE WHEN earlier.decimals <> later.decimals THEN 'Nachkommastellen' END,
                CASE WHEN earlier.unit <> later.unit THEN 'Einheit' END,
                CASE WHEN earlier.basis <> later.basis THEN 'Grundlage' END,
                CASE WHEN earlier.half_year <> later.half_year THEN 'Halbjahr' END,
                CASE WHEN earlier.land_only <> later.land_only THEN 'Gebiete' END,
                CASE WHEN earlier.own_breakdowns <> later.own_breakdowns THEN 'Gliederungen' END,
                CASE WHEN views.names IS NOT NULL THEN 'Sicht ' || views.names END
            )
        END AS detail
    FROM earlier
    FULL JOIN later ON earlier.id = later.id
    LEFT JOIN views_of_indicators AS views ON later.id = views.id
)

SELECT
    indicator_id,
    detail
FROM compared
WHERE detail <> ''
