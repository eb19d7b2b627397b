-- Unbesetzte Monate einer Stelle im Zeitraum gegen die Zahl, ab der eine Vakanz zu erläutern ist. Gleichzeitige
-- Besetzungen einer Stelle zählen zusammen, höchstens bis zum ganzen Zeitraum; eine Zeile mit 0 VZÄ ist unbesetzt.
-- Liegt eine Besetzung außerhalb des Zeitraums, wird die Stelle hier nicht beurteilt.
WITH filled AS (
    SELECT
        *,
        CASE WHEN fte_filled > 0 THEN months WHEN fte_filled = 0 THEN 0 END AS filled_months
    FROM occupancies
)

SELECT
    filled.submission_id,
    min_by(filled.row_key, filled.ordinal) AS row_key,
    CASE
        WHEN count(*) = count(filled.filled_months)
            THEN
                round(
                    greatest(any_value(filled.months_of_period) - sum(filled.filled_months), 0), 1
                )::DECIMAL(10, 1)
    END AS given,
    any_value(parameters.number) AS expected,
    filled.post_number,
    filled.post_number AS about
FROM filled
LEFT JOIN reference.parameters
    ON
        parameters.name = 'vacancy_months_max'
        AND filled.closing_day BETWEEN parameters.valid_from AND parameters.valid_to
GROUP BY filled.submission_id, filled.post_number
