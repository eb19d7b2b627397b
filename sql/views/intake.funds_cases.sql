-- comment: >-
--   Was bewilligt, ausgezahlt, verwendet, zurückgezahlt und anerkannt ist, je Kommune, Bescheid und Haushaltsjahr, und
--   was daran zu prüfen ist. Ein Prüffall ist keine Forderung: die gibt es nur mit registriertem Bescheid
--   (intake.claims). Was über einen Schlussbericht entschieden wurde, gilt für alle Jahre und hat eine eigene Zeile
--   ohne Haushaltsjahr; zu den Jahren wird es nicht addiert
-- kind: table
-- columns:
--   ags: Kommune
--   grant_number: Nummer des Zuwendungsbescheids; leer, wo ein Bericht keinen nennt
--   budget_year: Haushaltsjahr; leer bei Entscheidungen über einen Schlussbericht
--   submission_id: Jahresbericht, der gilt, ohne Haushaltsjahr der Schlussbericht; leer, wo keiner gilt
--   granted_eur: Bewilligt laut Bescheidregister (EUR); wie alle Beträge der Jahre leer ohne Haushaltsjahr
--   paid_eur: Ausgezahlt für das Haushaltsjahr laut Zahlungsregister, wann auch immer (EUR)
--   last_paid_on: Tag der letzten Auszahlung
--   used_eur: Verwendet laut Jahresbericht, ohne Haushaltsjahr laut Schlussbericht (EUR); leer, wo keiner gilt
--   repaid_eur: Zurückgezahlt laut allen geltenden Berichten (EUR)
--   unspent_eur: Ausgezahlt abzüglich verwendet und zurückgezahlt, mindestens 0 (EUR)
--   overspent_eur: Verwendet und zurückgezahlt abzüglich ausgezahlt, mindestens 0 (EUR)
--   recognised_eur: Vom gemeldeten Betrag anerkannt (EUR); leer, solange nicht entschieden ist
--   cut_eur: Vom gemeldeten Betrag gekürzt (EUR); leer, solange nicht entschieden ist
--   passed_on_eur: Im Jahr an Träger weitergeleitet (EUR)
--   unproven_eur: Davon bis zum Geschäftstag weder geprüft noch zurückgefordert (EUR)
--   claimed_eur: Durch registrierte Bescheide gefordert, ohne Zinsen (EUR)
--   case_kinds: >-
--     Was zu prüfen ist, durch Semikolon getrennt; leer, wo nichts – nicht verbraucht, mehr verwendet als ausgezahlt,
--     mehr verwendet als bewilligt, mehr ausgezahlt als bewilligt, gekürzt, nicht nachgewiesen, Weiterleitung ungeprüft
--   is_provisional: Ob für das Haushaltsjahr noch gezahlt werden kann, weil weniger ausgezahlt als bewilligt ist
WITH grants AS (
    SELECT * FROM reference.grants
),

drawdowns AS (
    SELECT * FROM reference.drawdowns
),

finances AS (
    SELECT * FROM accepted.finances
),

forwarded AS (
    SELECT * FROM accepted.forwarded_funds
),

repayments AS (
    SELECT * FROM accepted.repayments_in_force
),

recognitions AS (
    SELECT * FROM intake.recognitions
),

claims AS (
    SELECT * FROM intake.claims
),

obligations AS (
    SELECT * FROM intake.obligations
    WHERE report_kind = 'Jahresbericht'
),

reports AS (
    SELECT * FROM intake.submissions
    WHERE in_force AND report_kind = 'Jahresbericht'
),

final_reports AS (
    SELECT * FROM intake.submissions
    WHERE in_force AND report_kind = 'Schlussbericht'
),

business_time AS (
    SELECT * FROM intake.business_time
),

granted AS (
    SELECT
        ags,
        grant_number,
        budget_year,
        sum(granted_eur) AS granted_eur
    FROM grants
    GROUP BY ags, grant_number, budget_year
),

paid AS (
    SELECT
        ags,
        grant_number,
        budget_year,
        sum(amount_eur) AS paid_eur,
        max(paid_on) AS last_paid_on
    FROM drawdowns
    GROUP BY ags, grant_number, budget_year
),

