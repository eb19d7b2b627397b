-- Prüfung eines Nachweises, dessen Eingang nicht angegeben ist, gegen den Tag der Weiterleitung. Ist er angegeben,
-- vergleichen R-WEI-03 und R-WEI-04.
SELECT
    submission_id,
    row_key,
    datediff('day', DATE '1970-01-01', proof_checked_on) AS given,
    datediff('day', DATE '1970-01-01', forwarded_on) AS expected
FROM forwarded_funds
WHERE proof_received_on IS NULL
