"""Django's ``migrate``, after which the trail knows of every table the packages declare."""

import sys
import time
from typing import Any

from django.core.management.commands import migrate

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
        super().handle(*args, **options)
        capture.install()
        if not options["app_label"]:
            for line in baseline.bring_up(clock.now(), before, _rate()):
                self.stdout.write(line)


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
