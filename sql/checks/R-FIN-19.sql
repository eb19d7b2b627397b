-- Andere Landesmittel in einer WIR-geförderten Zeile: Doppelförderung?
SELECT
    submission_id,
    row_key,
    other_state_funds_eur AS given,
    0 AS expected
FROM finances
