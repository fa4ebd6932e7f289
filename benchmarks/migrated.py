"""The database on which something is measured, brought up to date."""

import os
import shutil
import subprocess

#: Who has migrated an empty database already names what is kept of it: a file of SQLite's, or what ``pg_dump`` wrote.
KEPT = "BENCH_MIGRATED"


def migrate() -> None:
    """Make the tables in the database of the settings, which is empty or of an older version."""
    from django.core.management import call_command
    from django.db import connection

    from benchmarks import postgres

    kept = os.environ.get(KEPT)
    if kept is None:
        call_command("migrate", interactive=False, verbosity=0)
    elif connection.vendor == "sqlite":
        shutil.copyfile(kept, connection.settings_dict["NAME"])
    else:
        at = connection.settings_dict
        where = [f"--host={at['HOST']}", f"--port={at['PORT']}", f"--username={at['USER']}", f"--dbname={at['NAME']}"]
        how = ["--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1", f"--file={kept}"]
        subprocess.run([postgres.programs() / "psql", *where, *how], stdout=subprocess.DEVNULL, check=True)
