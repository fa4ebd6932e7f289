DROP TRIGGER IF EXISTS refuse_update_on_decided_appraisal ON bank_appraisal;
DROP TRIGGER IF EXISTS refuse_delete_on_appraisal ON bank_appraisal;
DROP TRIGGER IF EXISTS refuse_truncate_on_appraisal ON bank_appraisal;
DROP FUNCTION IF EXISTS refuse_change_of_decided_appraisal;
