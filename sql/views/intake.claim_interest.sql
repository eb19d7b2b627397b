-- comment: >-
--   Zinsen auf registrierte Bescheide, Abschnitt für Abschnitt: einfache Zinsen ohne Zinseszins, auf den Tag genau;
--   der Jahreszins wird durch die Tage des Kalenderjahrs geteilt. Der erste Tag zählt mit, der Tag der Zahlung oder
--   Verwendung nicht. Ein neuer Abschnitt beginnt mit jedem Kalenderhalbjahr und mit der Zahlung auf den Betrag.
--   Gerundet wird hier nicht
-- columns:
--   notice_number: Nummer des Bescheids, mit dem gefordert wird
--   days_from: Erster verzinster Tag des Abschnitts
--   days_to: Erster Tag danach
--   days: Verzinste Tage
--   days_of_year: Tage, durch die der Jahreszins geteilt wird
--   base_rate_percent: Basiszinssatz (Prozent im Jahr)
--   percent: Basiszinssatz zuzüglich der Zinspunkte (Prozent im Jahr)
--   amount_eur: Verzinster Betrag (EUR)
--   interest_eur: Zinsen des Abschnitts (EUR), ungerundet; leer, wo ein Satz oder Parameter fehlt
--   is_base_rate_known: Falsch, wo der Basiszinssatz des Halbjahrs noch fehlt und der letzte bekannte fortgilt
--   certainty: Wie sicher der Basiszinssatz ist; U auch, wo er fortgilt
WITH claims AS (
    SELECT * FROM reference.claims
),

base_rates AS (
    SELECT * FROM reference.base_rates
),

parameters AS (
    SELECT * FROM reference.parameters
),

business_time AS (
    SELECT * FROM intake.business_time
),

-- A payment lessens what bears interest only where the amount itself is claimed; late use ends with the use.
bearing AS (
    SELECT
        claims.notice_number,
        claims.interest_from AS days_from,
        least(coalesce(claims.interest_to, business_time.business_on), business_time.business_on) AS days_to,
        claims.amount_eur,
        claims.paid_on,
        CASE
            WHEN claims.kind = 'Rückforderung' THEN greatest(claims.amount_eur - coalesce(claims.paid_eur, 0), 0)
            ELSE claims.amount_eur
        END AS amount_after_eur
    FROM claims
    CROSS JOIN business_time
),

amounts AS (
    SELECT
        notice_number,
        days_from,
        least(days_to, coalesce(paid_on, days_to)) AS days_to,
        amount_eur
    FROM bearing
    UNION ALL
    SELECT
        notice_number,
        greatest(days_from, paid_on) AS days_from,
        days_to,
        amount_after_eur AS amount_eur
    FROM bearing
    WHERE paid_on IS NOT NULL
),

half_years AS (
    SELECT
        cast(half_year AS DATE) AS first_day,
        cast(half_year + INTERVAL 6 MONTH AS DATE) AS next_day
    FROM (
        SELECT unnest(generate_series(
            date_trunc('year', (SELECT min(claims.interest_from) FROM claims)),
            (SELECT max(business_time.business_on) FROM business_time),
            INTERVAL 6 MONTH
        )) AS half_year
    ) AS calendar
),

rates AS (
    SELECT
        half_years.first_day,
        half_years.next_day,
        base_rates.percent,
        coalesce(base_rates.valid_from >= half_years.first_day, FALSE) AS is_base_rate_known,
        base_rates.certainty
    FROM half_years
    LEFT JOIN base_rates ON half_years.first_day >= base_rates.valid_from
    QUALIFY row_number() OVER (PARTITION BY half_years.first_day ORDER BY base_rates.valid_from DESC) = 1
),

parts AS (
    SELECT
        amounts.notice_number,
        greatest(amounts.days_from, rates.first_day) AS days_from,
        least(amounts.days_to, rates.next_day) AS days_to,
        amounts.amount_eur,
        rates.percent AS base_rate_percent,
        rates.is_base_rate_known,
        CASE WHEN rates.is_base_rate_known THEN rates.certainty ELSE 'U' END AS certainty
    FROM amounts
    INNER JOIN rates ON amounts.days_from < rates.next_day AND amounts.days_to > rates.first_day
    WHERE amounts.days_from < amounts.days_to AND amounts.amount_eur > 0
),

shares AS (
    SELECT
        parts.*,
        datediff('day', parts.days_from, parts.days_to) AS days,
        CASE
            WHEN day(last_day(make_date(year(parts.days_from), 2, 1))) = 29 THEN cast(leap_years.number AS INTEGER)
            ELSE 365
        END AS days_of_year,
        cast(parts.base_rate_percent + points.number AS DECIMAL(8, 2)) AS percent
    FROM parts
    LEFT JOIN parameters AS points
        ON
            points.name = 'repayment_interest_points'
            AND parts.days_from BETWEEN points.valid_from AND points.valid_to
    LEFT JOIN parameters AS leap_years
        ON
            leap_years.name = 'interest_days_of_leap_year'
            AND parts.days_from BETWEEN leap_years.valid_from AND leap_years.valid_to
)

SELECT
    notice_number,
    days_from,
    days_to,
    days,
    days_of_year,
    base_rate_percent,
    percent,
    amount_eur,
    -- Ten decimals: far below a cent, so that the sum is rounded once and splitting a time changes nothing.
    cast(amount_eur * percent * days / (100 * days_of_year) AS DECIMAL(28, 10)) AS interest_eur,
    is_base_rate_known,
    certainty
FROM shares
