DELETE FROM bank_weeksum;
INSERT INTO bank_weeksum (community_id, week, added, reduced)
SELECT community_id, date(quarter, '+' || (CAST(julianday(occurred_on) - julianday(quarter) AS integer) / 7 * 7) || ' days') AS week,
  SUM(CASE WHEN kind = 'TRIAGE' THEN points WHEN reversed_kind = 'TRIAGE' THEN -points ELSE 0 END),
  SUM(CASE WHEN kind = 'CONFIRM' THEN points WHEN reversed_kind = 'CONFIRM' THEN -points ELSE 0 END)
FROM (
  SELECT *, date(occurred_on, 'start of month', '-' || ((strftime('%m', occurred_on) + 2) % 3) || ' months') AS quarter FROM bank_posting
  WHERE kind IN ('TRIAGE', 'CONFIRM', 'REVERSAL')
)
WHERE kind <> 'REVERSAL' OR reversed_kind IN ('TRIAGE', 'CONFIRM')
GROUP BY community_id, week;
