-- Jede Vorhabennummer steht in einer Zeile.
SELECT
    submission_id,
    row_key,
    row_number() OVER (PARTITION BY submission_id, project_number ORDER BY ordinal) AS given,
    1 AS expected,
    project_number
FROM forwarded_funds
WHERE project_number IS NOT NULL
