-- Erstellt am: nicht vor dem Stichtag, denn die Zahlen gelten bis dahin. Tage vor dem Zeitraum meldet R-COV-05.
SELECT
    cover.submission_id,
    '' AS row_key,
    datediff('day', DATE '1970-01-01', cover.prepared_on) AS given,
    CASE
        WHEN cover.prepared_on >= submissions.first_day
            THEN datediff('day', DATE '1970-01-01', submissions.closing_day)
    END AS expected
FROM cover
INNER JOIN submissions ON cover.submission_id = submissions.submission_id
