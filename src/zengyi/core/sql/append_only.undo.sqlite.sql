DROP TRIGGER IF EXISTS refuse_update_on_{table};
DROP TRIGGER IF EXISTS refuse_delete_on_{table};
