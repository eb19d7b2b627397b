-- Summen der Tabellen, die seit 1. Januar auflaufen, gegen dieselben Summen des Halbjahresberichts: Sie können nicht
-- kleiner werden. Verglichen wird, was in beiden Berichten vollständig erfasst ist; eine leere Tabelle zählt als 0.
WITH totals AS (
    SELECT
        cells.submission_id,
        cells.field,
        CASE WHEN count(*) = count(cells.number) THEN sum(cells.number)::DECIMAL(16, 2) END AS total
    FROM cells
    INNER JOIN fields ON cells.field = fields.field AND fields.measure = 'flow' AND fields.kind = 'table'
    INNER JOIN submissions ON cells.submission_id = submissions.submission_id AND fields.year = submissions.year
    GROUP BY cells.submission_id, cells.field
    UNION ALL
    SELECT
        empty_tables.submission_id,
        fields.field,
        0 AS total
    FROM empty_tables
    INNER JOIN submissions ON empty_tables.submission_id = submissions.submission_id
    INNER JOIN fields
        ON
            submissions.year = fields.year
            AND empty_tables.section = fields.section
            AND fields.measure = 'flow'
),

numbers AS (
    SELECT
        ags,
        period,
        'drawdowns.amount_eur' AS field,
        amount_eur AS number
    FROM history.drawdowns
    UNION ALL
    SELECT
        ags,
        period,
        'repayments.amount_eur' AS field,
        amount_eur AS number
    FROM history.repayments
    UNION ALL
    SELECT
        ags,
        period,
        'labour_market_measures.' || unnest([
            'measures', 'participants_women', 'participants_total', 'into_work', 'into_training', 'recognitions'
        ]) AS field,
        unnest([
            measures, participants_women, participants_total, into_work, into_training, recognitions
        ]) AS number
    FROM history.labour_market_measures
    UNION ALL
    SELECT
        ags,
        period,
        'languages.' || unnest(['requests', 'assignments']) AS field,
        unnest([requests, assignments]) AS number
    FROM history.languages
    UNION ALL
    SELECT
        ags,
        period,
        'interpreter_training.' || unnest([
            'participants', 'completed_women', 'completed_total', 'state_funds_eur'
        ]) AS field,
        unnest([participants, completed_women, completed_total, state_funds_eur]) AS number
    FROM history.interpreter_training
),

half_years AS (
    SELECT
        ags,
        period,
        field,
        CASE WHEN count(*) = count(number) THEN sum(number) END AS total
    FROM numbers
    GROUP BY ags, period, field
)

SELECT
    totals.submission_id,
    '' AS row_key,
    totals.field,
    totals.total AS given,
    half_years.total AS expected
FROM totals
INNER JOIN submissions ON totals.submission_id = submissions.submission_id
INNER JOIN half_years
    ON
        submissions.ags = half_years.ags
        AND submissions.year || '-H1' = half_years.period
        AND totals.field = half_years.field