used AS (
    SELECT
        reports.ags,
        coalesce(finances.grant, '') AS grant_number,
        reports.year AS budget_year,
        CASE WHEN count(*) = count(finances.state_funds_eur) THEN sum(finances.state_funds_eur) END AS used_eur
    FROM reports
    INNER JOIN finances ON reports.submission_id = finances.submission_id
    GROUP BY reports.ags, finances.grant, reports.year
),

repaid AS (
    SELECT
        ags,
        grant_number,
        budget_year,
        sum(amount_eur) AS repaid_eur
    FROM repayments
    GROUP BY ags, grant_number, budget_year
),

recognised AS (
    SELECT
        reports.ags,
        recognitions.grant_number,
        reports.year AS budget_year,
        sum(recognitions.recognised_eur) AS recognised_eur,
        sum(recognitions.cut_eur) AS cut_eur
    FROM reports
    INNER JOIN recognitions ON reports.submission_id = recognitions.submission_id
    GROUP BY reports.ags, recognitions.grant_number, reports.year
),

-- A project stays in the form until its proof is checked: the newest report knows most.
projects AS (
    SELECT
        reports.ags,
        coalesce(forwarded.grant, '') AS grant_number,
        year(forwarded.forwarded_on) AS budget_year,
        forwarded.amount_eur,
        coalesce(forwarded.reclaimed_eur, 0) AS reclaimed_eur,
        CASE
            WHEN forwarded.proof_checked_on <= business_time.business_on THEN coalesce(forwarded.checked_eur, 0)
            ELSE 0
        END AS checked_eur
    FROM reports
    CROSS JOIN business_time
    INNER JOIN forwarded ON reports.submission_id = forwarded.submission_id
    WHERE year(forwarded.forwarded_on) <= reports.year
    QUALIFY row_number() OVER (
        PARTITION BY reports.ags, forwarded.row_key, year(forwarded.forwarded_on)
        ORDER BY reports.year DESC
    ) = 1
),

passed_on AS (
    SELECT
        ags,
        grant_number,
        budget_year,
        sum(amount_eur) AS passed_on_eur,
        sum(greatest(amount_eur - reclaimed_eur - checked_eur, 0)) AS unproven_eur
    FROM projects
    GROUP BY ags, grant_number, budget_year
),

claimed AS (
    SELECT
        ags,
        grant_number,
        budget_year,
        sum(claimed_eur) AS claimed_eur
    FROM claims
    GROUP BY ags, grant_number, budget_year
),

keys AS (
    SELECT
        ags,
        grant_number,
        budget_year
    FROM granted
    UNION DISTINCT
    SELECT
        ags,
        grant_number,
        budget_year
    FROM paid
    UNION DISTINCT
    SELECT
        ags,
        grant_number,
        budget_year
    FROM used
    UNION DISTINCT
    SELECT
        ags,
        grant_number,
        budget_year
    FROM repaid
    UNION DISTINCT
    SELECT
        ags,
        grant_number,
        budget_year
    FROM passed_on
    UNION DISTINCT
    SELECT
        ags,
        grant_number,
        budget_year
    FROM claimed
),

funds AS (
    SELECT
        keys.ags,
        keys.grant_number,
        keys.budget_year,
        cast(coalesce(granted.granted_eur, 0) AS DECIMAL(14, 2)) AS granted_eur,
        cast(coalesce(paid.paid_eur, 0) AS DECIMAL(14, 2)) AS paid_eur,
        paid.last_paid_on,
        cast(used.used_eur AS DECIMAL(14, 2)) AS used_eur,
        cast(coalesce(repaid.repaid_eur, 0) AS DECIMAL(14, 2)) AS repaid_eur,
        cast(recognised.recognised_eur AS DECIMAL(14, 2)) AS recognised_eur,
        cast(recognised.cut_eur AS DECIMAL(14, 2)) AS cut_eur,
        cast(coalesce(passed_on.passed_on_eur, 0) AS DECIMAL(14, 2)) AS passed_on_eur,
        cast(coalesce(passed_on.unproven_eur, 0) AS DECIMAL(14, 2)) AS unproven_eur,
        cast(coalesce(claimed.claimed_eur, 0) AS DECIMAL(14, 2)) AS claimed_eur
    FROM keys
    LEFT JOIN granted
        ON
            keys.ags = granted.ags
            AND keys.grant_number = granted.grant_number
            AND keys.budget_year = granted.budget_year
    LEFT JOIN paid
        ON
            keys.ags = paid.ags
            AND keys.grant_number = paid.grant_number
            AND keys.budget_year = paid.budget_year
    LEFT JOIN used
        ON
            keys.ags = used.ags
            AND keys.grant_number = used.grant_number
            AND keys.budget_year = used.budget_year
    LEFT JOIN repaid
        ON
            keys.ags = repaid.ags
            AND keys.grant_number = repaid.grant_number
            AND keys.budget_year = repaid.budget_year
    LEFT JOIN recognised
        ON
            keys.ags = recognised.ags
            AND keys.grant_number = recognised.grant_number
            AND keys.budget_year = recognised.budget_year
    LEFT JOIN passed_on
        ON
            keys.ags = passed_on.ags
            AND keys.grant_number = passed_on.grant_number
            AND keys.budget_year = passed_on.budget_year
    LEFT JOIN claimed
        ON
            keys.ags = claimed.ags
            AND keys.grant_number = claimed.grant_number
            AND keys.budget_year = claimed.budget_year
),

