-- comment: Gegen welche Regeln verstoßen die ersten Einreichungen am häufigsten?
-- kind: question
-- columns:
--   code: Prüfcode
--   checked: Erste Einreichungen, bei denen die Regel geprüft wurde
--   broken: Davon verletzt
--   broken_percent: Anteil in Prozent
--   example: Eine der Feststellungen
WITH rule_results AS (
    SELECT * FROM intake.rule_results
),

first_uploads AS (
    SELECT * FROM intake.first_uploads
),

findings AS (
    SELECT * FROM intake.findings
),

examples AS (
    SELECT
        code,
        min(message) AS example
    FROM findings
    GROUP BY code
),

counted AS (
    SELECT
        rule_results.code,
        count(*) FILTER (WHERE rule_results.outcome IN ('passed', 'failed')) AS checked,
        count(*) FILTER (WHERE rule_results.outcome = 'failed') AS broken
    FROM rule_results
    INNER JOIN first_uploads ON rule_results.submission_id = first_uploads.submission_id
    GROUP BY rule_results.code
)

SELECT
    counted.code,
    counted.checked,
    counted.broken,
    cast(round(100.0 * counted.broken / nullif(counted.checked, 0), 1) AS DECIMAL(5, 1)) AS broken_percent,
    examples.example
FROM counted
LEFT JOIN examples ON counted.code = examples.code
WHERE counted.broken > 0
ORDER BY counted.broken DESC, counted.code ASC
