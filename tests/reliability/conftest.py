"""What is about PostgreSQL alone is collected where the suite runs on PostgreSQL."""

import os

collect_ignore = [] if os.environ.get("ZENGYI_TEST_DB") == "postgres" else ["test_postmaster.py"]
