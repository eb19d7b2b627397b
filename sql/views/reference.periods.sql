-- comment: >-
--   Berichtszeiträume des Förderprogramms und ob es für sie Kennzahlen gibt: sobald ihr Stichtag vorüber ist, oder
--   vorher, sobald ein Bericht in Kraft ist
-- kind: table
-- columns:
--   period: 'Berichtszeitraum: 2026-H1, 2026 oder 2026-2030'
--   report_kind: Halbjahresbericht, Jahresbericht oder Schlussbericht
--   year: Berichtsjahr; beim Schlussbericht das letzte
--   first_day: Erster Tag
--   closing_day: Stichtag
--   months: Länge in Monaten
--   has_figures: 'Ob Kennzahlen gebildet werden: Stichtag vorüber oder ein Bericht in Kraft'
WITH calendar AS (
    SELECT * FROM reference.calendar
),

business_time AS (
    SELECT * FROM intake.business_time
),

reports AS (
    SELECT * FROM intake.submissions
    WHERE in_force
)

SELECT
    period,
    report_kind,
    year,
    first_day,
    closing_day,
    months,
    closing_day < (SELECT business_time.business_on FROM business_time)
    OR period IN (SELECT reports.period FROM reports) AS has_figures
FROM calendar
ORDER BY period
