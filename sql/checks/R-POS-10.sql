-- Unbesetzte Monate einer Stelle im Zeitraum gegen die Zahl, ab der eine Vakanz zu erläutern ist. Gleichzeitige
-- Besetzungen einer Stelle zählen zusammen, höchstens bis zum ganzen Zeitraum. Liegt eine außerhalb des Zeitraums, wird
-- die Stelle hier nicht beurteilt.
WITH occupancies AS (
    SELECT
        posts.submission_id,
        posts.row_key,
        posts.ordinal,
        posts.post_number,
        submissions.closing_day,
        submissions.months AS months_of_period,
        greatest(posts.filled_from, submissions.first_day) AS first_day,
        least(coalesce(posts.filled_to, submissions.closing_day), submissions.closing_day) AS last_day
    FROM posts
    INNER JOIN submissions ON posts.submission_id = submissions.submission_id
    WHERE posts.filled_from IS NOT NULL AND posts.fte_filled > 0
),

lengths AS (
    SELECT
        *,
        CASE
            WHEN first_day <= last_day
                THEN
                    datediff('month', date_trunc('month', first_day), date_trunc('month', last_day))
                    + day(last_day) / day(last_day(last_day))
                    - (day(first_day) - 1) / day(last_day(first_day))
        END AS months
    FROM occupancies
)

SELECT
    lengths.submission_id,
    min_by(lengths.row_key, lengths.ordinal) AS row_key,
    CASE
        WHEN count(*) = count(lengths.months)
            THEN round(greatest(any_value(lengths.months_of_period) - sum(lengths.months), 0), 1)::DECIMAL(10, 1)
    END AS given,
    any_value(parameters.number) AS expected,
    lengths.post_number
FROM lengths
LEFT JOIN reference.parameters
    ON
        parameters.name = 'vacancy_months_max'
        AND lengths.closing_day BETWEEN parameters.valid_from AND parameters.valid_to
GROUP BY lengths.submission_id, lengths.post_number
