CREATE TRIGGER refuse_posting_into_closed_quarter BEFORE INSERT ON bank_posting
WHEN EXISTS (
  SELECT 1 FROM bank_quarter q
  WHERE q.community_id = NEW.community_id AND q.first <= NEW.occurred_on AND q.last >= NEW.occurred_on AND q.state IN ('PUBLISHED', 'SEALED')
)
BEGIN
  SELECT RAISE(ABORT, 'posting dated into a closed quarter');
END;
