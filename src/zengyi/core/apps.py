"""The package as a Django application."""

from typing import ClassVar

from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured

SQLITE_LEAST = (3, 51, 3)


class CoreConfig(AppConfig):
    """Name and label of the package."""

    name = "zengyi.core"
    label = "core"
    not_in_trail: ClassVar[dict[str, str]] = {
        "Event": "is the trail: sealed, and marked with the instance's key",
        "Seal": "chained, each covering the one before it, and marked with the instance's key",
        "SealedEvent": "checked against its event and its seal's root",
        "Kept": "only says that a declaration has changed; with another text in it the check asks for 'zengyi migrate'",
        "Outgoing": "a message on its way, forgotten once it is sent",
        "IdempotencyKey": "an answer kept some days for a retry",
        "Throttle": "a count of the last minutes",
    }

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
