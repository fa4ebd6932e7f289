"""``python -m zengyi.project.catalogue update`` and ``… check``."""

import argparse
import sys

from zengyi.project.catalogue.checks import check, update


def main() -> int:
    """Run one of the two; returns the exit code, 1 when something is wrong."""
    arguments = argparse.ArgumentParser(prog="python -m zengyi.project.catalogue", description=__doc__)
    arguments.add_argument("what", choices=("update", "check"), help="bring the catalogue up to date, or say what is wrong with it")
    if arguments.parse_args().what == "update":
        waiting = update()
        sys.stdout.write(f"{waiting} to translate\n" if waiting else "everything is translated\n")
        return 0
    lines = check()
    sys.stdout.write("".join(f"{line}\n" for line in lines) or "the English catalogue is complete\n")
    return 1 if lines else 0


if __name__ == "__main__":
    raise SystemExit(main())
