CREATE TRIGGER keep_ended_sums_{what} AFTER {event} ON orders_order WHEN {row}.ended_at IS NOT NULL
BEGIN
  INSERT INTO orders_endedsum (community_id, quarter, placed, triaged, claimed, delivered, confirmed, waits, waited)
  SELECT {row}.community_id,
    date({row}.placed_at, '+8 hours', 'start of month', '-' || ((strftime('%m', {row}.placed_at, '+8 hours') + 2) % 3) || ' months'),
    {sign}1,
    {sign}({row}.triaged_at IS NOT NULL),
    {sign}({row}.claimed_at IS NOT NULL),
    {sign}({row}.delivered_at IS NOT NULL),
    {sign}({row}.state = 'CONFIRMED'),
    {sign}({row}.claimed_at IS NOT NULL AND {row}.published_at IS NOT NULL),
    {sign}COALESCE(
      -- Microseconds: SQLite's own functions know no more than thousandths of a second.
      strftime('%s', {row}.claimed_at) * 1000000 + substr({row}.claimed_at, 21, 6)
      - strftime('%s', {row}.published_at) * 1000000 - substr({row}.published_at, 21, 6), 0
    )
  WHERE true
  ON CONFLICT (community_id, quarter) DO UPDATE
  SET placed = placed + excluded.placed, triaged = triaged + excluded.triaged, claimed = claimed + excluded.claimed,
    delivered = delivered + excluded.delivered, confirmed = confirmed + excluded.confirmed, waits = waits + excluded.waits,
    waited = waited + excluded.waited;
END;
