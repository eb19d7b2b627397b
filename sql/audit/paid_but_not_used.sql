-- comment: >-
--   Wo ist mehr ausgezahlt als verwendet und zurückgezahlt, je Bescheid und Haushaltsjahr? Ein Prüffall, keine
--   Forderung
-- kind: question
-- columns:
--   budget_year: Haushaltsjahr
--   ags: Kommune
--   municipality: Name der Kommune
--   grant_number: Nummer des Zuwendungsbescheids
--   granted_eur: Bewilligt (EUR)
--   paid_eur: Ausgezahlt laut Zahlungsregister (EUR)
--   used_eur: Verwendet laut geltendem Jahresbericht (EUR)
--   repaid_eur: Zurückgezahlt (EUR)
--   unspent_eur: Weder verwendet noch zurückgezahlt (EUR)
--   is_provisional: Ob für das Haushaltsjahr noch gezahlt werden kann
WITH funds_cases AS (
    SELECT * FROM intake.funds_cases
),

municipalities AS (
    SELECT * FROM reference.areas
    WHERE area_kind = 'body'
)

SELECT
    funds_cases.budget_year,
    funds_cases.ags,
    municipalities.area AS municipality,
    funds_cases.grant_number,
    funds_cases.granted_eur,
    funds_cases.paid_eur,
    funds_cases.used_eur,
    funds_cases.repaid_eur,
    funds_cases.unspent_eur,
    funds_cases.is_provisional
FROM funds_cases
LEFT JOIN municipalities
    ON funds_cases.ags = municipalities.ags AND cast(funds_cases.budget_year AS VARCHAR) = municipalities.period
WHERE funds_cases.unspent_eur > 0
ORDER BY funds_cases.unspent_eur DESC, funds_cases.ags ASC, funds_cases.grant_number ASC
