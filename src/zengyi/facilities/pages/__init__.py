"""Pages about facilities: they parse, call one action or query, and render."""
