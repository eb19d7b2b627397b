-- Weitergeleitete Beträge gegen dasselbe Vorhaben im letzten Jahresbericht, der es nennt.
SELECT
    forwarded_funds.submission_id,
    forwarded_funds.row_key,
    forwarded_funds.amount_eur AS given,
    before.amount_eur AS expected,
    before.period AS last_year
FROM forwarded_funds
INNER JOIN submissions ON forwarded_funds.submission_id = submissions.submission_id
INNER JOIN history.forwarded_funds AS before
    ON
        submissions.ags = before.ags
        AND forwarded_funds.row_key = before.row_key
        AND try_cast(before.period AS INTEGER) < submissions.year + (submissions.kind = 'Schlussbericht')::INTEGER
QUALIFY before.period = max(before.period) OVER (PARTITION BY forwarded_funds.submission_id, forwarded_funds.row_key)
