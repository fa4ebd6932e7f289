"""The documents, and whether a folder has them as they are now."""

from pathlib import Path

from zengyi.develop.reference import api, orders, roles

HEAD = "<!-- Made by `python -m zengyi.develop.reference write docs`. Change the data it is made from, not this file. -->\n\n"


MADE = {"roles.md": roles.document, "orders.md": orders.document, "api.md": api.document}


def documents() -> dict[str, str]:
    """Every document by its file's name."""
    return {name: HEAD + made() for name, made in MADE.items()}


def write(folder: Path) -> list[str]:
    """Write what is missing or has changed; returns the names."""
    old = stale(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in documents().items():
        if name in old:
            (folder / name).write_text(text, encoding="utf-8")
    return old


def stale(folder: Path) -> list[str]:
    """The names of documents that are missing or say something else."""
    return [name for name, text in documents().items() if not (folder / name).is_file() or (folder / name).read_text("utf-8") != text]
