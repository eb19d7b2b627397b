-- Personalausgaben einer Besetzung, auf eine Vollzeitstelle und ein volles Jahr gerechnet, gegen die obere Grenze des
-- Üblichen.
WITH occupancies AS (
    SELECT
        posts.submission_id,
        posts.row_key,
        posts.fte_filled,
        posts.staff_cost_eur,
        submissions.closing_day,
        greatest(posts.filled_from, submissions.first_day) AS first_day,
        least(coalesce(posts.filled_to, submissions.closing_day), submissions.closing_day) AS last_day
    FROM posts
    INNER JOIN submissions ON posts.submission_id = submissions.submission_id
    WHERE posts.filled_from IS NOT NULL
),

lengths AS (
    SELECT
        *,
        datediff('month', date_trunc('month', first_day), date_trunc('month', last_day))
        + day(last_day) / day(last_day(last_day))
        - (day(first_day) - 1) / day(last_day(first_day)) AS months
    FROM occupancies
    WHERE first_day <= last_day
)

SELECT
    lengths.submission_id,
    lengths.row_key,
    round(lengths.staff_cost_eur * 12 / nullif(lengths.fte_filled * lengths.months, 0), 2)::DECIMAL(14, 2) AS given,
    parameters.number AS expected,
    lengths.staff_cost_eur
FROM lengths
LEFT JOIN reference.parameters
    ON
        parameters.name = 'staff_cost_per_fte_max_eur'
        AND lengths.closing_day BETWEEN parameters.valid_from AND parameters.valid_to
