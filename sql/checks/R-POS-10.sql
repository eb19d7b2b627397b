-- Unbesetzte Monate einer Stelle im Zeitraum gegen die Zahl, ab der eine Vakanz zu erläutern ist. Gleichzeitige
-- Besetzungen einer Stelle zählen zusammen, höchstens bis zum ganzen Zeitraum. Liegt eine außerhalb des Zeitraums, wird
-- die Stelle hier nicht beurteilt.
SELECT
    occupancies.submission_id,
    min_by(occupancies.row_key, occupancies.ordinal) AS row_key,
    CASE
        WHEN count(*) = count(occupancies.months)
            THEN
                round(
                    greatest(any_value(occupancies.months_of_period) - sum(occupancies.months), 0), 1
                )::DECIMAL(10, 1)
    END AS given,
    any_value(parameters.number) AS expected,
    occupancies.post_number
FROM occupancies
LEFT JOIN reference.parameters
    ON
        parameters.name = 'vacancy_months_max'
        AND occupancies.closing_day BETWEEN parameters.valid_from AND parameters.valid_to
WHERE occupancies.fte_filled > 0
GROUP BY occupancies.submission_id, occupancies.post_number
