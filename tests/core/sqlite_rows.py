"""Rows of SQLite as they are stored, read and written past the program."""

from django.db import connection

from zengyi.core import tracking


def slowly(name: str) -> dict[str, str]:
    """The digests as :meth:`hash_of` makes them, row by row."""
    table = tracking.tables()[name]
    names = ", ".join(f'+"{column}"' for column, _kind in table.columns)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{table.key}", {names} FROM {name}')
        return {str(key): tracking.digest(table.hash_of(tuple(row))) for key, *row in cursor.fetchall()}


def put(table: str, column: str, value: str, pk: int) -> None:
    """Write an SQL value into a row, whatever the table's checks say."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        cursor.execute(f"UPDATE {table} SET {column} = {value} WHERE id = %s", [pk])
        cursor.execute("PRAGMA ignore_check_constraints = OFF")
