DROP TRIGGER IF EXISTS keep_ended_sums_{what} ON orders_order;
