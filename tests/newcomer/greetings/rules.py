"""How long a greeting may be, and how long it stays."""

from datetime import timedelta

TEXT_MOST = 40
KEPT = timedelta(days=90)
