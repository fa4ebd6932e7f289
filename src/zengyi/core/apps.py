"""The package as a Django application."""

from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured

SQLITE_LEAST = (3, 51, 3)


class CoreConfig(AppConfig):
    """Name and label of the package."""

    name = "zengyi.core"
    label = "core"

    def ready(self) -> None:
        """Make the converters of addresses known; refuse to start on an SQLite that can corrupt its write-ahead log (before 3.51.3)."""
        from django.db import connection
        from django.urls import register_converter

        from zengyi.core.ids import RowConverter, WordConverter

        register_converter(RowConverter, "row")
        register_converter(WordConverter, "word")

        if connection.vendor == "sqlite":
            import sqlite3  # the settings put pysqlite3, which brings a newer library, under this name

            check_sqlite(sqlite3.sqlite_version_info)


def check_sqlite(version: tuple[int, ...]) -> None:
    """Raise :class:`ImproperlyConfigured` for an SQLite library too old to be trusted with data."""
    if version < SQLITE_LEAST:
        have, need = (".".join(map(str, v)) for v in (version, SQLITE_LEAST))
        raise ImproperlyConfigured(f"SQLite {have} can corrupt its database; {need} or newer is needed (the pysqlite3 wheel brings one)")
