DROP INDEX IF EXISTS {table}_{column}_words;
