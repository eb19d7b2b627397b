-- comment: >-
--   Zeiträume, für die eine Kennzahl gebildet wird oder zu irgendeinem Zeitpunkt gebildet wurde, auch wenn der einzige
--   Bericht eines laufenden Zeitraums inzwischen aufgehoben ist: Für sie werden Terme aufbewahrt
-- columns:
--   indicator_id: Kennzahl
--   period: Berichtszeitraum
WITH catalogue AS (
    SELECT * FROM indicators.catalogue
),

periods AS (
    SELECT * FROM reference.calendar
),

business_time AS (
    SELECT * FROM intake.business_time
),

reports AS (
    SELECT * FROM history.intake_submissions
    WHERE in_force
)

SELECT
    catalogue.id AS indicator_id,
    periods.period
FROM catalogue
INNER JOIN periods ON catalogue.half_year OR periods.report_kind <> 'Halbjahresbericht'
WHERE
    periods.closing_day < (SELECT business_time.business_on FROM business_time)
    OR periods.period IN (SELECT reports.period FROM reports)
