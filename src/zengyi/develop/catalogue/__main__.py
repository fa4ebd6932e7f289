"""``python -m zengyi.develop.catalogue update`` and ``… check``."""

import argparse
import sys

from zengyi.develop.catalogue.checks import check_all, update_all


def main() -> int:
    """Run one of the two; returns the exit code, 1 when something is wrong."""
    arguments = argparse.ArgumentParser(prog="python -m zengyi.develop.catalogue", description=__doc__)
    arguments.add_argument("what", choices=("update", "check"), help="bring the catalogues up to date, or say what is wrong with them")
    if arguments.parse_args().what == "update":
        waiting = update_all()
        sys.stdout.write(f"{waiting} to translate\n" if waiting else "everything is translated\n")
        return 0
    lines = check_all()
    sys.stdout.write("".join(f"{line}\n" for line in lines) or "the English catalogues are complete\n")
    return 1 if lines else 0


if __name__ == "__main__":
    raise SystemExit(main())
