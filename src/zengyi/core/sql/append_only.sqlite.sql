CREATE TRIGGER refuse_update_on_{table} BEFORE UPDATE ON {table}
BEGIN
  SELECT RAISE(ABORT, '{table} is append-only');
END;
CREATE TRIGGER refuse_delete_on_{table} BEFORE DELETE ON {table}
BEGIN
  SELECT RAISE(ABORT, '{table} is append-only');
END;
