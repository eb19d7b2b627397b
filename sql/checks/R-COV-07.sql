-- Alle Bestätigungen des Deckblatts lauten „Ja“. Fehlende meldet bereits R-FLD-01, was kein Eintrag ist R-FLD-05.
SELECT
    submission_id,
    '' AS row_key,
    'cover.' || confirmation AS field,
    (answer = 'Ja')::INTEGER AS given,
    1 AS expected,
    answer AS given_text,
    'Ja' AS expected_text
FROM cover
UNPIVOT (
    answer FOR confirmation IN (
        confirmed_complete, confirmed_necessary_and_economical, confirmed_no_personal_data
    )
)
WHERE answer IN ('Ja', 'Nein')
