DROP TRIGGER IF EXISTS keep_week_sums ON bank_posting;
DROP FUNCTION IF EXISTS keep_week_sums;
