-- comment: Wo liegen die Personalausgaben je besetzter Vollzeitstelle und Jahr außerhalb des Üblichen?
-- kind: question
-- columns:
--   period: Berichtszeitraum
--   ags: Kommune
--   municipality: Name der Kommune
--   post_number: Stellennummer
--   function: Funktion
--   fte_filled: Umfang besetzt (VZÄ)
--   days_filled: Besetzte Tage im Zeitraum
--   staff_cost_eur: Personalausgaben (EUR)
--   cost_per_fte_and_year_eur: Auf eine Vollzeitstelle und ein Jahr gerechnet (EUR)
--   usual_from_eur: Untere Grenze des Üblichen (Parameter staff_cost_per_fte_min_eur)
--   usual_to_eur: Obere Grenze des Üblichen (Parameter staff_cost_per_fte_max_eur)
WITH occupancies AS (
    SELECT * FROM accepted.occupancies
    WHERE fte_filled > 0 AND days_filled > 0
),

submissions AS (
    SELECT * FROM intake.submissions
    WHERE in_force
),

parameters AS (
    SELECT * FROM reference.parameters_of_period
),

periods AS (
    SELECT * FROM reference.periods
),

municipalities AS (
    SELECT * FROM reference.areas
    WHERE area_kind = 'body'
),

bounds AS (
    SELECT
        period,
        max(number) FILTER (WHERE name = 'staff_cost_per_fte_min_eur') AS usual_from_eur,
        max(number) FILTER (WHERE name = 'staff_cost_per_fte_max_eur') AS usual_to_eur
    FROM parameters
    GROUP BY period
),

yearly AS (
    SELECT
        occupancies.*,
        cast(
            round(
                cast(occupancies.staff_cost_eur * occupancies.days_of_period * 12 AS DOUBLE)
                / (occupancies.fte_filled * occupancies.days_filled * periods.months),
                2
            ) AS DECIMAL(14, 2)
        ) AS cost_per_fte_and_year_eur
    FROM occupancies
    INNER JOIN submissions ON occupancies.submission_id = submissions.submission_id
    INNER JOIN periods ON occupancies.period = periods.period
)

SELECT
    yearly.period,
    yearly.ags,
    municipalities.area AS municipality,
    yearly.post_number,
    yearly.function,
    yearly.fte_filled,
    yearly.days_filled,
    yearly.staff_cost_eur,
    yearly.cost_per_fte_and_year_eur,
    bounds.usual_from_eur,
    bounds.usual_to_eur
FROM yearly
INNER JOIN bounds ON yearly.period = bounds.period
INNER JOIN municipalities ON yearly.period = municipalities.period AND yearly.ags = municipalities.ags
WHERE yearly.cost_per_fte_and_year_eur NOT BETWEEN bounds.usual_from_eur AND bounds.usual_to_eur
ORDER BY yearly.cost_per_fte_and_year_eur DESC, yearly.ags ASC, yearly.post_number ASC
