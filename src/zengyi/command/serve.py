"""``serve``, ``work`` and ``migrate``: what runs all day."""

import argparse
import ipaddress
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

from zengyi.command import demo
from zengyi.command.errors import Failed
from zengyi.command.running import running
from zengyi.project.parent import READING, SERVER_PID, THREADS

if TYPE_CHECKING:
    from zengyi.core.work import Worker

LONGEST_NAP_SECONDS = 1.0
#: A client has this long for its request's head, and an idle connection is kept as long; what stands in front keeps one shorter.
HEAD_MILLISECONDS = 20_000
HEAD_BYTES = 64 * 1024
#: Connections held at once by a process; a slow one costs some kilobytes and no thread.
CONNECTIONS = 4096
# Few threads for SQLite, where writers wait for each other; more for PostgreSQL, where one write to the disk serves all that wait for it.
THREADS_ON_SQLITE = min(8, 2 * (os.cpu_count() or 1) + 1)
THREADS_ON_POSTGRES = 16


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-commands."""
    serve = commands.add_parser(
        "serve",
        help="serve the web pages and the API",
        description="Serve the web pages and the API. On SQLite one process with several threads, on PostgreSQL several processes.",
    )
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    serve.add_argument("--port", type=_port, default=os.environ.get("PORT", "8000"), help="port (default: PORT or 8000)")
    serve.add_argument("--workers", type=_positive, help="processes (default: 1 on SQLite, the number of cores on PostgreSQL)")
    threads = f"threads a process for what writes (default: {THREADS_ON_SQLITE} on SQLite, {THREADS_ON_POSTGRES} on PostgreSQL)"
    serve.add_argument("--threads", type=_positive, help=threads)
    serve.add_argument("--migrate", action="store_true", help="bring the database up to date first")
    serve.add_argument("--work", action="store_true", help="run 'zengyi work' beside it, for one small machine")
    serve.add_argument("--no-static", action="store_true", help="don't collect the static files first")
    serve.add_argument("--demo", action="store_true", help="load the demo district first, if the database is empty")
    serve.add_argument("--demo-in-public", action="store_true", help="allow demo data, whose passwords are known, beyond this machine")
    serve.set_defaults(run=_serve, before=_before, begins=True)

    work = commands.add_parser(
        "work",
        help="send messages, seal the audit trail, lapse what is due",
        description="Do the housekeeping until stopped: send messages, seal the audit trail, remind and lapse, forget what is old.",
    )
    work.add_argument("--once", action="store_true", help="run every job once and stop; exit code 1 when one failed")
    work.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)
    work.set_defaults(run=_work, before=_before, begins=True)

    migrate = commands.add_parser("migrate", help="bring the database up to date", description="Bring the database up to date.")
    migrate.add_argument("--check", action="store_true", help="change nothing; exit code 1 when something is to be done")
    migrate.set_defaults(run=_migrate, begins=True)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"not a port: {text}")
    return int(text)


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= 256:
        raise argparse.ArgumentTypeError(f"not a number from 1 to 256: {text}")
    return int(text)


def _before(arguments: argparse.Namespace) -> None:
    """Say that the data are a demo's: everybody knows its passwords, and nothing of it is sent to anybody."""
    if getattr(arguments, "demo", False) or demo.holds_demo():
        os.environ["ZENGYI_DEMO"] = "1"


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _serve(arguments: argparse.Namespace) -> int:
    from django.conf import settings
    from django.db import connection, connections

    if settings.DEMO and not _is_local(arguments.host) and not arguments.demo_in_public:
        raise Failed("the demo data's passwords are known to everybody: listen on 127.0.0.1, or insist with --demo-in-public")
    _check_port(arguments.host, arguments.port)
    if arguments.migrate:
        bring_up_to_date(quiet=True)
    if pending():
        raise Failed("the database is not up to date: run 'zengyi migrate', or serve with --migrate")
    if arguments.demo and not demo.is_loaded():
        print("zengyi: loading the demo district, some seconds …", flush=True)
        demo.load()
    if not arguments.no_static:
        _collect_static()
    one_writer = connection.vendor == "sqlite"
    if one_writer and (arguments.workers or 1) > 1:
        raise Failed("SQLite is served by one process: leave --workers away, or use PostgreSQL")
    workers = arguments.workers or (1 if one_writer else min(4, os.cpu_count() or 1))
    threads = arguments.threads or (THREADS_ON_SQLITE if one_writer else THREADS_ON_POSTGRES)
    connections.close_all()
    worker = _start_worker() if arguments.work else None
    try:
        with running():
            if not settings.DEMO:
                _tell_first_day(arguments.host, arguments.port)
            _run_server(arguments.host, arguments.port, workers, threads, demo=settings.DEMO)
    finally:
        if worker is not None:
            worker.terminate()
            worker.wait()
    return 0


