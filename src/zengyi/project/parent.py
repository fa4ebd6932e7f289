"""What serving processes know of the server that started them; and they end with it."""

import os
import threading
import time

#: The environment variable in which ``zengyi serve`` passes its process id to its serving processes.
SERVER_PID = "ZENGYI_SERVER_PID"
#: Under this name, how many threads of each write; so many others read.
THREADS = "ZENGYI_THREADS"
READING = 4


def end_with_server() -> None:
    """End this process once the server that started it is gone: otherwise a killed server would leave its processes serving."""
    if SERVER_PID not in os.environ or os.environ[SERVER_PID] == str(os.getpid()):
        return
    server = int(os.environ[SERVER_PID])

    def watch() -> None:
        while os.getppid() == server:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, name="end-with-server", daemon=True).start()
