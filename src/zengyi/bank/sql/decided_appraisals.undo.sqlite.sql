DROP TRIGGER IF EXISTS refuse_update_on_decided_appraisal;
DROP TRIGGER IF EXISTS refuse_delete_on_appraisal;
