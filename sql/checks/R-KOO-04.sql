-- Treffen ohne eine einzige Teilnahme.
SELECT
    meetings.submission_id,
    meetings.row_key,
    meetings.participants AS given,
    CASE WHEN meetings.meetings IS NOT NULL THEN (meetings.meetings > 0)::INTEGER END AS expected,
    meetings.meetings
FROM meetings
