"""The database backend named in the settings."""

import select
from typing import Any

from django.db.backends.postgresql import base

from zengyi.core import capture


class DatabaseWrapper(base.DatabaseWrapper):
    """Kept connections, checked before each request without a round trip to the server."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection on which the changed rows that triggers tell of are heard."""
        opened = super().get_new_connection(conn_params)
        opened.add_notice_handler(capture.heard)
        return opened

    def is_usable(self) -> bool:
        """Whether the connection is still open.

        Between two requests a living server sends nothing. When it closes the connection, the operating system reports something to
        read; so asking the system is enough. After an error the server itself is asked, as Django does before every request.
        """
        if self.errors_occurred or self.connection is None or self.connection.closed:
            return bool(super().is_usable())
        waiting = select.poll()
        waiting.register(self.connection.fileno(), select.POLLIN)
        return not waiting.poll(0)
