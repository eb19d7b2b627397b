-- Landesmittel jeder Zeile gegen den Betrag, der für sie bewilligt ist. Verschiebungen zwischen Kostenarten eines
-- Bescheids sind möglich, aber zu erläutern.
SELECT
    submission_id,
    row_key,
    state_funds_eur AS given,
    granted_eur AS expected
FROM finances
