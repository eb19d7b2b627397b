-- comment: >-
--   Gebiete und die Kommunen, aus denen sie bestehen, je Berichtszeitraum: jede Kommune für sich, Regierungsbezirke
--   (nach den ersten drei Ziffern des Schlüssels), Arten von Kommunen und das Land. Es zählt, wer am Stichtag bestand
-- kind: table
-- columns:
--   period: Berichtszeitraum
--   area_kind: body = Kommune, regierungsbezirk, type = Art der Kommune, land
--   area_key: Schlüssel des Gebiets – Gemeindeschlüssel, 064, type:Landkreis, 06
--   area: Name des Gebiets; gleichnamige Kommunen mit ihrer Art
--   ags: Kommune, die zu dem Gebiet gehört; beim Land auch 06, das Land selbst
WITH municipalities AS (
    SELECT * FROM reference.municipalities
),

periods AS (
    SELECT * FROM reference.periods
),

bodies AS (
    SELECT
        periods.period,
        municipalities.ags,
        municipalities.type,
        municipalities.regierungsbezirk,
        CASE
            WHEN count(*) OVER (PARTITION BY periods.period, municipalities.name) > 1
                THEN municipalities.name || ' (' || municipalities.type || ')'
            ELSE municipalities.name
        END AS name
    FROM municipalities
    INNER JOIN periods ON periods.closing_day BETWEEN municipalities.valid_from AND municipalities.valid_to
),

areas AS (
    SELECT
        period,
        'body' AS area_kind,
        ags AS area_key,
        name AS area,
        ags
    FROM bodies
    UNION ALL
    SELECT
        period,
        'regierungsbezirk' AS area_kind,
        left(ags, 3) AS area_key,
        'Regierungsbezirk ' || regierungsbezirk AS area,
        ags
    FROM bodies
    UNION ALL
    SELECT
        period,
        'type' AS area_kind,
        'type:' || type AS area_key,
        CASE type
            WHEN 'Landkreis' THEN 'Landkreise'
            WHEN 'Kreisfreie Stadt' THEN 'Kreisfreie Städte'
            WHEN 'Sonderstatusstadt' THEN 'Sonderstatusstädte'
            ELSE type
        END AS area,
        ags
    FROM bodies
    UNION ALL
    SELECT
        period,
        'land' AS area_kind,
        '06' AS area_key,
        'Land Hessen' AS area,
        ags
    FROM bodies
    UNION ALL
    -- What no body reports belongs to the Land itself.
    SELECT DISTINCT
        period,
        'land' AS area_kind,
        '06' AS area_key,
        'Land Hessen' AS area,
        '06' AS ags
    FROM bodies
)

SELECT
    period,
    area_kind,
    area_key,
    area,
    ags
FROM areas
ORDER BY period, area_kind, area_key, ags
