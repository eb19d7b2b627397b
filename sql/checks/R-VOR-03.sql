-- Art des Trägers gegen dasselbe Vorhaben im Bericht des Vorjahrs.
SELECT
    forwarded_funds.submission_id,
    forwarded_funds.row_key,
    (forwarded_funds.carrier_type = before.carrier_type)::INTEGER AS given,
    1 AS expected,
    forwarded_funds.carrier_type AS given_text,
    before.carrier_type AS expected_text
FROM forwarded_funds
INNER JOIN submissions ON forwarded_funds.submission_id = submissions.submission_id
INNER JOIN history.forwarded_funds AS before
    ON
        submissions.ags = before.ags
        AND (submissions.year - 1)::VARCHAR = before.period
        AND forwarded_funds.row_key = before.row_key
