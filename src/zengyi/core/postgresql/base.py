"""The database backend named in the settings."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Connections that are kept, and looked at before each request without a question to the server."""

    def is_usable(self) -> bool:
        """Whether the connection still stands.

        A server that hung up has sent its last words, so there is something to read; one that is there says nothing unasked.
        After an error the server is asked, as Django does before every request.
        """
        if self.errors_occurred or self.connection is None or self.connection.closed:
            return bool(super().is_usable())
        last_words = select.poll()
        last_words.register(self.connection.fileno(), select.POLLIN)
        return not last_words.poll(0)
