-- Seit 1. Januar aufgelaufene Zahlen des Jahresberichts gegen dieselben Zahlen des Halbjahresberichts: Sie können nicht
-- kleiner werden. Verglichen werden Einzelangaben und vorgedruckte Zeilen.
SELECT
    cells.submission_id,
    cells.row_key,
    cells.field,
    cells.number::DECIMAL(16, 2) AS given,
    before.number AS expected
FROM cells
INNER JOIN submissions ON cells.submission_id = submissions.submission_id
INNER JOIN fields
    ON
        submissions.year = fields.year
        AND cells.field = fields.field
        AND fields.measure = 'flow'
        AND fields.kind <> 'table'
INNER JOIN history.numbers AS before
    ON
        submissions.ags = before.ags
        AND submissions.year || '-H1' = before.period
        AND cells.field = before.field
        AND cells.row_key = before.row_key