def _tell_first_day(host: str, port: int) -> None:
    """While nobody can sign in yet: where the first community is founded, and the code that opens it."""
    from django.db import connections

    from zengyi.people.actions import write_first_day_code

    code = write_first_day_code()
    connections.close_all()
    if code:
        print(f"zengyi: no community yet: open {_url(host, port)}first-day/ and type the code {code}", flush=True)


def _url(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def _check_port(host: str, port: int) -> None:
    """Raise a plain error if the address is taken or not ours; the server's own message would be a traceback."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise Failed(f"cannot listen on {host} port {port}: {error.strerror}; choose another with --port or PORT") from error


def _run_server(host: str, port: int, workers: int, threads: int, *, demo: bool) -> None:
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings

    from zengyi.people.demo import towns

    os.environ[SERVER_PID] = str(os.getpid())
    os.environ[THREADS] = str(threads)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    wanted = 2 * CONNECTIONS if most == resource.RLIM_INFINITY else min(most, 2 * CONNECTIONS)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
    size = f"{workers} process(es), {READING} + {threads} threads each"
    print(f"zengyi: serving on {_url(host, port)} · {size} · stop with Ctrl+C", flush=True)
    if demo:
        print(f"zengyi: demo logins {' · '.join(towns.LOGINS)} · password {towns.PASSWORD}", flush=True)
    server = Granian(
        "zengyi.project.front:application",
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        workers=workers,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_MILLISECONDS, max_buffer_size=HEAD_BYTES),
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        websockets=False,
        log_access=False,
    )
    server.serve()


def _start_worker() -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", "zengyi", "work", "--with-parent"], stdin=subprocess.DEVNULL)


def _collect_static() -> None:
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0, clear=False)


def pending() -> list[str]:
    """The migrations this program has and the database has not."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def bring_up_to_date(*, quiet: bool) -> None:
    """Apply them."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0 if quiet else 1)


def _migrate(arguments: argparse.Namespace) -> int:
    if arguments.check:
        waiting = pending()
        print("\n".join(f"to do: {name}" for name in waiting) or "up to date")
        return 1 if waiting else 0
    bring_up_to_date(quiet=False)
    return 0


def _work(arguments: argparse.Namespace) -> int:
    from django.db import connection

    from zengyi.core import clock
    from zengyi.core.work import Worker

    connection.ensure_connection()
    worker = Worker()
    if arguments.once:
        done = worker.run_due(clock.now())
        for one in done:
            print(f"{one.name}: {one.error or one.count}")
        return 1 if any(one.error for one in done) else 0
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with running():
        _work_until(stop, worker, with_parent=arguments.with_parent)
    return 0


def _work_until(stop: threading.Event, worker: "Worker", *, with_parent: bool) -> None:
    from django.db import close_old_connections

    from zengyi.core import clock

    parent = os.getppid()
    while not stop.is_set():
        if with_parent and os.getppid() != parent:
            return  # the server was killed: end with it
        for one in worker.run_due(clock.now()):
            if one.error:
                print(f"zengyi work: {one.name} failed, will try again: {one.error}", file=sys.stderr, flush=True)
        close_old_connections()
        stop.wait(LONGEST_NAP_SECONDS)
