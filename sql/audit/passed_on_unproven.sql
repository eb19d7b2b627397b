-- comment: Für welche weitergeleiteten Mittel ist der Nachweis noch nicht geprüft, und seit wann überfällig?
-- kind: question
-- columns:
--   period: Berichtszeitraum
--   ags: Kommune
--   municipality: Name der Kommune
--   project_number: Nummer des Vorhabens
--   carrier_type: Art des Trägers
--   forwarded_on: Tag der Weiterleitung
--   amount_eur: Weitergeleitet (EUR)
--   reclaimed_eur: Davon zurückgefordert (EUR)
--   proof_received_on: Eingang des Nachweises; leer, wenn keiner kam
--   proof_due_on: Bis dahin soll er geprüft sein, zwölf Monate nach Ende des Jahres der Weiterleitung
--   is_overdue: Ob dieser Tag vorüber ist
WITH forwarded AS (
    SELECT * FROM reports.forwarded_funds
    WHERE proof_checked_on IS NULL
),

periods AS (
    SELECT * FROM reference.periods
),

business_time AS (
    SELECT * FROM intake.business_time
),

municipalities AS (
    SELECT * FROM reference.areas
    WHERE area_kind = 'body'
),

-- A project stays in the form until its proof is checked: the newest report knows most.
latest AS (
    SELECT forwarded.*
    FROM forwarded
    INNER JOIN periods ON forwarded.period = periods.period
    QUALIFY
        row_number() OVER (
            PARTITION BY forwarded.ags, forwarded.project_number
            ORDER BY periods.closing_day DESC, forwarded.ordinal ASC
        ) = 1
)

SELECT
    latest.period,
    latest.ags,
    municipalities.area AS municipality,
    latest.project_number,
    latest.carrier_type,
    latest.forwarded_on,
    latest.amount_eur,
    latest.reclaimed_eur,
    latest.proof_received_on,
    make_date(year(latest.forwarded_on) + 1, 12, 31) AS proof_due_on,
    business_time.business_on > make_date(year(latest.forwarded_on) + 1, 12, 31) AS is_overdue
FROM latest
INNER JOIN business_time ON TRUE
INNER JOIN municipalities ON latest.period = municipalities.period AND latest.ags = municipalities.ags
WHERE latest.amount_eur > coalesce(latest.reclaimed_eur, 0)
ORDER BY proof_due_on ASC, latest.amount_eur DESC, latest.ags ASC, latest.project_number ASC
