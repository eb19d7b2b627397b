-- Eine Besetzung beginnt spätestens am Stichtag; spätere gehören in den nächsten Bericht.
SELECT
    posts.submission_id,
    posts.row_key,
    datediff('day', DATE '1970-01-01', posts.filled_from) AS given,
    datediff('day', DATE '1970-01-01', submissions.closing_day) AS expected
FROM posts
INNER JOIN submissions ON posts.submission_id = submissions.submission_id
