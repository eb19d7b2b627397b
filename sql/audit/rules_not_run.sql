-- comment: Welche Prüfregel ist bei welcher Einreichung nicht gelaufen, und warum?
-- kind: question
WITH rule_results AS (
    SELECT * FROM intake.rule_results
    WHERE outcome = 'not_run'
),

submissions AS (
    SELECT * FROM intake.submissions
)

SELECT
    submissions.period,
    submissions.ags,
    submissions.submission_id,
    rule_results.code,
    rule_results.reason
FROM rule_results
INNER JOIN submissions ON rule_results.submission_id = submissions.submission_id
ORDER BY submissions.period, submissions.ags, submissions.submission_id, rule_results.code
