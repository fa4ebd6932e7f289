DROP INDEX IF EXISTS one_sum_per_quarter;
