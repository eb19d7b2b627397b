-- id: KOO-04
-- group: Koordination & Strategie
-- name_de: Teilnahme an Vernetzungstreffen des Landes
-- name_en: Attendance at state networking meetings
-- question_de: An welchem Anteil der Vernetzungstreffen des Landes nehmen die Vielfaltszentren teil?
-- definition_de: Besuchte im Verhältnis zu den vom Ministerium angebotenen Vernetzungstreffen des Jahres
-- formula_de: Summe(besuchte Treffen) / Summe(angebotene Treffen) × 100
-- unit: '%'
-- decimals: 1
-- direction: higher_better
-- protection: none
-- aggregation: ratio
-- scale: 100
-- basis: report
-- half_year: false
-- denominator_note_de: Angebotene Treffen sind ein datierter Parameter des Ministeriums (state_meetings_offered).
WITH strategy AS (
    SELECT * FROM accepted.strategy
),

periods AS (
    SELECT * FROM reference.periods
),

parameters AS (
    SELECT * FROM reference.parameters
    WHERE name = 'state_meetings_offered'
)

SELECT
    strategy.ags,
    strategy.period,
    strategy.submission_id,
    'strategy' AS section,
    strategy.row_key,
    'gesamt' AS breakdown,
    strategy.state_meetings_attended AS numerator,
    parameters.number AS denominator
FROM strategy
INNER JOIN periods ON strategy.period = periods.period
INNER JOIN parameters ON periods.closing_day BETWEEN parameters.valid_from AND parameters.valid_to
