"""Ports for servers of our own."""

import random
import socket

#: Below those that the system gives to outgoing connections: nobody takes one of these while its server is being started anew.
FIRST, LAST = 20_000, 32_000
TRIES = 100


def free_port() -> int:
    """A port of this machine that nobody listens on; raises ``OSError`` when there is none to be found."""
    for port in random.sample(range(FIRST, LAST), TRIES):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"{TRIES} ports tried, all of them taken")
