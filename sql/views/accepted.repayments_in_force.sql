-- comment: >-
--   Rückzahlungen, die heute zählen: aus geltenden Berichten, eine Zahlung einmal, auch wenn zwei Berichte sie nennen.
--   Es zählt der spätere Bericht, ein Halbjahresbericht nur, solange der Jahresbericht nicht gilt
-- columns:
--   ags: Amtlicher Gemeindeschlüssel der berichtenden Kommune
--   submission_id: Einreichung, die sie zuletzt nennt
--   row_key: Zeile im Abschnitt repayments
--   grant_number: Nummer des Zuwendungsbescheids
--   budget_year: Haushaltsjahr, für das die Mittel bewilligt waren
--   repaid_on: Tag der Zahlung
--   amount_eur: Zurückgezahlter Betrag ohne Zinsen (EUR)
WITH repayments AS (
    SELECT * FROM accepted.repayments
),

submissions AS (
    SELECT * FROM intake.submissions
    WHERE in_force
),

periods AS (
    SELECT * FROM reference.periods
),

reports AS (
    SELECT
        submissions.submission_id,
        submissions.ags,
        periods.closing_day,
        periods.months
    FROM submissions
    INNER JOIN periods ON submissions.period = periods.period
    WHERE
        periods.report_kind <> 'Halbjahresbericht'
        OR NOT EXISTS (
            SELECT 1 FROM submissions AS of_year
            WHERE
                of_year.ags = submissions.ags
                AND of_year.year = submissions.year
                AND of_year.report_kind = 'Jahresbericht'
        )
),

-- Two equal payments on one day are two, as long as one report names both.
numbered AS (
    SELECT
        reports.ags,
        reports.submission_id,
        reports.closing_day,
        reports.months,
        repayments.row_key,
        coalesce(repayments.grant, '') AS grant_number,
        repayments.budget_year,
        repayments.repaid_on,
        repayments.amount_eur,
        row_number() OVER (
            PARTITION BY
                repayments.submission_id,
                repayments.grant,
                repayments.budget_year,
                repayments.repaid_on,
                repayments.amount_eur
            ORDER BY repayments.ordinal
        ) AS number_of_equals
    FROM reports
    INNER JOIN repayments ON reports.submission_id = repayments.submission_id
)

SELECT
    ags,
    submission_id,
    row_key,
    grant_number,
    budget_year,
    repaid_on,
    amount_eur
FROM numbered
QUALIFY row_number() OVER (
    PARTITION BY ags, grant_number, budget_year, repaid_on, amount_eur, number_of_equals
    ORDER BY closing_day DESC, months DESC
) = 1
