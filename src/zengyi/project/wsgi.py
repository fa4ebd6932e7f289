"""The WSGI application that ``zengyi serve`` serves."""

import os
import threading
import time

from django.core.wsgi import get_wsgi_application

from zengyi.project.command.serve import SERVER_PID


def _end_with(server: int) -> None:
    """End this process once the server that started it is gone: killed, it leaves its children behind, still answering."""

    def watch() -> None:
        while os.getppid() == server:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, name="end-with-server", daemon=True).start()


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zengyi.project.settings")
if SERVER_PID in os.environ and os.environ[SERVER_PID] != str(os.getpid()):
    _end_with(int(os.environ[SERVER_PID]))

application = get_wsgi_application()
