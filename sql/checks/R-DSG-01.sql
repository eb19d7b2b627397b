-- Freie Texte auf Muster, die personenbezogene Daten erkennen lassen. Der Text selbst wird nie wiederholt.
-- Das Funktionspostfach ist eine erbetene E-Mail-Adresse.
WITH patterns (finds, pattern) AS (
    VALUES
    ('eine E-Mail-Adresse', '[[:alnum:]._%+-]+@[[:alnum:].-]+\.[[:alpha:]]{2,}'),
    ('eine Telefonnummer', '(\+49|\b0049)[0-9 /-]{6,}|\b0[1-9][0-9]{1,4}[ /-][0-9 -]{4,}|\b0[1-9][0-9]{8,}'),
    ('eine IBAN', '\b[A-Z]{2}[0-9]{2} ?([0-9]{4} ?){4}'),
    ('ein Geburtsdatum', '(?i)\b(geb\.|geboren)( am)? ?[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{2,4}'),
    ('eine Anrede mit Namen', '\b(Herrn?|Frau|Hr\.|Fr\.) (Dr\. |Prof\. )*[A-ZÄÖÜ][a-zäöüß]+')
),

texts AS (
    SELECT
        cells.submission_id,
        cells.row_key,
        cells.field,
        cells.value
    FROM cells
    INNER JOIN submissions ON cells.submission_id = submissions.submission_id
    INNER JOIN fields ON submissions.year = fields.year AND cells.field = fields.field
    WHERE
        fields.type = 'text'
        AND NOT fields.locked
        AND cells.value IS NOT NULL
        AND cells.field <> 'cover.contact_mailbox'
)

SELECT
    texts.submission_id,
    texts.row_key,
    texts.field,
    count(patterns.finds) AS given,
    0 AS expected,
    string_agg(patterns.finds, ' und ' ORDER BY patterns.finds) AS given_text,
    'keine personenbezogenen Daten' AS expected_text
FROM texts
LEFT JOIN patterns ON regexp_matches(texts.value, patterns.pattern)
GROUP BY texts.submission_id, texts.row_key, texts.field
