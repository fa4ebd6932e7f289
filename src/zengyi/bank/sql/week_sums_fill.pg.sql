DELETE FROM bank_weeksum;
INSERT INTO bank_weeksum (community_id, week, added, reduced)
SELECT community_id, quarter + (occurred_on - quarter) / 7 * 7 AS week,
  SUM(CASE WHEN kind = 'TRIAGE' THEN points WHEN reversed_kind = 'TRIAGE' THEN -points ELSE 0 END),
  SUM(CASE WHEN kind = 'CONFIRM' THEN points WHEN reversed_kind = 'CONFIRM' THEN -points ELSE 0 END)
FROM (
  SELECT *, date_trunc('quarter', occurred_on)::date AS quarter FROM bank_posting WHERE kind IN ('TRIAGE', 'CONFIRM', 'REVERSAL')
) AS moved
WHERE kind <> 'REVERSAL' OR reversed_kind IN ('TRIAGE', 'CONFIRM')
GROUP BY 1, 2;
