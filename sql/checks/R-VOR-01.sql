-- Seit 1. Januar aufgelaufene Zahlen des Jahresberichts gegen dieselben Zahlen des Halbjahresberichts: Sie können nicht
-- kleiner werden. Verglichen werden Einzelangaben und vorgedruckte Zeilen.
SELECT
    cells.submission_id,
    cells.row_key,
    cells.field,
    cells.number::DECIMAL(16, 2) AS given,
    history.numbers.number AS expected
FROM cells
INNER JOIN submissions ON cells.submission_id = submissions.submission_id
INNER JOIN fields
    ON
        submissions.year = fields.year
        AND cells.field = fields.field
        AND fields.measure = 'flow'
        AND fields.kind <> 'table'
INNER JOIN history.numbers
    ON
        submissions.ags = history.numbers.ags
        AND submissions.year || '-H1' = history.numbers.period
        AND cells.field = history.numbers.field
        AND cells.row_key = history.numbers.row_key
