"""English with the day first, as the moments in the catalogue have it: 23 Nov 2026."""

DATE_FORMAT = "j M Y"
