-- Beschluss und Fortschreibung der Strategie liegen nicht in der Zukunft: spätestens am Tag des Eingangs.
WITH days AS (
    SELECT
        submission_id,
        name,
        on_day
    FROM strategy
    UNPIVOT (on_day FOR name IN (adopted_on, updated_on))
)

SELECT
    days.submission_id,
    '' AS row_key,
    'strategy.' || days.name AS field,
    datediff('day', DATE '1970-01-01', days.on_day) AS given,
    datediff('day', DATE '1970-01-01', submissions.received_on) AS expected
FROM days
INNER JOIN submissions ON days.submission_id = submissions.submission_id
