"""Tests that are about PostgreSQL only are not collected on SQLite, so that none has to be skipped."""

import os

collect_ignore = [] if os.environ.get("ZENGYI_TEST_DB") == "postgres" else ["test_command_postgresql.py"]
