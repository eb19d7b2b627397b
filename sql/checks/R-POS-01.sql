-- Besetzte Stellen je Funktion, an dem Tag des Zeitraums mit den meisten, gegen den bewilligten Umfang nach dem
-- Zuwendungsregister, wo er dort steht (im Schlussbericht der größte eines Jahres), sonst gegen die Höchstzahl der
-- Förderung. Die meisten sind es stets an einem Tag, an dem eine Besetzung beginnt.
WITH most_posts (function, cost_type, parameter) AS (
    VALUES
    ('WIR-Koordinationskraft', 'Koordination', 'coordination_posts_max'),
    ('WIR-Mitarbeitsstelle', 'Mitarbeitsstelle', 'assistant_posts_max')
),

register AS (
    SELECT
        ags,
        cost_type,
        budget_year,
        sum(granted_fte) AS granted_fte
    FROM reference.grants
    GROUP BY ags, cost_type, budget_year
),

granted AS (
    SELECT
        submissions.submission_id,
        register.cost_type,
        max(register.granted_fte) AS granted_fte
    FROM submissions
    INNER JOIN register
        ON
            submissions.ags = register.ags
            AND register.budget_year BETWEEN year(submissions.first_day) AND submissions.year
    GROUP BY submissions.submission_id, register.cost_type
),

occupancies AS (
    SELECT
        posts.submission_id,
        posts.row_key,
        posts.ordinal,
        posts.function,
        posts.fte_filled,
        submissions.closing_day,
        greatest(posts.filled_from, submissions.first_day) AS first_day,
        coalesce(posts.filled_to, submissions.closing_day) AS last_day
    FROM posts
    INNER JOIN submissions ON posts.submission_id = submissions.submission_id
    WHERE posts.filled_from IS NOT NULL
),

days AS (
    SELECT
        starting.submission_id,
        starting.row_key,
        starting.ordinal,
        starting.function,
        starting.closing_day,
        starting.first_day,
        CASE WHEN count(*) = count(present.fte_filled) THEN sum(present.fte_filled) END AS fte
    FROM occupancies AS starting
    INNER JOIN occupancies AS present
        ON
            starting.submission_id = present.submission_id
            AND starting.function = present.function
            AND starting.first_day BETWEEN present.first_day AND present.last_day
    WHERE starting.first_day <= starting.closing_day
    GROUP BY ALL
)

SELECT
    days.submission_id,
    max_by(days.row_key, (days.fte, -days.ordinal)) AS row_key,
    max(days.fte) AS given,
    coalesce(any_value(granted.granted_fte), any_value(parameters.number)) AS expected,
    days.function,
    max_by(days.first_day, (days.fte, -days.ordinal)) AS on_day
FROM days
INNER JOIN most_posts ON days.function = most_posts.function
LEFT JOIN granted ON days.submission_id = granted.submission_id AND most_posts.cost_type = granted.cost_type
LEFT JOIN reference.parameters
    ON
        most_posts.parameter = parameters.name
        AND days.closing_day BETWEEN parameters.valid_from AND parameters.valid_to
WHERE days.fte IS NOT NULL
GROUP BY days.submission_id, days.function
