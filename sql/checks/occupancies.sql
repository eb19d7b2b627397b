-- Zwischenschritt: jede Besetzung einer Stelle, auf den Berichtszeitraum beschnitten, mit ihrer Länge in Monaten (ein
-- angebrochener Monat zählt nach Tagen). Eine Besetzung außerhalb des Zeitraums hat keine Länge.
WITH clipped AS (
    SELECT
        posts.submission_id,
        posts.row_key,
        posts.ordinal,
        posts.post_number,
        posts.function,
        posts.fte_filled,
        posts.staff_cost_eur,
        posts.state_funds_eur,
        submissions.closing_day,
        submissions.months AS months_of_period,
        greatest(posts.filled_from, submissions.first_day) AS first_day,
        least(coalesce(posts.filled_to, submissions.closing_day), submissions.closing_day) AS last_day
    FROM posts
    INNER JOIN submissions ON posts.submission_id = submissions.submission_id
    WHERE posts.filled_from IS NOT NULL
)

SELECT
    *,
    CASE
        WHEN first_day <= last_day
            THEN
                datediff('month', date_trunc('month', first_day), date_trunc('month', last_day))
                + day(last_day) / day(last_day(last_day))
                - (day(first_day) - 1) / day(last_day(first_day))
    END AS months
FROM clipped
