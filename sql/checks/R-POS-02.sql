-- Gleichzeitige Besetzungen einer Stelle, an jedem Tag, an dem eine beginnt, gegen den bewilligten Umfang der Stelle.
WITH occupancies AS (
    SELECT
        posts.submission_id,
        posts.row_key,
        posts.post_number,
        posts.fte_filled,
        posts.fte_granted,
        posts.filled_from,
        coalesce(posts.filled_to, submissions.closing_day) AS last_day
    FROM posts
    INNER JOIN submissions ON posts.submission_id = submissions.submission_id
)

SELECT
    starting.submission_id,
    starting.row_key,
    CASE WHEN count(*) = count(present.fte_filled) THEN sum(present.fte_filled) END AS given,
    max(present.fte_granted) AS expected,
    starting.post_number,
    starting.filled_from AS on_day
FROM occupancies AS starting
INNER JOIN occupancies AS present
    ON
        starting.submission_id = present.submission_id
        AND starting.post_number = present.post_number
        AND starting.filled_from BETWEEN present.filled_from AND present.last_day
GROUP BY starting.submission_id, starting.row_key, starting.post_number, starting.filled_from
