-- Schlussbericht: Für jedes Jahr der Förderung ist ein Jahresbericht angenommen.
SELECT
    submissions.submission_id,
    '' AS row_key,
    count(before.period) AS given,
    submissions.year - year(submissions.first_day) + 1 AS expected,
    coalesce(' (' || string_agg(before.period, ', ' ORDER BY before.period) || ')', '') AS years_accepted
FROM submissions
LEFT JOIN history.cover AS before
    ON
        submissions.ags = before.ags
        AND try_cast(before.period AS INTEGER) BETWEEN year(submissions.first_day) AND submissions.year
GROUP BY submissions.submission_id, submissions.year, submissions.first_day
