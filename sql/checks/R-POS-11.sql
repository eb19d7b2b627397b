-- Funktionen, für die Landesmittel bewilligt sind, aber in der ganzen Zeit keine Besetzung gemeldet ist: unbesetzte
-- Monate gegen die Zahl, ab der eine Vakanz zu erläutern ist. Teilweise besetzte Stellen beurteilt R-POS-10.
WITH functions (function, cost_type) AS (
    VALUES
    ('WIR-Koordinationskraft', 'Koordination'),
    ('WIR-Mitarbeitsstelle', 'Mitarbeitsstelle')
),

granted AS (
    SELECT
        finances.submission_id,
        functions.function,
        functions.cost_type
    FROM finances
    INNER JOIN functions ON finances.cost_type = functions.cost_type
    GROUP BY finances.submission_id, functions.function, functions.cost_type
    HAVING sum(finances.granted_eur) > 0
),

filled AS (
    SELECT
        submission_id,
        function
    FROM posts
    GROUP BY submission_id, function
)

SELECT
    granted.submission_id,
    granted.cost_type AS row_key,
    CASE WHEN filled.function IS NULL THEN submissions.months ELSE 0 END AS given,
    parameters.number AS expected,
    granted.function
FROM granted
INNER JOIN submissions ON granted.submission_id = submissions.submission_id
LEFT JOIN filled ON granted.submission_id = filled.submission_id AND granted.function = filled.function
LEFT JOIN reference.parameters
    ON
        parameters.name = 'vacancy_months_max'
        AND submissions.closing_day BETWEEN parameters.valid_from AND parameters.valid_to
