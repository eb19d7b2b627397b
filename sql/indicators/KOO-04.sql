-- id: KOO-04
-- group: Koordination & Strategie
-- name_de: Teilnahme an Landes-Vernetzungstreffen
-- name_en: Attendance at state networking meetings
-- question_de: An welchem Anteil der Vernetzungstreffen des Landes nehmen die Vielfaltszentren teil?
-- definition_de: >-
--   Besuchte im Verhältnis zu den vom Ministerium angebotenen Vernetzungstreffen des Jahres, im Schlussbericht aller
--   Jahre
-- formula_de: Summe(besuchte Treffen) / Summe(angebotene Treffen) × 100
-- unit: '%'
-- decimals: 1
-- direction: higher_better
-- protection: none
-- aggregation: ratio
-- scale: 100
-- basis: report
-- half_year: false
-- denominator_note_de: >-
--   Angebotene Treffen im Jahr sind ein datierter Parameter des Ministeriums (state_meetings_offered); im
--   Schlussbericht zählt jedes seiner Jahre.
WITH strategy AS (
    SELECT * FROM accepted.strategy
),

offered AS (
    SELECT * FROM reference.parameters_of_period
    WHERE name = 'state_meetings_offered'
),

periods AS (
    SELECT * FROM reference.periods
)

SELECT
    ags,
    period,
    submission_id,
    'strategy' AS section,
    row_key,
    'gesamt' AS breakdown,
    state_meetings_attended AS numerator,
    0 AS denominator
FROM strategy
UNION ALL
SELECT
    strategy.ags,
    strategy.period,
    strategy.submission_id,
    'reference.parameters' AS section,
    offered.row_key,
    'gesamt' AS breakdown,
    0 AS numerator,
    offered.number * (periods.year - year(periods.first_day) + 1) AS denominator
FROM strategy
INNER JOIN offered ON strategy.period = offered.period
INNER JOIN periods ON strategy.period = periods.period
