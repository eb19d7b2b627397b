-- Auszahlungen liegen nicht in der Zukunft: spätestens am Tag, an dem der Bericht einging.
SELECT
    drawdowns.submission_id,
    drawdowns.row_key,
    datediff('day', DATE '1970-01-01', drawdowns.drawn_on) AS given,
    datediff('day', DATE '1970-01-01', submissions.received_on) AS expected
FROM drawdowns
INNER JOIN submissions ON drawdowns.submission_id = submissions.submission_id
