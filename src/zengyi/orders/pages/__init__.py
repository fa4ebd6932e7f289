"""Pages about orders: placing, following, moving and dispatching them."""
