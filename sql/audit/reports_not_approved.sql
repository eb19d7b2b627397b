-- comment: Welche geltenden Berichte hat das Ministerium noch nicht freigegeben, und wie lange warten sie schon?
-- kind: question
-- columns:
--   period: Berichtszeitraum
--   ags: Kommune
--   municipality: Name der Kommune
--   submission_id: Einreichung
--   received_on: Tag des Eingangs
--   verdict: Prüfergebnis
--   days_waiting: Tage seit dem Eingang
WITH submissions AS (
    SELECT * FROM intake.submissions
    WHERE in_force AND approved_at IS NULL
),

business_time AS (
    SELECT * FROM intake.business_time
),

municipalities AS (
    SELECT * FROM reference.areas
    WHERE area_kind = 'body'
)

SELECT
    submissions.period,
    submissions.ags,
    municipalities.area AS municipality,
    submissions.submission_id,
    submissions.received_on,
    submissions.verdict,
    datediff('day', submissions.received_on, business_time.business_on) AS days_waiting
FROM submissions
INNER JOIN business_time ON TRUE
INNER JOIN municipalities ON submissions.period = municipalities.period AND submissions.ags = municipalities.ags
ORDER BY days_waiting DESC, submissions.submission_id ASC
