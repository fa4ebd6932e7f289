"""The database backend named in the settings."""

import select
from typing import TYPE_CHECKING, Any

from django.db.backends.postgresql import base
from psycopg import ClientCursor
from psycopg.pq import TransactionStatus

from zengyi.core import capture

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.abc import Params


class Cursor(ClientCursor[Any]):
    """A cursor whose first statement in a transaction takes the BEGIN along.

    The driver would send BEGIN first and wait for its answer, one way to the server and back for each transaction. So its own BEGIN is
    switched off for the moment and ours is written before the statement. Named cursors and COPY go the driver's way.
    """

    def execute(self, query: Any, params: "Params | None" = None, **more: Any) -> "Cursor":  # noqa: ANN401 - any statement that the driver takes
        """Run a statement, as the driver does."""
        opened = self.connection
        if opened.autocommit or opened.pgconn.transaction_status != TransactionStatus.IDLE or not isinstance(query, str):
            super().execute(query, params, **more)
            return self
        opened.autocommit = True
        try:
            super().execute(f"BEGIN; {query}", params, **more)
        finally:
            if opened.pgconn.transaction_status == TransactionStatus.IDLE:  # not even BEGIN was understood
                opened.autocommit = False
        self.nextset()  # BEGIN's own answer comes first
        return self


class DatabaseWrapper(base.DatabaseWrapper):
    """Kept connections, checked before each request without a round trip to the server."""

    def get_connection_params(self) -> dict[str, Any]:
        """Django's own, with our cursor."""
        return {**super().get_connection_params(), "cursor_factory": Cursor}

    def get_new_connection(self, conn_params: dict[str, Any]) -> "Connection[Any]":
        """A connection on which the changed rows that triggers tell of are heard."""
        opened: Connection[Any] = super().get_new_connection(conn_params)
        opened.add_notice_handler(capture.heard)
        return opened

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._begin_again()

    def _rollback(self) -> None:
        super()._rollback()  # type: ignore[misc]
        self._begin_again()

    def _begin_again(self) -> None:
        """Bring the driver in line with Django, which may go on without committing each statement."""
        if self.connection is not None and not self.connection.closed and self.connection.autocommit != self.autocommit:
            self.connection.autocommit = self.autocommit

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
