DROP TRIGGER IF EXISTS {table}_{column}_fts_insert;
DROP TRIGGER IF EXISTS {table}_{column}_fts_delete;
DROP TRIGGER IF EXISTS {table}_{column}_fts_update;
DROP TABLE IF EXISTS {table}_{column}_fts;
CREATE VIRTUAL TABLE {table}_{column}_fts USING fts5({column}, content='{table}', content_rowid='id', detail=full, tokenize="unicode61 remove_diacritics 0");
INSERT INTO {table}_{column}_fts({table}_{column}_fts) VALUES ('rebuild');
CREATE TRIGGER {table}_{column}_fts_insert AFTER INSERT ON {table}
BEGIN
  INSERT INTO {table}_{column}_fts(rowid, {column}) VALUES (NEW.id, NEW.{column});
END;
CREATE TRIGGER {table}_{column}_fts_delete AFTER DELETE ON {table}
BEGIN
  INSERT INTO {table}_{column}_fts({table}_{column}_fts, rowid, {column}) VALUES ('delete', OLD.id, OLD.{column});
END;
CREATE TRIGGER {table}_{column}_fts_update AFTER UPDATE OF {column} ON {table}
BEGIN
  INSERT INTO {table}_{column}_fts({table}_{column}_fts, rowid, {column}) VALUES ('delete', OLD.id, OLD.{column});
  INSERT INTO {table}_{column}_fts(rowid, {column}) VALUES (NEW.id, NEW.{column});
END;
