"""Django's ``migrate``, after which the trail knows of every table the packages declare."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate
from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.utils import field_is_referenced
from django.db.models import Field

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
    """A new table, a new or a changed column costs the making of its own model only, and an index or a constraint that of none.

    While it migrates, Django makes anew every model that a changed one is related to, and in turn all that those are related to: here
    nearly all there are, for each new table, each key to another and each index. But nothing of theirs has changed: nothing refers to a
    model that was not there before, a model of which a column is new or other keeps its table and its key, and nothing of a model but
    its list of them depends on its indexes and constraints. A column that is a key, or that keys lead to, is changed as Django does.
    Steps that read and write rows are given models made anew, all of them (``is_delayed``).
    """

    def add_model(state: ProjectState, model_state: ModelState) -> None:
        rendered = state.__dict__.pop("apps", None)
        usual(state, model_state)
        if rendered is not None:
            state.__dict__["apps"] = rendered
            rendered.render_multiple([model_state])
            rendered.clear_cache()

    def add_field(state: ProjectState, app_label: str, model_name: str, *field: object) -> None:
        alone(usual_field, state, app_label, model_name, *field)

    def alter_field(state: ProjectState, app_label: str, model_name: str, name: str, field: "Field[Any, Any]", *more: object) -> None:
        if field.is_relation or field_is_referenced(state, (app_label, model_name), (name, field)):
            usual_change(state, app_label, model_name, name, field, *more)
        else:
            alone(usual_change, state, app_label, model_name, name, field, *more)

    def alone(usual: Callable[..., None], state: ProjectState, app_label: str, model_name: str, *more: object) -> None:
        rendered = state.__dict__.pop("apps", None)
        usual(state, app_label, model_name, *more)
        if rendered is not None:
            state.__dict__["apps"] = rendered
            state.is_delayed = True
            rendered.unregister_model(app_label, model_name)
            rendered.render_multiple([state.models[app_label, model_name]])
            rendered.clear_cache()

    states = ProjectState
    ours = {
        "add_model": add_model,
        "add_field": add_field,
        "alter_field": alter_field,
        "_append_option": _append_option,
        "_remove_option": _remove_option,
    }
    kept = {name: getattr(states, name) for name in ours}
    usual, usual_field, usual_change = kept["add_model"], kept["add_field"], kept["alter_field"]
    for name, method in ours.items():
        setattr(states, name, method)
    try:
        yield
    finally:
        for name, method in kept.items():
            setattr(states, name, method)


def _append_option(state: ProjectState, app_label: str, model_name: str, option: str, added: object) -> None:
    options = state.models[app_label, model_name].options
    _list_anew(state, app_label, model_name, option, [*options[option], added])


def _remove_option(state: ProjectState, app_label: str, model_name: str, option: str, name: str) -> None:
    options = state.models[app_label, model_name].options
    _list_anew(state, app_label, model_name, option, [one for one in options[option] if one.name != name])


def _list_anew(state: ProjectState, app_label: str, model_name: str, option: str, now: list[Any]) -> None:
    state.models[app_label, model_name].options[option] = now
    if "apps" in state.__dict__:
        setattr(state.apps.get_model(app_label, model_name)._meta, option, list(now))


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
