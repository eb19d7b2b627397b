-- comment: >-
--   Weiterleitungen aus angenommenen Berichten und ob sie in den Berichtszeitraum fallen. Vorhaben früherer Jahre
--   stehen weiter im Bogen, bis ihr Nachweis geprüft ist
-- columns:
--   submission_id: Einreichung
--   ags: Amtlicher Gemeindeschlüssel der berichtenden Kommune
--   period: Berichtszeitraum
--   row_key: Zeile im Abschnitt forwarded_funds
--   purpose: Zweck
--   carrier_type: Art des Trägers
--   target_group: Zielgruppe
--   is_of_period: Ob im Berichtszeitraum weitergeleitet wurde
--   amount_of_period_eur: Im Berichtszeitraum weitergeleiteter Betrag (EUR), sonst 0
--   checked_of_period_eur: Davon ist der Nachweis bis zum Stichtag geprüft (EUR)
WITH forwarded AS (
    SELECT * FROM accepted.forwarded_funds
),

periods AS (
    SELECT * FROM reference.periods
),

dated AS (
    SELECT
        forwarded.*,
        forwarded.forwarded_on BETWEEN periods.first_day AND periods.closing_day AS is_of_period,
        coalesce(forwarded.proof_checked_on <= periods.closing_day, FALSE) AS is_checked
    FROM forwarded
    INNER JOIN periods ON forwarded.period = periods.period
)

SELECT
    submission_id,
    ags,
    period,
    row_key,
    purpose,
    carrier_type,
    target_group,
    is_of_period,
    CASE WHEN is_of_period THEN amount_eur ELSE 0 END AS amount_of_period_eur,
    CASE WHEN is_of_period AND is_checked THEN checked_eur ELSE 0 END AS checked_of_period_eur
FROM dated
