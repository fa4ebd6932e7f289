DROP FUNCTION IF EXISTS keep_ended_sums;
