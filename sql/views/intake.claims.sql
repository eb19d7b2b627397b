-- comment: >-
--   Registrierte Bescheide über Rückforderungen und Zinsen mit den Zinsen bis zum Geschäftstag. Nur sie sind
--   Forderungen; was intake.funds_cases nennt, ist erst zu prüfen. Zinsen werden je Bescheid einmal gerundet; eine
--   Zahlung zählt zuerst auf den geforderten Betrag
-- columns:
--   notice_number: Nummer des Bescheids, mit dem gefordert wird
--   ags: Kommune
--   grant_number: Nummer des Zuwendungsbescheids
--   budget_year: Haushaltsjahr
--   notice_on: Tag des Bescheids
--   kind: Rückforderung oder Zinsen
--   legal_basis: >-
--     § 49a Abs. 1 und 3 HVwVfG = Erstattung, verzinst, seit der Bescheid unwirksam ist; § 49a Abs. 4 HVwVfG = nur
--     Zinsen, weil Mittel nicht alsbald verwendet wurden
--   amount_eur: Zurückgeforderter oder spät verwendeter Betrag (EUR)
--   claimed_eur: Geforderter Betrag ohne Zinsen (EUR); 0, wo nur Zinsen gefordert werden
--   interest_from: Erster Tag, der verzinst wird
--   interest_until: Tag, bis zu dem hier Zinsen gerechnet sind; er selbst zählt nicht
--   interest_days: Verzinste Tage
--   interest_eur: Zinsen bis dahin (EUR); leer, wo für einen Teil der Zeit ein Satz oder Parameter fehlt
--   is_interest_running: Ob weiter Zinsen anfallen
--   certainty: Wie sicher die Basiszinssätze sind, der unsicherste zählt; U auch, wo der letzte bekannte fortgilt
--   paid_on: Tag der Zahlung
--   paid_eur: Gezahlter Betrag (EUR)
--   open_eur: Geforderter Betrag und Zinsen abzüglich dessen, was bis zum Geschäftstag gezahlt ist (EUR)
--   limitation_on: Letzter Tag vor der Verjährung
--   limitation_basis: Bescheid, wo er den Tag nennt, sonst Parameter mit seiner Sicherheit
--   is_limited_soon: Ob die Forderung offen ist und binnen zwölf Monaten verjährt
--   is_limited: Ob die Verjährung schon eingetreten ist
--   note: Was an den Beträgen vorläufig ist
WITH claims AS (
    SELECT * FROM reference.claims
),

interest AS (
    SELECT * FROM intake.claim_interest
),

parameters AS (
    SELECT * FROM reference.parameters
),

business_time AS (
    SELECT * FROM intake.business_time
),

sums AS (
    SELECT
        notice_number,
        cast(sum(days) AS INTEGER) AS days,
        -- A time without a rate is no time without interest.
        CASE WHEN count(*) = count(interest_eur) THEN sum(interest_eur) END AS interest_eur,
        max(days_to) AS last_day,
        -- From C and L over P to U, as their letters do not sort.
        max_by(certainty, strpos('CLPU', certainty)) AS certainty
    FROM interest
    GROUP BY notice_number
),

limitation AS (
    SELECT
        claims.notice_number,
        coalesce(
            claims.limitation_on,
            make_date(year(claims.notice_on) + cast(parameters.number AS INTEGER), 12, 31)
        ) AS limitation_on,
        CASE
            WHEN claims.limitation_on IS NOT NULL THEN 'Bescheid'
            ELSE 'Parameter limitation_years (' || parameters.certainty || ')'
        END AS limitation_basis
    FROM claims
    LEFT JOIN parameters
        ON
            parameters.name = 'limitation_years'
            AND claims.notice_on BETWEEN parameters.valid_from AND parameters.valid_to
),

payments AS (
    SELECT
        claims.notice_number,
        CASE WHEN claims.paid_on <= business_time.business_on THEN claims.paid_eur ELSE 0 END AS paid_so_far_eur
    FROM claims
    CROSS JOIN business_time
),

computed AS (
    SELECT
        claims.*,
        business_time.business_on,
        limitation.limitation_on AS last_day_of_claim,
        limitation.limitation_basis,
        coalesce(sums.last_day, claims.interest_from) AS interest_until,
        coalesce(sums.days, 0) AS interest_days,
        coalesce(sums.certainty, 'C') AS certainty,
        CASE WHEN claims.kind = 'Rückforderung' THEN claims.amount_eur ELSE 0 END AS claimed_eur,
        CASE
            WHEN sums.notice_number IS NULL THEN 0
            ELSE cast(round(sums.interest_eur, 2) AS DECIMAL(14, 2))
        END AS interest_eur,
        (claims.interest_to IS NULL OR claims.interest_to > business_time.business_on)
        AND NOT (claims.kind = 'Rückforderung' AND payments.paid_so_far_eur >= claims.amount_eur)
            AS is_interest_running,
        payments.paid_so_far_eur
    FROM claims
    CROSS JOIN business_time
    INNER JOIN limitation ON claims.notice_number = limitation.notice_number
    INNER JOIN payments ON claims.notice_number = payments.notice_number
    LEFT JOIN sums ON claims.notice_number = sums.notice_number
),

balanced AS (
    SELECT
        *,
        CASE
            WHEN interest_eur IS NOT NULL
                THEN cast(greatest(claimed_eur + interest_eur - paid_so_far_eur, 0) AS DECIMAL(14, 2))
        END AS open_eur
    FROM computed
)

SELECT
    notice_number,
    ags,
    grant_number,
    budget_year,
    notice_on,
    kind,
    CASE kind
        WHEN 'Rückforderung' THEN '§ 49a Abs. 1 und 3 HVwVfG'
        ELSE '§ 49a Abs. 4 HVwVfG'
    END AS legal_basis,
    amount_eur,
    claimed_eur,
    interest_from,
    interest_until,
    interest_days,
    interest_eur,
    is_interest_running,
    certainty,
    paid_on,
    paid_eur,
    open_eur,
    last_day_of_claim AS limitation_on,
    limitation_basis,
    coalesce(open_eur > 0, TRUE)
    AND last_day_of_claim BETWEEN business_on AND business_on + INTERVAL 12 MONTH AS is_limited_soon,
    last_day_of_claim < business_on AS is_limited,
    concat_ws(
        ' ',
        CASE WHEN is_interest_running THEN 'Zinsen laufen weiter.' END,
        CASE WHEN certainty = 'U' THEN 'Ein Basiszinssatz ist nicht bestätigt oder gilt fort.' END,
        CASE WHEN interest_eur IS NULL THEN 'Für einen Teil der Zeit fehlt ein Zinssatz oder Parameter.' END
    ) AS note
FROM balanced
