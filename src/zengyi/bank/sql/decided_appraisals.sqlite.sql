CREATE TRIGGER refuse_update_on_decided_appraisal BEFORE UPDATE ON bank_appraisal
WHEN OLD.state <> 'PROPOSED'
BEGIN
  SELECT RAISE(ABORT, 'a decided appraisal is never changed');
END;
CREATE TRIGGER refuse_delete_on_appraisal BEFORE DELETE ON bank_appraisal
BEGIN
  SELECT RAISE(ABORT, 'an appraisal is never deleted');
END;
