CREATE OR REPLACE FUNCTION keep_ended_sums() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  sign integer := TG_ARGV[0];
  o orders_order;
  found_quarter date;
  is_wait integer;
  waited_for bigint;
BEGIN
  IF sign < 0 THEN o := OLD; ELSE o := NEW; END IF;
  found_quarter := date_trunc('quarter', o.placed_at AT TIME ZONE 'Asia/Shanghai')::date;
  is_wait := (o.claimed_at IS NOT NULL AND o.published_at IS NOT NULL)::int;
  waited_for := COALESCE((EXTRACT(EPOCH FROM o.claimed_at) - EXTRACT(EPOCH FROM o.published_at)) * 1000000, 0);
  -- A row that another transaction is about to change is passed by, and one more row is written: nobody waits for anybody here.
  UPDATE orders_endedsum
  SET placed = placed + sign,
    triaged = triaged + sign * (o.triaged_at IS NOT NULL)::int,
    claimed = claimed + sign * (o.claimed_at IS NOT NULL)::int,
    delivered = delivered + sign * (o.delivered_at IS NOT NULL)::int,
    confirmed = confirmed + sign * (o.state = 'CONFIRMED')::int,
    waits = waits + sign * is_wait,
    waited = waited + sign * waited_for
  WHERE id = (
    SELECT id FROM orders_endedsum WHERE community_id = o.community_id AND quarter = found_quarter LIMIT 1 FOR UPDATE SKIP LOCKED
  );
  IF NOT FOUND THEN
    INSERT INTO orders_endedsum (community_id, quarter, placed, triaged, claimed, delivered, confirmed, waits, waited)
    VALUES (
      o.community_id, found_quarter, sign, sign * (o.triaged_at IS NOT NULL)::int, sign * (o.claimed_at IS NOT NULL)::int,
      sign * (o.delivered_at IS NOT NULL)::int, sign * (o.state = 'CONFIRMED')::int, sign * is_wait, sign * waited_for
    );
  END IF;
  RETURN NULL;
END;
$$;
