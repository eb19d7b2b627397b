-- Zu Diskriminierung weiterverwiesene Anfragen gegen die Anfragen zum Thema Diskriminierung.
SELECT
    counselling.submission_id,
    counselling.row_key,
    counselling.discrimination_referred AS given,
    topics.enquiries AS expected
FROM counselling
INNER JOIN topics ON counselling.submission_id = topics.submission_id AND topics.topic = 'Diskriminierung'
