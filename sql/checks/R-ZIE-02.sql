-- Als „erreicht“ gemeldete Ziele, die sinken sollen: erreichter Wert gegen Zielwert.
SELECT
    submission_id,
    row_key,
    actual_value AS given,
    target AS expected,
    unit
FROM targets
WHERE status = 'erreicht' AND direction = 'sinkend'
