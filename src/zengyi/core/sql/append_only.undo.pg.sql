DROP TRIGGER IF EXISTS refuse_update_on_{table} ON {table};
DROP TRIGGER IF EXISTS refuse_delete_on_{table} ON {table};
DROP TRIGGER IF EXISTS refuse_truncate_on_{table} ON {table};
