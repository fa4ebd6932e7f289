"""What is about PostgreSQL only is not even collected on SQLite: nothing is skipped."""

import os

collect_ignore = [] if os.environ.get("ZENGYI_TEST_DB") == "postgres" else ["test_command_postgresql.py"]
