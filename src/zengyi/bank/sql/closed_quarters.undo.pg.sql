DROP TRIGGER IF EXISTS refuse_posting_into_closed_quarter ON bank_posting;
DROP FUNCTION IF EXISTS refuse_posting_into_closed_quarter;
