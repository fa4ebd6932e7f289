"""Pages of the councils: one module a subject."""
