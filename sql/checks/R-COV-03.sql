-- Jeder vorgedruckte Zuwendungsbescheid gehört nach dem Zuwendungsregister dieser Kommune.
SELECT
    finances.submission_id,
    finances.row_key,
    (count(grants.grant_number) > 0)::INTEGER AS given,
    1 AS expected,
    finances."grant" AS given_text,
    'ein Bescheid dieser Kommune' AS expected_text
FROM finances
INNER JOIN submissions ON finances.submission_id = submissions.submission_id
LEFT JOIN reference.grants ON finances."grant" = grants.grant_number AND submissions.ags = grants.ags
WHERE finances."grant" IS NOT NULL
GROUP BY finances.submission_id, finances.row_key, finances."grant"
