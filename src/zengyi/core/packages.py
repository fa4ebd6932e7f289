"""The packages that the product is made of, and how what they say about themselves is found.

A package is named in two lists: ``INSTALLED_APPS``, lowest first, and the layers of the import contracts. Everything else stands in
its own folder and is found there by its name: files such as ``roles.toml``, and rooms, modules or sub-packages such as ``urls`` or
``demo``. What there is to declare is told in docs/adding-a-package.md.
"""

from collections.abc import Iterator
from importlib import import_module
from importlib.resources import files
from importlib.util import find_spec
from types import ModuleType

from django.conf import settings

_OURS = "zengyi."
#: No packages of the domain: what all of them stand on, and what puts them together. A module of theirs is never a room.
_FRAME = ("zengyi.core", "zengyi.project")


def names() -> list[str]:
    """The installed packages, such as ``zengyi.orders``, lowest first."""
    return [app for app in settings.INSTALLED_APPS if app.startswith(_OURS)]


def rooms(room: str) -> Iterator[ModuleType]:
    """The room of that name in every package of the domain that has one, the lowest package's first."""
    for package in names():
        if package not in _FRAME and find_spec(f"{package}.{room}"):
            yield import_module(f"{package}.{room}")


def texts(file: str) -> Iterator[tuple[str, str]]:
    """The text of the file of that name in every package that has one, with the package, the lowest first."""
    for package in names():
        found = files(package).joinpath(file)
        if found.is_file():
            yield package, found.read_text(encoding="utf-8")
