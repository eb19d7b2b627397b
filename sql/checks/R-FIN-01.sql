-- Ausgaben jeder Zeile gegen die Summe ihrer sechs Finanzierungsquellen.
SELECT
    submission_id,
    row_key,
    expenditure_eur AS given,
    state_funds_eur + own_funds_eur + other_state_funds_eur + federal_eu_funds_eur + other_municipal_funds_eur
    + private_funds_eur AS expected
FROM finances
