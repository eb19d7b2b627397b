-- Auszahlungen liegen nicht in der Zukunft: spätestens am Tag, an dem der Bericht einging oder, wenn er ein späteres
-- Datum trägt, erstellt ist (R-COV-04 begrenzt es).
SELECT
    drawdowns.submission_id,
    drawdowns.row_key,
    datediff('day', DATE '1970-01-01', drawdowns.drawn_on) AS given,
    datediff('day', DATE '1970-01-01', greatest(submissions.received_on, cover.prepared_on)) AS expected
FROM drawdowns
INNER JOIN submissions ON drawdowns.submission_id = submissions.submission_id
LEFT JOIN cover ON drawdowns.submission_id = cover.submission_id
