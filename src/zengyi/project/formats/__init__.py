"""How days are written in each language, where we differ from Django."""
