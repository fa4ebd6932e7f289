"""增一: every difficulty is an order; confirmed help becomes points."""
