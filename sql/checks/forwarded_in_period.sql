-- Zwischenschritt: im Berichtszeitraum weitergeleitete Beträge nach Zweck.
SELECT
    forwarded_funds.submission_id,
    forwarded_funds.purpose,
    min_by(forwarded_funds.row_key, forwarded_funds.ordinal) AS row_key,
    CASE
        WHEN count(*) = count(forwarded_funds.amount_eur) THEN sum(forwarded_funds.amount_eur)
    END AS amount_eur
FROM forwarded_funds
INNER JOIN submissions ON forwarded_funds.submission_id = submissions.submission_id
WHERE year(forwarded_funds.forwarded_on) BETWEEN year(submissions.first_day) AND submissions.year
GROUP BY forwarded_funds.submission_id, forwarded_funds.purpose
