DROP INDEX IF EXISTS {table}_{column}_words;
CREATE INDEX {table}_{column}_words ON {table} USING gin (({vector}));
-- Words are many: by fewer statistics a word that is nowhere looks like one that is everywhere, and all rows are read for it.
ALTER INDEX {table}_{column}_words ALTER COLUMN 1 SET STATISTICS 2000;