balances AS (
    SELECT
        funds.*,
        reports.submission_id,
        funds.paid_eur - funds.used_eur - funds.repaid_eur AS balance_eur,
        reports.submission_id IS NULL
        AND funds.paid_eur > 0
        AND NOT coalesce(obligations.exempt, FALSE)
        AND obligations.duty_basis <> 'freiwillig'
        AND coalesce(obligations.extended_to, obligations.due_on) < business_time.business_on AS is_overdue,
        -- Twelve months after the year in which it was passed on, as the form's rules ask.
        funds.unproven_eur > 0
        AND business_time.business_on > make_date(funds.budget_year + 1, 12, 31) AS is_unchecked
    FROM funds
    CROSS JOIN business_time
    LEFT JOIN reports ON funds.ags = reports.ags AND funds.budget_year = reports.year
    LEFT JOIN obligations
        ON funds.ags = obligations.ags AND cast(funds.budget_year AS VARCHAR) = obligations.period
),

recognised_finally AS (
    SELECT
        final_reports.ags,
        recognitions.grant_number,
        final_reports.submission_id,
        recognitions.reported_eur AS used_eur,
        recognitions.recognised_eur,
        recognitions.cut_eur
    FROM final_reports
    INNER JOIN recognitions ON final_reports.submission_id = recognitions.submission_id
)

SELECT
    ags,
    grant_number,
    cast(budget_year AS INTEGER) AS budget_year,
    submission_id,
    granted_eur,
    paid_eur,
    last_paid_on,
    used_eur,
    repaid_eur,
    CASE WHEN balance_eur IS NOT NULL THEN greatest(balance_eur, 0) END AS unspent_eur,
    CASE WHEN balance_eur IS NOT NULL THEN greatest(-balance_eur, 0) END AS overspent_eur,
    recognised_eur,
    cut_eur,
    passed_on_eur,
    unproven_eur,
    claimed_eur,
    concat_ws(
        '; ',
        CASE WHEN balance_eur > 0 THEN 'nicht verbraucht' END,
        CASE WHEN balance_eur < 0 THEN 'mehr verwendet als ausgezahlt' END,
        CASE WHEN used_eur > granted_eur THEN 'mehr verwendet als bewilligt' END,
        CASE WHEN paid_eur > granted_eur THEN 'mehr ausgezahlt als bewilligt' END,
        CASE WHEN cut_eur > 0 THEN 'gekürzt' END,
        CASE WHEN is_overdue THEN 'nicht nachgewiesen' END,
        CASE WHEN is_unchecked THEN 'Weiterleitung ungeprüft' END
    ) AS case_kinds,
    paid_eur < granted_eur AS is_provisional
FROM balances
UNION ALL
SELECT
    ags,
    grant_number,
    NULL AS budget_year,
    submission_id,
    NULL AS granted_eur,
    NULL AS paid_eur,
    NULL AS last_paid_on,
    used_eur,
    NULL AS repaid_eur,
    NULL AS unspent_eur,
    NULL AS overspent_eur,
    recognised_eur,
    cut_eur,
    NULL AS passed_on_eur,
    NULL AS unproven_eur,
    NULL AS claimed_eur,
    CASE WHEN cut_eur > 0 THEN 'gekürzt' ELSE '' END AS case_kinds,
    FALSE AS is_provisional
FROM recognised_finally
ORDER BY ags ASC, grant_number ASC, budget_year ASC NULLS LAST
