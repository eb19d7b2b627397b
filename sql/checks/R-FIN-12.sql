-- Für Personalstellen im Zeitraum weitergeleitete Beträge gegen die Landesmittel der Stellen, die ein Träger
-- besetzt. Es ist dasselbe Geld, zweimal berichtet; es wird nie addiert.
SELECT
    forwarded_in_period.submission_id,
    forwarded_in_period.row_key,
    forwarded_in_period.amount_eur AS given,
    post_totals.carriers_eur AS expected
FROM forwarded_in_period
INNER JOIN post_totals ON forwarded_in_period.submission_id = post_totals.submission_id
WHERE forwarded_in_period.purpose = 'Personalstelle'
