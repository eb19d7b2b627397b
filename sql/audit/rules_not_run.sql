-- comment: >-
--   Welche Prüfregeln sind bei welcher Einreichung nicht gelaufen, und warum? Nicht gelaufen ist nicht bestanden
-- kind: question
-- columns:
--   period: Berichtszeitraum; leer, wenn die Datei keinem zuzuordnen ist
--   ags: Kommune; leer, wenn die Datei keiner zuzuordnen ist
--   submission_id: Einreichung
--   verdict: Prüfergebnis
--   reason: Warum nicht geprüft wurde
--   rules: Zahl der Regeln
--   codes: Ihre Prüfcodes
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
    submissions.verdict,
    rule_results.reason,
    count(*) AS rules,
    string_agg(rule_results.code, ', ' ORDER BY rule_results.code) AS codes
FROM rule_results
INNER JOIN submissions ON rule_results.submission_id = submissions.submission_id
GROUP BY submissions.period, submissions.ags, submissions.submission_id, submissions.verdict, rule_results.reason
ORDER BY submissions.submission_id, rule_results.reason
