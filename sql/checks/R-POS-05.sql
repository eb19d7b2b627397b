-- Eine Besetzung endet frühestens am ersten Tag des Zeitraums; frühere gehören nicht mehr in den Bericht.
SELECT
    posts.submission_id,
    posts.row_key,
    datediff('day', DATE '1970-01-01', posts.filled_to) AS given,
    datediff('day', DATE '1970-01-01', submissions.first_day) AS expected
FROM posts
INNER JOIN submissions ON posts.submission_id = submissions.submission_id
