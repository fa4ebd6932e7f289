"""Django's ``migrate``, after which the trail knows of every table the packages declare."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate
from django.db.migrations.state import ModelState, ProjectState

from zengyi.core import baseline, capture, clock


class Command(migrate.Command):
    """Bring the database up to date, and the trail's triggers and beginnings with it."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate; of a part of the packages only their tables change, and what the trail keeps of them waits for the whole."""
        if options["plan"] or options["check_unapplied"]:
            super().handle(*args, **options)
            return
        before = baseline.differing_before(clock.now())
        capture.remove()
        with models_one_by_one():
            super().handle(*args, **options)
        capture.install()
        if not options["app_label"]:
            for line in baseline.bring_up(clock.now(), before, _rate()):
                self.stdout.write(line)


@contextmanager
def models_one_by_one() -> Iterator[None]:
    """A new table costs the making of its own model only, so that an empty database is ready in half the time.

    While it migrates, Django makes anew every model that a new one is related to, and in turn all that those are related to: here nearly
    all there are, for each new table. But nothing of theirs has changed, as nothing refers to a model that was not there before.
    """

    def add_model(state: Any, model_state: ModelState) -> None:
        rendered = state.__dict__.pop("apps", None)
        usual(state, model_state)
        if rendered is not None:
            state.__dict__["apps"] = rendered
            rendered.render_multiple([model_state])
            rendered.clear_cache()

    states: Any = ProjectState
    usual = states.add_model
    states.add_model = add_model
    try:
        yield
    finally:
        states.add_model = usual


def _rate() -> baseline.Progress:
    """A line on standard error while somebody looks on: how many rows so far, and how many a second."""
    began: dict[str, tuple[float, int]] = {}

    def tell(what: str, count: int) -> None:
        start, before = began.setdefault(what, (time.monotonic(), count))
        passed = time.monotonic() - start
        rate = f", {(count - before) / passed:,.0f} a second" if passed else ""
        sys.stderr.write(f"\r{what}: {count:,} rows{rate}   ")
        sys.stderr.flush()

    return tell if sys.stderr.isatty() else lambda what, count: None
