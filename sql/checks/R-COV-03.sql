-- Jeder Zuwendungsbescheid, den der Bogen nennt, gehört nach dem Zuwendungsregister dieser Kommune: der vorgedruckte
-- ebenso wie der gewählte. Von einer Kommune, die das Register gar nicht kennt, ist jede Nummer möglich.
WITH named AS (
    SELECT
        submission_id,
        row_key,
        field,
        value AS grant_number
    FROM cells
    WHERE field LIKE '%.grant' AND value IS NOT NULL
),

known_bodies AS (
    SELECT DISTINCT ags
    FROM reference.grants
)

SELECT
    named.submission_id,
    named.row_key,
    named.field,
    (count(grants.grant_number) > 0)::INTEGER AS given,
    1 AS expected,
    named.grant_number AS given_text,
    'ein Bescheid dieser Kommune' AS expected_text
FROM named
INNER JOIN submissions ON named.submission_id = submissions.submission_id
INNER JOIN known_bodies ON submissions.ags = known_bodies.ags
LEFT JOIN reference.grants ON named.grant_number = grants.grant_number AND submissions.ags = grants.ags
GROUP BY named.submission_id, named.row_key, named.field, named.grant_number
