-- Freie Texte, die vermutlich personenbezogene Daten enthalten. Der Text selbst wird nie wiederholt.
-- Welche Arten ein Text enthält, steht bei jeder Zelle (expectations/personal_data.py); das Funktionspostfach des
-- Deckblatts ist eine erbetene E-Mail-Adresse. Auch ein Bescheid kann freier Text sein: ohne Register ist er es.
-- Muster: 62a446e3
SELECT
    cells.submission_id,
    cells.row_key,
    cells.field,
    cells.personal_kinds AS given,
    0 AS expected,
    cells.personal AS given_text,
    'keine personenbezogenen Daten' AS expected_text
FROM cells
INNER JOIN submissions ON cells.submission_id = submissions.submission_id
INNER JOIN fields ON submissions.year = fields.year AND cells.field = fields.field
WHERE
    (fields.type = 'text' OR fields.list = 'grants')
    AND NOT fields.locked
    AND cells.value IS NOT NULL
