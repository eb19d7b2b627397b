-- comment: Welche Einreichungen wurden zurückgegeben, für ungültig erklärt oder gelöscht, und warum?
-- kind: question
-- columns:
--   period: Berichtszeitraum
--   ags: Kommune
--   municipality: Name der Kommune
--   submission_id: Einreichung
--   received_on: Tag des Eingangs
--   outcome: >-
--     returned und unreadable = von der Prüfung zurückgegeben; return, void und erase = vom Ministerium zurückgegeben,
--     aufgehoben, gelöscht
--   reason: Prüfcodes der Fehler, oder Begründung der Entscheidung
--   is_replaced: Ob seither ein Bericht derselben Kommune zum selben Zeitraum gilt
WITH submissions AS (
    SELECT * FROM intake.submissions
),

findings AS (
    SELECT * FROM intake.findings
    WHERE severity IN ('fatal', 'error') AND NOT trial
),

decisions AS (
    SELECT * FROM intake.decisions
    WHERE act IN ('return', 'void', 'erase')
),

municipalities AS (
    SELECT * FROM reference.areas
    WHERE area_kind = 'body'
),

codes AS (
    SELECT
        submission_id,
        string_agg(DISTINCT code, ', ' ORDER BY code) AS reason
    FROM findings
    GROUP BY submission_id
),

outcomes AS (
    SELECT
        submissions.submission_id,
        submissions.verdict AS outcome,
        codes.reason
    FROM submissions
    LEFT JOIN codes ON submissions.submission_id = codes.submission_id
    WHERE submissions.verdict IN ('returned', 'unreadable')
    UNION ALL
    SELECT
        submission_id,
        act AS outcome,
        why AS reason
    FROM decisions
)

SELECT
    submissions.period,
    submissions.ags,
    municipalities.area AS municipality,
    submissions.submission_id,
    submissions.received_on,
    outcomes.outcome,
    outcomes.reason,
    successors.submission_id IS NOT NULL AS is_replaced
FROM outcomes
INNER JOIN submissions ON outcomes.submission_id = submissions.submission_id
LEFT JOIN municipalities ON submissions.period = municipalities.period AND submissions.ags = municipalities.ags
LEFT JOIN submissions AS successors
    ON
        submissions.period = successors.period
        AND submissions.ags = successors.ags
        AND submissions.submission_id <> successors.submission_id
        AND successors.in_force
ORDER BY submissions.received_on, submissions.submission_id, outcomes.outcome
