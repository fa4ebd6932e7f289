CREATE UNIQUE INDEX one_sum_per_week ON bank_weeksum (community_id, week);
CREATE TRIGGER keep_week_sums AFTER INSERT ON bank_posting
WHEN NEW.kind IN ('TRIAGE', 'CONFIRM') OR NEW.reversed_kind IN ('TRIAGE', 'CONFIRM')
BEGIN
  INSERT INTO bank_weeksum (community_id, week, added, reduced)
  SELECT NEW.community_id, date(quarter, '+' || (CAST(julianday(NEW.occurred_on) - julianday(quarter) AS integer) / 7 * 7) || ' days'),
    CASE WHEN NEW.kind = 'TRIAGE' THEN NEW.points WHEN NEW.reversed_kind = 'TRIAGE' THEN -NEW.points ELSE 0 END,
    CASE WHEN NEW.kind = 'CONFIRM' THEN NEW.points WHEN NEW.reversed_kind = 'CONFIRM' THEN -NEW.points ELSE 0 END
  FROM (SELECT date(NEW.occurred_on, 'start of month', '-' || ((strftime('%m', NEW.occurred_on) + 2) % 3) || ' months') AS quarter)
  WHERE true
  ON CONFLICT (community_id, week) DO UPDATE SET added = added + excluded.added, reduced = reduced + excluded.reduced;
END;
