-- comment: >-
--   Wo ist mehr ausgezahlt als verwendet und zurückgezahlt, je Bescheid und Haushaltsjahr? Ein Prüffall, keine
--   Forderung
-- kind: question
WITH terms AS (
    SELECT * FROM indicators.terms_in_force
    WHERE indicator_id = 'MIT-04' AND starts_with(breakdown, 'grant=')
),

municipalities AS (
    SELECT * FROM reference.areas
    WHERE area_kind = 'body'
)

SELECT
    terms.period,
    terms.ags,
    any_value(municipalities.area) AS municipality,
    terms.breakdown AS grant_notice,
    sum(terms.numerator) FILTER (WHERE terms.section = 'reference.drawdowns') AS paid_eur,
    -sum(terms.numerator) FILTER (WHERE terms.section = 'finances') AS used_eur,
    -sum(terms.numerator) FILTER (WHERE terms.section = 'repayments') AS repaid_eur,
    sum(terms.numerator) AS difference_eur
FROM terms
INNER JOIN municipalities ON terms.period = municipalities.period AND terms.ags = municipalities.ags
GROUP BY terms.period, terms.ags, terms.breakdown
HAVING sum(terms.numerator) > 0
ORDER BY difference_eur DESC, terms.ags ASC, grant_notice ASC
