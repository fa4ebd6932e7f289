"""What the workers of a run know of each other's walks, so that what one has looked at no other looks at again."""

import hashlib
import os
from pathlib import Path


class Once:
    """Things that are done once in a run, by whichever worker comes first, and marks that all of them can read."""

    def __init__(self, what: str) -> None:
        self._folder = Path(os.environ["ZENGYI_VAR"]) / "once" / what
        self._folder.mkdir(parents=True, exist_ok=True)

    def first(self, thing: object) -> bool:
        """Whether nobody has claimed this before; from now on it is claimed."""
        try:
            (self._folder / hashlib.sha256(str(thing).encode()).hexdigest()).open("x").close()
        except FileExistsError:
            return False
        return True

    def claimed(self, *things: object) -> set[object]:
        """Those of these that somebody has claimed."""
        return {one for one in things if (self._folder / hashlib.sha256(str(one).encode()).hexdigest()).exists()}

    def add(self, numbers: list[int]) -> None:
        """Tell everybody these numbers."""
        with (self._folder / "numbers").open("a") as told:
            told.write("".join(f"{number}\n" for number in numbers))

    def numbers(self) -> list[int]:
        """The numbers that were told by now."""
        kept = self._folder / "numbers"
        return sorted({int(line) for line in kept.read_text().splitlines(keepends=True) if line.endswith("\n")}) if kept.exists() else []
