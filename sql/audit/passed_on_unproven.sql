-- comment: >-
--   Welche weitergeleiteten Mittel sind weder durch einen geprüften Nachweis belegt noch zurückgefordert, und ist die
--   Prüfung überfällig? Je Vorhaben zählt der neueste geltende Bericht
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
--   checked_eur: Davon bis zum Geschäftstag geprüft (EUR)
--   unproven_eur: Was davon offen ist (EUR)
--   proof_received_on: Eingang des Nachweises; leer, wenn keiner kam
--   proof_due_on: Bis dahin soll er geprüft sein, zwölf Monate nach Ende des Jahres der Weiterleitung
--   is_overdue: Ob dieser Tag vorüber ist
WITH forwarded AS (
    SELECT * FROM reports.forwarded_funds
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
            PARTITION BY forwarded.ags, forwarded.project_number, year(forwarded.forwarded_on)
            ORDER BY periods.closing_day DESC, periods.months DESC, forwarded.ordinal ASC
        ) = 1
),

proven AS (
    SELECT
        latest.*,
        business_time.business_on,
        CASE
            WHEN latest.proof_checked_on <= business_time.business_on THEN coalesce(latest.checked_eur, 0)
            ELSE 0
        END AS checked_so_far_eur
    FROM latest
    CROSS JOIN business_time
),

balanced AS (
    SELECT
        *,
        amount_eur - coalesce(reclaimed_eur, 0) - checked_so_far_eur AS unproven_eur,
        make_date(year(forwarded_on) + 1, 12, 31) AS proof_due_on
    FROM proven
)

SELECT
    balanced.period,
    balanced.ags,
    municipalities.area AS municipality,
    balanced.project_number,
    balanced.carrier_type,
    balanced.forwarded_on,
    balanced.amount_eur,
    balanced.reclaimed_eur,
    balanced.checked_so_far_eur AS checked_eur,
    balanced.unproven_eur,
    balanced.proof_received_on,
    balanced.proof_due_on,
    balanced.business_on > balanced.proof_due_on AS is_overdue
FROM balanced
INNER JOIN municipalities ON balanced.period = municipalities.period AND balanced.ags = municipalities.ags
WHERE balanced.unproven_eur > 0
ORDER BY balanced.proof_due_on ASC, balanced.unproven_eur DESC, balanced.ags ASC, balanced.project_number ASC
