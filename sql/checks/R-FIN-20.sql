-- Rückzahlungen liegen nicht in der Zukunft: spätestens am Tag, an dem der Bericht einging oder, wenn er ein späteres
-- Datum trägt, erstellt ist (R-COV-04 begrenzt es).
SELECT
    repayments.submission_id,
    repayments.row_key,
    datediff('day', DATE '1970-01-01', repayments.repaid_on) AS given,
    datediff('day', DATE '1970-01-01', greatest(submissions.received_on, cover.prepared_on)) AS expected
FROM repayments
INNER JOIN submissions ON repayments.submission_id = submissions.submission_id
LEFT JOIN cover ON repayments.submission_id = cover.submission_id
