-- Teilnahmen stehen genau bei Fortbildungen; „nicht erhoben“ ist dort eine Antwort.
SELECT
    submission_id,
    row_key,
    ((participants_total_state <> 'blank') = (measure_type = 'Fortbildung'))::INTEGER AS given,
    1 AS expected,
    CASE participants_total_state
        WHEN 'blank' THEN 'leer'
        WHEN 'not_recorded' THEN 'nicht erhoben'
        ELSE participants_total::VARCHAR
    END AS given_text,
    CASE WHEN measure_type = 'Fortbildung' THEN 'eine Zahl' ELSE 'leer' END AS expected_text,
    measure_type
FROM opening_measures
WHERE participants_total_state <> 'given' OR participants_total IS NOT NULL
