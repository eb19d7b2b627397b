-- Das Postfach auf dem Deckblatt: erbeten ist ein Funktionspostfach, keine Adresse einer Person.
-- Muster: 62a446e3
SELECT
    submission_id,
    row_key,
    field,
    CASE WHEN is_personal_mailbox THEN 1 ELSE 0 END AS given,
    0 AS expected,
    'die Adresse einer Person' AS given_text,
    'ein Funktionspostfach' AS expected_text
FROM cells
WHERE
    field = 'cover.contact_mailbox'
    AND value IS NOT NULL
