-- comment: Parameter des Förderprogramms, wie sie am Stichtag jedes Berichtszeitraums gelten
-- columns:
--   period: Berichtszeitraum
--   name: Name des Parameters
--   row_key: Zeile in reference.parameters
--   number: Wert als Zahl
WITH parameters AS (
    SELECT * FROM reference.parameters
),

periods AS (
    SELECT * FROM reference.periods
)

SELECT
    periods.period,
    parameters.name,
    parameters.row_key,
    parameters.number
FROM parameters
INNER JOIN periods ON periods.closing_day BETWEEN parameters.valid_from AND parameters.valid_to
