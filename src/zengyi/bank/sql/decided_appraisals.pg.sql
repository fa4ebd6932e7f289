CREATE OR REPLACE FUNCTION refuse_change_of_decided_appraisal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a decided appraisal is never changed' USING ERRCODE = 'integrity_constraint_violation';
END;
$$;
CREATE TRIGGER refuse_update_on_decided_appraisal BEFORE UPDATE ON bank_appraisal
  FOR EACH ROW WHEN (OLD.state <> 'PROPOSED') EXECUTE FUNCTION refuse_change_of_decided_appraisal();
CREATE TRIGGER refuse_delete_on_appraisal BEFORE DELETE ON bank_appraisal
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_decided_appraisal();
CREATE TRIGGER refuse_truncate_on_appraisal BEFORE TRUNCATE ON bank_appraisal
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_decided_appraisal();
