-- comment: >-
--   Wer hat zu welchem abgeschlossenen Zeitraum noch keinen angenommenen Bericht, und wie lange ist die Frist vorüber?
-- kind: question
-- columns:
--   period: Berichtszeitraum
--   ags: Kommune
--   municipality: Name der Kommune
--   due_on: Frist
--   extended_to: Verlängerte Frist
--   received_on: Eingang der ersten Einreichung; leer, wenn nichts kam
--   days_overdue: Tage seit der geltenden Frist; leer, solange sie läuft
--   state: Stand der Berichtspflicht am Geschäftstag
WITH obligations AS (
    SELECT * FROM intake.obligations
    WHERE NOT exempt AND duty_basis <> 'freiwillig'
),

municipalities AS (
    SELECT * FROM reference.areas
    WHERE area_kind = 'body'
),

submissions AS (
    SELECT * FROM intake.submissions
    WHERE in_force
),

business_time AS (
    SELECT * FROM intake.business_time
),

periods AS (
    SELECT * FROM reference.periods
)

SELECT
    obligations.period,
    obligations.ags,
    municipalities.area AS municipality,
    obligations.due_on,
    obligations.extended_to,
    obligations.received_on,
    nullif(
        greatest(
            datediff(
                'day', greatest(obligations.due_on, obligations.extended_to), business_time.business_on
            ),
            0
        ),
        0
    ) AS days_overdue,
    obligations.state
FROM obligations
INNER JOIN business_time ON TRUE
INNER JOIN periods ON obligations.period = periods.period AND business_time.business_on > periods.closing_day
INNER JOIN municipalities ON obligations.period = municipalities.period AND obligations.ags = municipalities.ags
LEFT JOIN submissions ON obligations.period = submissions.period AND obligations.ags = submissions.ags
WHERE submissions.submission_id IS NULL
ORDER BY obligations.period ASC, days_overdue DESC NULLS LAST, obligations.ags ASC
