"""``python -m zengyi.develop.reference write|check FOLDER``; ``check`` ends with 1 when something is stale."""

import argparse
import os
import tempfile
from pathlib import Path


def main() -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m zengyi.develop.reference", description="The reference in docs/, made from data.")
    parser.add_argument("what", choices=("write", "check"), help="write the documents, or tell whether they are up to date")
    parser.add_argument("folder", type=Path, help="where they lie, such as docs")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as empty:
        # The settings need a run-time folder; nothing is written to it here.
        os.environ |= {"DJANGO_SETTINGS_MODULE": "zengyi.project.settings", "ZENGYI_VAR": empty}
        return _run(asked.what, asked.folder)


def _run(what: str, folder: Path) -> int:
    import django

    django.setup()
    from django.utils import translation

    from zengyi.develop.reference import documents

    with translation.override("zh-hans"):
        if what == "write":
            for name in documents.write(folder):
                print(f"written: {folder / name}")  # noqa: T201
            return 0
        old = documents.stale(folder)
    for name in old:
        print(f"stale: {folder / name}; run: python -m zengyi.develop.reference write {folder}")  # noqa: T201
    return 1 if old else 0


if __name__ == "__main__":
    raise SystemExit(main())
