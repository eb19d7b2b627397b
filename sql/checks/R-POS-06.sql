-- Landesmittel je Stelle gegen den Höchstbetrag der Förderung: je Koordinationskraft nach Umfang und besetzten Monaten,
-- je Mitarbeitsstelle nach besetzten Monaten. Angefangene Monate zählen taggenau; maßgeblich ist die Summe der Stelle.
-- Liegt eine Besetzung außerhalb des Zeitraums (R-POS-03 bis R-POS-05), wird die Stelle hier nicht beurteilt.
WITH most_funds (function, parameter, by_fte) AS (
    VALUES
    ('WIR-Koordinationskraft', 'coordination_post_eur_per_year', TRUE),
    ('WIR-Mitarbeitsstelle', 'assistant_post_eur_per_year', FALSE)
),

limits AS (
    SELECT
        occupancies.*,
        parameters.number * occupancies.months / 12
        * CASE WHEN most_funds.by_fte THEN occupancies.fte_filled ELSE 1 END AS limit_eur
    FROM occupancies
    INNER JOIN most_funds ON occupancies.function = most_funds.function
    LEFT JOIN reference.parameters
        ON
            most_funds.parameter = parameters.name
            AND occupancies.closing_day BETWEEN parameters.valid_from AND parameters.valid_to
)

SELECT
    submission_id,
    min_by(row_key, ordinal) AS row_key,
    CASE WHEN count(*) = count(state_funds_eur) THEN sum(state_funds_eur) END AS given,
    CASE WHEN count(*) = count(limit_eur) THEN round(sum(limit_eur), 2)::DECIMAL(14, 2) END AS expected,
    post_number,
    function,
    round(sum(months), 2)::DECIMAL(10, 2) AS months
FROM limits
GROUP BY submission_id, post_number, function
