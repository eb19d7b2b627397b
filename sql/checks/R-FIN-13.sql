-- Auszahlungen stehen in der Reihenfolge ihres Datums: keine liegt vor der Zeile darüber.
SELECT
    submission_id,
    row_key,
    datediff('day', DATE '1970-01-01', drawn_on) AS given,
    datediff(
        'day', DATE '1970-01-01', lag(drawn_on) OVER (PARTITION BY submission_id ORDER BY ordinal)
    ) AS expected
FROM drawdowns
