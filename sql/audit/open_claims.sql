-- comment: Welche Rückforderungen und Zinsen sind offen, und wann verjähren sie? Nur registrierte Bescheide
-- kind: question
-- columns:
--   notice_number: Nummer des Bescheids
--   ags: Kommune
--   municipality: Name der Kommune
--   grant_number: Nummer des Zuwendungsbescheids
--   legal_basis: Rechtsgrundlage
--   claimed_eur: Geforderter Betrag ohne Zinsen (EUR)
--   interest_eur: Zinsen bis zum Geschäftstag (EUR)
--   open_eur: Davon noch offen (EUR)
--   limitation_on: Letzter Tag vor der Verjährung
--   is_limited_soon: Ob sie binnen zwölf Monaten verjährt
--   is_limited: Ob sie schon verjährt ist
WITH claims AS (
    SELECT * FROM intake.claims
),

municipalities AS (
    SELECT * FROM reference.areas
    WHERE area_kind = 'body'
)

SELECT
    claims.notice_number,
    claims.ags,
    municipalities.area AS municipality,
    claims.grant_number,
    claims.legal_basis,
    claims.claimed_eur,
    claims.interest_eur,
    claims.open_eur,
    claims.limitation_on,
    claims.is_limited_soon,
    claims.is_limited
FROM claims
LEFT JOIN municipalities
    ON claims.ags = municipalities.ags AND cast(claims.budget_year AS VARCHAR) = municipalities.period
WHERE claims.open_eur IS NULL OR claims.open_eur > 0
ORDER BY claims.limitation_on, claims.notice_number
