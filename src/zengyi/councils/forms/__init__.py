"""The forms of the councils' pages: one module a subject."""
