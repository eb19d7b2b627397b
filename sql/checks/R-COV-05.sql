-- Erstellt am: nicht vor dem Beginn des Berichtszeitraums (häufig: im Januar noch das alte Jahr geschrieben).
SELECT
    cover.submission_id,
    '' AS row_key,
    datediff('day', DATE '1970-01-01', cover.prepared_on) AS given,
    datediff('day', DATE '1970-01-01', submissions.first_day) AS expected
FROM cover
INNER JOIN submissions ON cover.submission_id = submissions.submission_id
