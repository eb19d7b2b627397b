-- Weitergeleitete Mittel, deren Nachweis zwölf Monate nach Ende des Jahres der Weiterleitung noch nicht geprüft ist.
WITH deadlines AS (
    SELECT
        forwarded_funds.submission_id,
        forwarded_funds.row_key,
        forwarded_funds.proof_checked_on,
        submissions.closing_day,
        make_date(year(forwarded_funds.forwarded_on) + 1, 12, 31) AS deadline
    FROM forwarded_funds
    INNER JOIN submissions ON forwarded_funds.submission_id = submissions.submission_id
)

SELECT
    submission_id,
    row_key,
    CASE
        WHEN deadline IS NOT NULL THEN (proof_checked_on IS NOT NULL OR closing_day < deadline)::INTEGER
    END AS given,
    1 AS expected,
    CASE WHEN proof_checked_on IS NULL THEN 'ungeprüft' ELSE 'geprüft' END AS given_text,
    'geprüft bis ' || strftime(deadline, '%d.%m.%Y') AS expected_text
FROM deadlines
