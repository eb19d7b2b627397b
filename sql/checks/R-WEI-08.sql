-- Vorhaben, deren Nachweis im letzten angenommenen Jahresbericht noch nicht geprüft war, stehen auch in diesem Bericht.
WITH unchecked AS (
    SELECT
        submissions.submission_id,
        before.project_number,
        before.amount_eur,
        (submissions.year - 1)::VARCHAR AS last_year
    FROM submissions
    INNER JOIN history.forwarded_funds AS before
        ON
            submissions.ags = before.ags
            AND (submissions.year - 1)::VARCHAR = before.period
    WHERE before.proof_checked_on IS NULL AND before.project_number IS NOT NULL
)

SELECT
    unchecked.submission_id,
    unchecked.project_number AS row_key,
    least(count(forwarded_funds.project_number), 1) AS given,
    1 AS expected,
    CASE WHEN count(forwarded_funds.project_number) = 0 THEN 'nicht aufgeführt' ELSE 'aufgeführt' END AS given_text,
    'aufgeführt, bis der Nachweis geprüft ist' AS expected_text,
    unchecked.amount_eur,
    unchecked.last_year
FROM unchecked
LEFT JOIN forwarded_funds
    ON
        unchecked.submission_id = forwarded_funds.submission_id
        AND unchecked.project_number = forwarded_funds.project_number
GROUP BY unchecked.submission_id, unchecked.project_number, unchecked.amount_eur, unchecked.last_year
