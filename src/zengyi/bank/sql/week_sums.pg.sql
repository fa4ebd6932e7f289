CREATE OR REPLACE FUNCTION keep_week_sums() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  quarter date := date_trunc('quarter', NEW.occurred_on)::date;
  week_of date := quarter + (NEW.occurred_on - quarter) / 7 * 7;
  more integer := CASE WHEN NEW.kind = 'TRIAGE' THEN NEW.points WHEN NEW.reversed_kind = 'TRIAGE' THEN -NEW.points ELSE 0 END;
  less integer := CASE WHEN NEW.kind = 'CONFIRM' THEN NEW.points WHEN NEW.reversed_kind = 'CONFIRM' THEN -NEW.points ELSE 0 END;
BEGIN
  -- A row that another transaction is about to change is passed by, and one more row is written: nobody waits for anybody here.
  UPDATE bank_weeksum SET added = added + more, reduced = reduced + less WHERE id = (
    SELECT id FROM bank_weeksum WHERE community_id = NEW.community_id AND week = week_of LIMIT 1 FOR UPDATE SKIP LOCKED
  );
  IF NOT FOUND THEN
    INSERT INTO bank_weeksum (community_id, week, added, reduced) VALUES (NEW.community_id, week_of, more, less);
  END IF;
  RETURN NULL;
END;
$$;
CREATE TRIGGER keep_week_sums AFTER INSERT ON bank_posting
  FOR EACH ROW WHEN (NEW.kind IN ('TRIAGE', 'CONFIRM') OR NEW.reversed_kind IN ('TRIAGE', 'CONFIRM')) EXECUTE FUNCTION keep_week_sums();
