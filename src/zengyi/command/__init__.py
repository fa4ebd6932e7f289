"""The ``zengyi`` command. Exit codes: 0 done, 1 it could not be done or a check failed, 2 the command line is wrong."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from zengyi.command.errors import Failed

PROGRAM = "zengyi"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code. Expected errors are one plain sentence on standard error."""
    arguments = parser().parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zengyi.project.settings")
    try:
        return int(_run(arguments) or 0)
    except Failed as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 1


def parser() -> argparse.ArgumentParser:
    """The command line with every sub-command; the reference in the docs is made from it."""
    top = argparse.ArgumentParser(
        prog=PROGRAM,
        description="增一: a community's difficulties become orders, confirmed help becomes points.",
        epilog="Settings come from the environment: ZENGYI_VAR, ZENGYI_DATABASE, ZENGYI_HOSTS … (see docs). "
        "'zengyi COMMAND --help' tells more.",
    )
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    from zengyi.command import backup, ballot, bank, check, data, quarter, serve

    for room in (serve, data, bank, quarter, ballot, check, backup):
        room.add_to(commands)
    return top


def _check_begun() -> None:
    """Raise unless an instance stands in the run-time folder: its settings would make the keys of a new one."""
    folder = Path(os.environ.get("ZENGYI_VAR", "var")).resolve()
    if not Path(os.environ.get("ZENGYI_SECRETS", folder / "secrets.json")).exists():
        hint = "set ZENGYI_VAR to the folder of yours, or begin one with 'zengyi migrate'"
        raise Failed(f"there is no instance in {folder}: {hint}")


def _run(arguments: argparse.Namespace) -> int | None:
    import json

    run: Callable[[argparse.Namespace], int | None] = arguments.run
    try:
        import django
        from django.conf import settings
        from django.core.exceptions import ImproperlyConfigured

        from zengyi.core import private

        private.write_for_us_alone()
        if getattr(arguments, "before", None):
            arguments.before(arguments)
        if not getattr(arguments, "begins", False):
            _check_begun()
        django.setup()
        private.close_to_others(settings)
    except (ImproperlyConfigured, ImportError, OSError, json.JSONDecodeError, KeyError) as error:
        raise Failed(f"cannot start: {error}") from error

    from django.core.management.base import CommandError
    from django.db import OperationalError, ProgrammingError

    from zengyi.core.errors import Refused

    try:
        return run(arguments)
    except Refused as refusal:
        raise Failed(refusal.sentence) from refusal
    except (OperationalError, ProgrammingError) as error:
        hint = "Is the database reachable, and has 'zengyi migrate' run?"
        raise Failed(f"the database says: {str(error).strip()}. {hint}") from error
    except OSError as error:
        raise Failed(f"{error.strerror}: {error.filename}" if error.filename else str(error)) from error
    except CommandError as error:
        raise Failed(str(error)) from error
