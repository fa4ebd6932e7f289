DELETE FROM orders_endedsum;
INSERT INTO orders_endedsum (community_id, quarter, placed, triaged, claimed, delivered, confirmed, waits, waited)
SELECT community_id, date_trunc('quarter', placed_at AT TIME ZONE 'Asia/Shanghai')::date AS quarter_of,
  COUNT(*), COUNT(triaged_at), COUNT(claimed_at), COUNT(delivered_at), SUM(CASE WHEN state = 'CONFIRMED' THEN 1 ELSE 0 END),
  SUM(CASE WHEN claimed_at IS NOT NULL AND published_at IS NOT NULL THEN 1 ELSE 0 END),
  COALESCE(SUM((EXTRACT(EPOCH FROM claimed_at) - EXTRACT(EPOCH FROM published_at)) * 1000000), 0)
FROM orders_order WHERE ended_at IS NOT NULL GROUP BY community_id, quarter_of;
