-- comment: Wer ist im zuletzt fälligen Zeitraum säumig, und wer kam zu spät?
-- kind: question
-- columns:
--   period: Berichtszeitraum
--   ags: Kommune
--   municipality: Name der Kommune
--   deadline: Geltende Frist, mit Verlängerung
--   accepted_on: Eingang der ersten angenommenen Einreichung
--   days_late: Tage nach der Frist, bei offenen bis zum Geschäftstag
--   state: Stand der Berichtspflicht
WITH obligations AS (
    SELECT * FROM intake.obligations
    WHERE NOT exempt AND duty_basis <> 'freiwillig'
),

business_time AS (
    SELECT * FROM intake.business_time
),

periods AS (
    SELECT * FROM reference.periods
),

municipalities AS (
    SELECT * FROM reference.areas
    WHERE area_kind = 'body'
),

overdue AS (
    SELECT
        obligations.*,
        periods.closing_day,
        greatest(obligations.due_on, obligations.extended_to) AS deadline,
        business_time.business_on
    FROM obligations
    INNER JOIN periods ON obligations.period = periods.period
    INNER JOIN business_time
        ON greatest(obligations.due_on, obligations.extended_to) < business_time.business_on
),

latest AS (
    SELECT * FROM overdue
    QUALIFY closing_day = max(closing_day) OVER ()
)

SELECT
    latest.period,
    latest.ags,
    municipalities.area AS municipality,
    latest.deadline,
    latest.accepted_on,
    datediff('day', latest.deadline, coalesce(latest.accepted_on, latest.business_on)) AS days_late,
    latest.state
FROM latest
INNER JOIN municipalities ON latest.period = municipalities.period AND latest.ags = municipalities.ags
WHERE coalesce(latest.accepted_on, latest.business_on) > latest.deadline
ORDER BY days_late DESC, latest.ags ASC
