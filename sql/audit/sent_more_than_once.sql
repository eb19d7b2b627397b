-- comment: Welche Berichte kamen mehrmals, und was wurde aus jedem Versuch?
-- kind: question
-- columns:
--   period: Berichtszeitraum
--   ags: Kommune
--   municipality: Name der Kommune
--   submissions: Zahl der Einreichungen
--   first_received_on: Eingang der ersten
--   last_received_on: Eingang der letzten
--   verdicts: Prüfergebnisse in der Reihenfolge des Eingangs
--   in_force: Einreichung, die gilt; leer, wenn keine gilt
WITH submissions AS (
    SELECT * FROM intake.submissions
),

municipalities AS (
    SELECT * FROM reference.areas
    WHERE area_kind = 'body'
)

SELECT
    submissions.period,
    submissions.ags,
    any_value(municipalities.area) AS municipality,
    count(*) AS submissions,
    min(submissions.received_on) AS first_received_on,
    max(submissions.received_on) AS last_received_on,
    string_agg(submissions.verdict, ' → ' ORDER BY submissions.received_at, submissions.submission_id) AS verdicts,
    max(submissions.submission_id) FILTER (WHERE submissions.in_force) AS in_force
FROM submissions
INNER JOIN municipalities ON submissions.period = municipalities.period AND submissions.ags = municipalities.ags
GROUP BY submissions.period, submissions.ags
HAVING count(*) > 1
ORDER BY submissions DESC, submissions.period ASC, submissions.ags ASC
