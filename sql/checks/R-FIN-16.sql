-- Auszahlungen des Berichtszeitraums je Bescheid und Haushaltsjahr gegen das Auszahlungsregister. Bis zu einem Cent
-- Unterschied ist Rundung. Eine Auszahlung, die nur im Register steht, zählt im Bericht als 0.
WITH register AS (
    SELECT
        submissions.submission_id,
        drawdowns.grant_number,
        drawdowns.budget_year,
        sum(drawdowns.amount_eur) AS amount_eur
    FROM reference.drawdowns
    INNER JOIN submissions
        ON
            drawdowns.ags = submissions.ags
            AND drawdowns.paid_on BETWEEN submissions.first_day AND submissions.closing_day
    GROUP BY submissions.submission_id, drawdowns.grant_number, drawdowns.budget_year
),

reported AS (
    SELECT
        drawdowns.submission_id,
        drawdowns."grant" AS grant_number,
        drawdowns.budget_year,
        max_by(drawdowns.row_key, drawdowns.ordinal) AS row_key,
        CASE WHEN count(*) = count(drawdowns.amount_eur) THEN sum(drawdowns.amount_eur) ELSE -1 END AS amount_eur
    FROM drawdowns
    INNER JOIN submissions ON drawdowns.submission_id = submissions.submission_id
    WHERE drawdowns.drawn_on BETWEEN submissions.first_day AND submissions.closing_day
    GROUP BY drawdowns.submission_id, drawdowns."grant", drawdowns.budget_year
),

both_sides AS (
    SELECT
        coalesce(reported.submission_id, register.submission_id) AS submission_id,
        coalesce(reported.grant_number, register.grant_number) AS grant_number,
        coalesce(reported.budget_year, register.budget_year) AS budget_year,
        reported.row_key,
        nullif(coalesce(reported.amount_eur, 0), -1) AS reported_eur,
        coalesce(register.amount_eur, 0) AS register_eur
    FROM reported
    FULL JOIN register
        ON
            reported.submission_id = register.submission_id
            AND reported.grant_number = register.grant_number
            AND reported.budget_year = register.budget_year
)

SELECT
    submission_id,
    coalesce(row_key, grant_number || ' · ' || budget_year) AS row_key,
    reported_eur AS given,
    CASE WHEN abs(reported_eur - register_eur) <= 0.01 THEN reported_eur ELSE register_eur END AS expected,
    grant_number,
    budget_year,
    grant_number || ' · ' || budget_year AS about
FROM both_sides
