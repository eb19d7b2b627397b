-- Landesmittel der Zeile „Laiendolmetschen Einsatz“ gegen die Landesmittel für Einsätze der Laiendolmetschenden.
SELECT
    cost_lines.submission_id,
    cost_lines.row_key,
    cost_lines.state_funds_eur AS given,
    interpreters.state_funds_eur AS expected
FROM cost_lines
INNER JOIN interpreters ON cost_lines.submission_id = interpreters.submission_id
WHERE cost_lines.cost_type = 'Laiendolmetschen Einsatz'
