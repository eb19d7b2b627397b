-- id: LOT-04
-- group: Integrationslotsinnen/-lotsen
-- name_de: Auslastung des Stundenkontingents
-- name_en: Use of the hour quota
-- question_de: Wie weit schöpfen die Integrationslotsinnen und -lotsen das Stundenkontingent aus?
-- definition_de: Geleistete Stunden der Integrationslotsinnen und -lotsen im Verhältnis zur Höchstzahl des Jahres
-- formula_de: Stunden / (276 × (Aktive − Koordinierende) + 414 × Koordinierende) × 100
-- unit: '%'
-- decimals: 1
-- direction: neutral
-- protection: persons
-- aggregation: ratio
-- scale: 100
-- basis: report
-- half_year: false
-- note_de: Nur Integrationslotsinnen und -lotsen; im Halbjahr nicht anwendbar. Über 100 % ist ein Fehler.
-- denominator_note_de: Die Höchststunden je Person sind datierte Parameter des Förderprogramms.
WITH guides AS (
    SELECT * FROM accepted.guides
    WHERE guide_type = 'Integration'
),

periods AS (
    SELECT * FROM reference.periods
),

simple_hours AS (
    SELECT * FROM reference.parameters
    WHERE name = 'guide_hours_per_year'
),

coordinating_hours AS (
    SELECT * FROM reference.parameters
    WHERE name = 'coordinating_guide_hours_per_year'
)

SELECT
    guides.ags,
    guides.period,
    guides.submission_id,
    'guides' AS section,
    guides.row_key,
    'gesamt' AS breakdown,
    guides.hours AS numerator,
    cast(simple_hours.number AS DECIMAL(14, 2)) * (guides.active_total - guides.coordinating)
    + cast(coordinating_hours.number AS DECIMAL(14, 2)) * guides.coordinating AS denominator
FROM guides
INNER JOIN periods ON guides.period = periods.period
INNER JOIN simple_hours ON periods.closing_day BETWEEN simple_hours.valid_from AND simple_hours.valid_to
INNER JOIN coordinating_hours
    ON periods.closing_day BETWEEN coordinating_hours.valid_from AND coordinating_hours.valid_to
