-- Für Personalstellen im Zeitraum weitergeleitete Beträge gegen die Landesmittel der Stellen, die ein Träger
-- besetzt. Es ist dasselbe Geld, zweimal berichtet; es wird nie addiert.
WITH forwarded AS (
    SELECT
        forwarded_funds.submission_id,
        min_by(forwarded_funds.row_key, forwarded_funds.ordinal) AS row_key,
        CASE
            WHEN count(*) = count(forwarded_funds.amount_eur) THEN sum(forwarded_funds.amount_eur)
        END AS amount_eur
    FROM forwarded_funds
    INNER JOIN submissions ON forwarded_funds.submission_id = submissions.submission_id
    WHERE
        forwarded_funds.purpose = 'Personalstelle'
        AND year(forwarded_funds.forwarded_on) BETWEEN year(submissions.first_day) AND submissions.year
    GROUP BY forwarded_funds.submission_id
),

details AS (
    SELECT
        submission_id,
        CASE
            WHEN count(*) = count(CASE WHEN employer IS NOT NULL THEN state_funds_eur END)
                THEN coalesce(sum(state_funds_eur) FILTER (WHERE employer = 'Träger'), 0)
        END AS state_funds_eur
    FROM posts
    GROUP BY submission_id
    UNION ALL
    SELECT
        submission_id,
        0 AS state_funds_eur
    FROM empty_tables
    WHERE section = 'posts'
)

SELECT
    forwarded.submission_id,
    forwarded.row_key,
    forwarded.amount_eur AS given,
    details.state_funds_eur AS expected
FROM forwarded
INNER JOIN details ON forwarded.submission_id = details.submission_id
