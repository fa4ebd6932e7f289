DROP TRIGGER IF EXISTS {table}_{column}_fts_insert;
DROP TRIGGER IF EXISTS {table}_{column}_fts_delete;
DROP TRIGGER IF EXISTS {table}_{column}_fts_update;
DROP TABLE IF EXISTS {table}_{column}_fts;
