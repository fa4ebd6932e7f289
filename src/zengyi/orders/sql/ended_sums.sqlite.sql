CREATE UNIQUE INDEX one_sum_per_quarter ON orders_endedsum (community_id, quarter);
