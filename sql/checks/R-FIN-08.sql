-- Landesmittel der Zeile „Lotsen Einsatz“ gegen die Landesmittel der Integrationslotsinnen und -lotsen.
SELECT
    cost_lines.submission_id,
    cost_lines.row_key,
    cost_lines.state_funds_eur AS given,
    guides.state_funds_eur AS expected
FROM cost_lines
INNER JOIN guides ON cost_lines.submission_id = guides.submission_id AND guides.guide_type = 'Integration'
WHERE cost_lines.cost_type = 'Lotsen Einsatz'
