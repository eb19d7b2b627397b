-- comment: Welche Bescheide und Haushaltsjahre sind zu prüfen, und warum? Prüffälle, keine Forderungen
-- kind: question
-- columns:
--   budget_year: Haushaltsjahr; leer bei Entscheidungen über einen Schlussbericht
--   ags: Kommune
--   municipality: Name der Kommune
--   grant_number: Nummer des Zuwendungsbescheids
--   case_kinds: Was zu prüfen ist
--   granted_eur: Bewilligt (EUR)
--   paid_eur: Ausgezahlt (EUR)
--   used_eur: Verwendet laut geltendem Bericht (EUR)
--   recognised_eur: Davon anerkannt (EUR)
--   cut_eur: Davon gekürzt (EUR)
--   claimed_eur: Durch Bescheide gefordert (EUR)
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
    funds_cases.case_kinds,
    funds_cases.granted_eur,
    funds_cases.paid_eur,
    funds_cases.used_eur,
    funds_cases.recognised_eur,
    funds_cases.cut_eur,
    funds_cases.claimed_eur
FROM funds_cases
LEFT JOIN municipalities
    ON
        funds_cases.ags = municipalities.ags
        AND coalesce(cast(funds_cases.budget_year AS VARCHAR), '2026-2030') = municipalities.period
WHERE funds_cases.case_kinds <> ''
ORDER BY funds_cases.budget_year, funds_cases.ags, funds_cases.grant_number
