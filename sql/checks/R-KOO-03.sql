-- Alter der Strategie am Stichtag: zuletzt beschlossen oder fortgeschrieben vor höchstens den vorgesehenen Jahren.
SELECT
    strategy.submission_id,
    strategy.row_key,
    datediff('day', DATE '1970-01-01', greatest(strategy.adopted_on, strategy.updated_on)) AS given,
    datediff(
        'day', DATE '1970-01-01', (submissions.closing_day - to_years(parameters.number::INTEGER))::DATE
    ) AS expected,
    parameters.number::INTEGER AS years
FROM strategy
INNER JOIN submissions ON strategy.submission_id = submissions.submission_id
LEFT JOIN reference.parameters
    ON
        parameters.name = 'strategy_age_years_max'
        AND submissions.closing_day BETWEEN parameters.valid_from AND parameters.valid_to
WHERE strategy.status = 'beschlossen'
