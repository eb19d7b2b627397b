-- id: LOT-04
-- group: Integrationslotsinnen/-lotsen
-- name_de: Auslastung des Stundenkontingents
-- name_en: Use of the hour quota
-- question_de: Wie weit schöpfen die Integrationslotsinnen und -lotsen das Stundenkontingent aus?
-- definition_de: Geleistete Stunden der Integrationslotsinnen und -lotsen im Verhältnis zur Höchstzahl des Jahres
-- formula_de: Stunden / (276 × (Aktive − Koordinierende) + 414 × Koordinierende) / Jahre des Zeitraums × 100
-- unit: '%'
-- decimals: 1
-- direction: neutral
-- protection: persons
-- aggregation: ratio
-- scale: 100
-- basis: report
-- half_year: false
-- note_de: >-
--   Nur Integrationslotsinnen und -lotsen; im Halbjahr nicht anwendbar. Über 100 % ist ein Fehler. Im Schlussbericht
--   stehen die Stunden aller fünf Jahre gegen fünfmal die Höchstzahl.
-- denominator_note_de: Die Höchststunden je Person sind datierte Parameter des Förderprogramms.
WITH guides AS (
    SELECT * FROM accepted.guides
    WHERE guide_type = 'Integration'
),

hour_limits AS (
    SELECT * FROM reference.parameters_of_period
    WHERE name IN ('guide_hours_per_year', 'coordinating_guide_hours_per_year')
),

periods AS (
    SELECT * FROM reference.periods
),

hours_of_period AS (
    SELECT
        period,
        max(number) FILTER (WHERE name = 'guide_hours_per_year') AS simple_hours,
        max(number) FILTER (WHERE name = 'coordinating_guide_hours_per_year') AS coordinating_hours
    FROM hour_limits
    GROUP BY period
)

SELECT
    guides.ags,
    guides.period,
    guides.submission_id,
    'guides' AS section,
    guides.row_key,
    'gesamt' AS breakdown,
    guides.hours AS numerator,
    cast(
        (
            hours_of_period.simple_hours * (guides.active_total - guides.coordinating)
            + hours_of_period.coordinating_hours * guides.coordinating
        ) * (periods.year - year(periods.first_day) + 1) AS DECIMAL(28, 6)
    ) AS denominator
FROM guides
INNER JOIN hours_of_period ON guides.period = hours_of_period.period
INNER JOIN periods ON guides.period = periods.period
UNION ALL
-- The parameters add nothing by themselves, but the denominator rests on them.
SELECT
    guides.ags,
    guides.period,
    guides.submission_id,
    'reference.parameters' AS section,
    hour_limits.row_key,
    'gesamt' AS breakdown,
    0 AS numerator,
    0 AS denominator
FROM guides
INNER JOIN hour_limits ON guides.period = hour_limits.period
