-- Landesmittel je Stelle gegen den Höchstbetrag der Förderung: je Koordinationskraft nach Umfang und besetzten Monaten,
-- je Mitarbeitsstelle nach besetzten Monaten. Angefangene Monate zählen taggenau; maßgeblich ist die Summe der Stelle.
-- Liegt eine Besetzung außerhalb des Zeitraums (R-POS-03 bis R-POS-05), wird die Stelle hier nicht beurteilt.
WITH most_funds (function, parameter, by_fte) AS (
    VALUES
    ('WIR-Koordinationskraft', 'coordination_post_eur_per_year', TRUE),
    ('WIR-Mitarbeitsstelle', 'assistant_post_eur_per_year', FALSE)
),

occupancies AS (
    SELECT
        posts.submission_id,
        posts.row_key,
        posts.ordinal,
        posts.post_number,
        posts.function,
        posts.fte_filled,
        posts.state_funds_eur,
        submissions.closing_day,
        greatest(posts.filled_from, submissions.first_day) AS first_day,
        least(coalesce(posts.filled_to, submissions.closing_day), submissions.closing_day) AS last_day
    FROM posts
    INNER JOIN submissions ON posts.submission_id = submissions.submission_id
    WHERE posts.filled_from IS NOT NULL
),

lengths AS (
    SELECT
        *,
        CASE
            WHEN first_day <= last_day
                THEN
                    datediff('month', date_trunc('month', first_day), date_trunc('month', last_day))
                    + day(last_day) / day(last_day(last_day))
                    - (day(first_day) - 1) / day(last_day(first_day))
        END AS months
    FROM occupancies
),

limits AS (
    SELECT
        lengths.*,
        parameters.number * lengths.months / 12
        * CASE WHEN most_funds.by_fte THEN lengths.fte_filled ELSE 1 END AS limit_eur
    FROM lengths
    INNER JOIN most_funds ON lengths.function = most_funds.function
    LEFT JOIN reference.parameters
        ON
            most_funds.parameter = parameters.name
            AND lengths.closing_day BETWEEN parameters.valid_from AND parameters.valid_to
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
