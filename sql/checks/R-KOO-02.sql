-- Beschluss und Fortschreibung der Strategie liegen nicht in der Zukunft: spätestens am Tag, an dem der Bericht einging
-- oder, wenn er ein späteres Datum trägt, erstellt ist (R-COV-04 begrenzt es).
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
    datediff('day', DATE '1970-01-01', greatest(submissions.received_on, cover.prepared_on)) AS expected
FROM days
INNER JOIN submissions ON days.submission_id = submissions.submission_id
LEFT JOIN cover ON days.submission_id = cover.submission_id
