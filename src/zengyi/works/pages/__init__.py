"""Pages of projects, demands and the week's sheet."""
