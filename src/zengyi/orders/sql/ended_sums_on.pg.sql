CREATE TRIGGER keep_ended_sums_{what} AFTER {event} ON orders_order
  FOR EACH ROW WHEN ({row}.ended_at IS NOT NULL) EXECUTE FUNCTION keep_ended_sums('{sign}1');
