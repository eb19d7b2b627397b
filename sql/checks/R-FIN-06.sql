-- Landesmittel der Zeile „Mitarbeitsstelle“ gegen die Landesmittel aller Mitarbeitsstellen, gleich wer anstellt.
SELECT
    cost_lines.submission_id,
    cost_lines.row_key,
    cost_lines.state_funds_eur AS given,
    post_totals.assistants_eur AS expected
FROM cost_lines
INNER JOIN post_totals ON cost_lines.submission_id = post_totals.submission_id
WHERE cost_lines.cost_type = 'Mitarbeitsstelle'
