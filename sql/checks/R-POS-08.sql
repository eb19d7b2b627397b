-- Personalausgaben einer Besetzung, auf eine Vollzeitstelle und ein volles Jahr gerechnet, gegen die obere Grenze des
-- Üblichen.
SELECT
    occupancies.submission_id,
    occupancies.row_key,
    round(occupancies.staff_cost_eur * 12 / nullif(occupancies.fte_filled * occupancies.months, 0), 2)::DECIMAL(
        14, 2
    ) AS given,
    parameters.number AS expected,
    occupancies.staff_cost_eur,
    occupancies.post_number AS about
FROM occupancies
LEFT JOIN reference.parameters
    ON
        parameters.name = 'staff_cost_per_fte_max_eur'
        AND occupancies.closing_day BETWEEN parameters.valid_from AND parameters.valid_to
WHERE occupancies.months IS NOT NULL
