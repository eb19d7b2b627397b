-- Einsatzstunden ohne eine einzige aktive Person.
SELECT
    submission_id,
    row_key,
    active_total AS given,
    CASE WHEN hours IS NOT NULL THEN (hours > 0)::INTEGER END AS expected,
    hours
FROM guides
