-- comment: >-
--   Wer hat noch nie pünktlich berichtet? Es zählt die erste später angenommene Einreichung jedes fälligen Berichts
-- kind: question
-- columns:
--   ags: Kommune
--   municipality: Name der Kommune
--   reports_due: Berichte, deren Frist vorüber ist
--   reports_late: Davon nach der Frist angekommen
--   reports_open: Davon noch ohne angenommenen Bericht
--   days_late_at_most: Größter Verzug eines angekommenen Berichts in Tagen
WITH obligations AS (
    SELECT * FROM intake.obligations
),

business_time AS (
    SELECT * FROM intake.business_time
),

municipalities AS (
    SELECT * FROM reference.areas
    WHERE area_kind = 'body'
),

due AS (
    SELECT
        obligations.*,
        obligations.accepted_on <= greatest(obligations.due_on, obligations.extended_to) AS is_on_time
    FROM obligations
    INNER JOIN business_time
        ON greatest(obligations.due_on, obligations.extended_to) < business_time.business_on
    WHERE NOT obligations.exempt AND obligations.duty_basis <> 'freiwillig'
)

SELECT
    due.ags,
    arg_max(municipalities.area, municipalities.period) AS municipality,
    count(*) AS reports_due,
    count(*) FILTER (WHERE NOT due.is_on_time) AS reports_late,
    count(*) FILTER (WHERE due.accepted_on IS NULL) AS reports_open,
    max(due.days_late) AS days_late_at_most
FROM due
INNER JOIN municipalities ON due.period = municipalities.period AND due.ags = municipalities.ags
GROUP BY due.ags
HAVING count(*) FILTER (WHERE due.is_on_time) = 0
ORDER BY reports_open DESC, days_late_at_most DESC NULLS LAST, due.ags ASC
