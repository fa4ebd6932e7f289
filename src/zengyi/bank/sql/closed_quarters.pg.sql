CREATE OR REPLACE FUNCTION refuse_posting_into_closed_quarter() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  found text;
BEGIN
  -- The lock makes whoever publishes wait for postings under way, and these see what was published before them.
  SELECT state INTO found FROM bank_quarter
  WHERE community_id = NEW.community_id AND first <= NEW.occurred_on AND last >= NEW.occurred_on
  FOR SHARE;
  IF found IN ('PUBLISHED', 'SEALED') THEN
    RAISE EXCEPTION 'posting dated into a closed quarter' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END;
$$;
CREATE TRIGGER refuse_posting_into_closed_quarter BEFORE INSERT ON bank_posting
  FOR EACH ROW EXECUTE FUNCTION refuse_posting_into_closed_quarter();
