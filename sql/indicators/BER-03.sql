-- id: BER-03
-- group: Berichtspflicht
-- name_de: Erstprüfungsquote
-- name_en: First-pass rate
-- question_de: Welcher Anteil der Berichte wird mit der ersten Einreichung angenommen?
-- definition_de: Berichte, deren erste Einreichung angenommen ist, im Verhältnis zu den eingegangenen Berichten
-- formula_de: Anzahl(erste Einreichung angenommen) / Anzahl(Berichte mit mindestens einer Einreichung) × 100
-- unit: '%'
-- decimals: 1
-- direction: higher_better
-- protection: none
-- aggregation: ratio
-- scale: 100
-- basis: intake
-- half_year: true
-- breakdowns: {form_version: Fassung des Bogens}
-- own_breakdowns: [form_version]
-- note_de: >-
--   Es zählt das heutige Prüfergebnis der ersten Einreichung; eine nachgereichte Erläuterung macht sie zur
--   angenommenen, eine spätere Aufhebung durch das Ministerium ändert daran nichts. Reine Probeprüfungen und Dateien,
--   die keiner Kommune zuzuordnen sind, zählen nicht.
-- denominator_note_de: Berichte mit mindestens einer geprüften Einreichung, pünktlich oder nicht.
WITH first_uploads AS (
    SELECT * FROM intake.first_uploads
)

SELECT
    ags,
    period,
    submission_id,
    'intake.submissions' AS section,
    row_key,
    unnest(['gesamt', 'form_version=' || coalesce(form_version, 'ohne Angabe')]) AS breakdown,
    cast(verdict IN ('accepted', 'accepted_with_warnings') AS INTEGER) AS numerator,
    1 AS denominator
FROM first_uploads
