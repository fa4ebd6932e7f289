"""The ground, made once for this folder and rolled back afterwards; the clock stands still."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.trust.ground import NOW, Ground, undone
from zengyi.core import clock


@pytest.fixture(autouse=True)
def _own_var(settings: Any, tmp_path: Path) -> None:
    """Kept uploads of a test go with it."""
    settings.VAR = tmp_path


@pytest.fixture(autouse=True)
def _sms(settings: Any) -> None:
    """SMS can be sent, so that everything is offered that needs them."""
    settings.SMS = "console"


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a Monday, one in the afternoon."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture(scope="package")
def laid(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """The ground, for all tests of this folder."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        from django.conf import settings

        patch.setattr(settings, "MEDIA_ROOT", tmp_path_factory.mktemp("media"))
        with undone():
            ground = Ground()
            ground.media = settings.MEDIA_ROOT
            yield ground


@pytest.fixture
def ground(laid: Ground, db: None, settings: Any) -> Ground:
    """The ground; what a test does to it is rolled back."""
    settings.MEDIA_ROOT = laid.media
    return laid
