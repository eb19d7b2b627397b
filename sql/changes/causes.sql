-- comment: Warum eine Kennzahl sich unterscheidet – eine Zeile je Ursache, auch für die Summen der Gebiete
-- columns:
--   indicator_id: Kennzahl
--   area_key: Schlüssel des Gebiets
--   period: Berichtszeitraum
--   breakdown: gesamt oder eine Gliederung als name=wert
--   cause: Schlüssel der Ursache
--   ags: Kommune, von der sie ausgeht; leer, wenn sie alle betrifft
--   submission_before: Einreichung vorher
--   submission_after: Einreichung nachher
--   received_before: Tag ihres Eingangs
--   received_after: Tag ihres Eingangs
--   register: Register oder Stammdaten
--   row_key: Zeile darin
--   detail: Näheres
WITH figures AS (
    SELECT * FROM changes.figures
),

old_periods AS (
    SELECT period
    FROM before.reference.periods
    WHERE has_figures
),

members AS (
    SELECT
        -1 AS side,
        *
    FROM before.reference.areas
    UNION ALL BY NAME
    SELECT
        1 AS side,
        *
    FROM after.reference.areas
),

-- What belongs to the Land alone is in no body.
areas AS (
    SELECT DISTINCT
        period,
        area_key,
        ags
    FROM members
    UNION ALL
    SELECT DISTINCT
        period,
        area_key,
        area_key AS ags
    FROM members
    WHERE area_kind = 'land'
),

moved AS (
    SELECT
        period,
        area_key,
        ags
    FROM members
    GROUP BY period, area_key, ags, area
    HAVING sum(side) <> 0
),

of_new_periods AS (
    SELECT
        figures.*,
        'new_period' AS cause
    FROM figures
    ANTI JOIN old_periods ON figures.period = old_periods.period
),

of_old_periods AS (
    SELECT figures.*
    FROM figures
    SEMI JOIN old_periods ON figures.period = old_periods.period
),

from_bodies AS (
    SELECT
        of_old_periods.*,
        body_causes.cause,
        body_causes.ags,
        body_causes.submission_before,
        body_causes.submission_after,
        body_causes.received_before,
        body_causes.received_after,
        body_causes.register,
        body_causes.row_key,
        body_causes.detail
    FROM of_old_periods
    INNER JOIN areas ON of_old_periods.period = areas.period AND of_old_periods.area_key = areas.area_key
    INNER JOIN changes.body_causes AS body_causes
        ON
            of_old_periods.indicator_id = body_causes.indicator_id
            AND of_old_periods.period = body_causes.period
            AND of_old_periods.breakdown = body_causes.breakdown
            AND areas.ags = body_causes.ags
),

from_membership AS (
    SELECT DISTINCT
        of_old_periods.*,
        'reference' AS cause,
        moved.ags,
        'reference.municipalities' AS register,
        moved.ags AS row_key
    FROM of_old_periods
    INNER JOIN moved ON of_old_periods.period = moved.period AND of_old_periods.area_key = moved.area_key
),

from_definition AS (
    SELECT
        of_old_periods.*,
        'definition' AS cause,
        definitions.detail
    FROM of_old_periods
    INNER JOIN changes.definitions AS definitions ON of_old_periods.indicator_id = definitions.indicator_id
),

from_disclosure AS (
    SELECT
        of_old_periods.*,
        'disclosure' AS cause,
        if(of_old_periods.is_hidden_after, 'jetzt geheim gehalten', 'jetzt gezeigt') AS detail
    FROM of_old_periods
    WHERE of_old_periods.is_hidden_before <> of_old_periods.is_hidden_after
),

found AS (
    SELECT * FROM of_new_periods
    UNION ALL BY NAME
    SELECT * FROM from_bodies
    UNION ALL BY NAME
    SELECT * FROM from_membership
    UNION ALL BY NAME
    SELECT * FROM from_definition
    UNION ALL BY NAME
    SELECT * FROM from_disclosure
),

by_nothing_else AS (
    SELECT
        figures.*,
        'computation' AS cause
    FROM figures
    ANTI JOIN found
        ON
            figures.indicator_id = found.indicator_id
            AND figures.area_key = found.area_key
            AND figures.period = found.period
            AND figures.breakdown = found.breakdown
),

all_causes AS (
    SELECT * FROM found
    UNION ALL BY NAME
    SELECT * FROM by_nothing_else
)

SELECT DISTINCT
    indicator_id,
    area_key,
    period,
    breakdown,
    cause,
    -- What concerns all bodies alike is said once.
    CASE WHEN cause NOT IN ('definition', 'computation', 'disclosure') THEN ags END AS ags,
    submission_before,
    submission_after,
    received_before,
    received_after,
    register,
    row_key,
    coalesce(detail, '') AS detail
FROM all_causes
