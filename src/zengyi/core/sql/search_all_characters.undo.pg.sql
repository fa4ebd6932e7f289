DROP INDEX {table}_{column}_words;
CREATE INDEX {table}_{column}_words ON {table} USING gin (array_to_tsvector(array_remove(string_to_array({column}, ' '), '')));
