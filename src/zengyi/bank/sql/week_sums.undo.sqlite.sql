DROP TRIGGER IF EXISTS keep_week_sums;
DROP INDEX IF EXISTS one_sum_per_week;
