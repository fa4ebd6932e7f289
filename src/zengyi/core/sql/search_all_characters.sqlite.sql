DROP TRIGGER IF EXISTS {table}_{column}_fts_insert;
DROP TRIGGER IF EXISTS {table}_{column}_fts_delete;
DROP TRIGGER IF EXISTS {table}_{column}_fts_update;
DROP TABLE IF EXISTS {table}_{column}_fts;
CREATE VIRTUAL TABLE {table}_{column}_fts USING fts5({column}, content='', contentless_delete=1, detail=full, tokenize="unicode61 remove_diacritics 0");
INSERT INTO {table}_{column}_fts(rowid, {column}) SELECT id, {table}.{column} || ' ' || COALESCE((
    SELECT group_concat(substr(value, 2), ' ') FROM json_each('[' || replace(json_quote({table}.{column}), ' ', '","') || ']')
    WHERE length(value) = 2 AND value GLOB '[{han}]*'), '') FROM {table};
CREATE TRIGGER {table}_{column}_fts_insert AFTER INSERT ON {table}
BEGIN
  INSERT INTO {table}_{column}_fts(rowid, {column}) VALUES (NEW.id, NEW.{column} || ' ' || COALESCE((
    SELECT group_concat(substr(value, 2), ' ') FROM json_each('[' || replace(json_quote(NEW.{column}), ' ', '","') || ']')
    WHERE length(value) = 2 AND value GLOB '[{han}]*'), ''));
END;
CREATE TRIGGER {table}_{column}_fts_delete AFTER DELETE ON {table}
BEGIN
  DELETE FROM {table}_{column}_fts WHERE rowid = OLD.id;
END;
CREATE TRIGGER {table}_{column}_fts_update AFTER UPDATE OF {column} ON {table}
BEGIN
  INSERT OR REPLACE INTO {table}_{column}_fts(rowid, {column}) VALUES (NEW.id, NEW.{column} || ' ' || COALESCE((
    SELECT group_concat(substr(value, 2), ' ') FROM json_each('[' || replace(json_quote(NEW.{column}), ' ', '","') || ']')
    WHERE length(value) = 2 AND value GLOB '[{han}]*'), ''));
END;
