"""The cast as the order pages need it: with a drawn estate, which only the plan looks at, and a browser for everybody."""

import io
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from tests import cast as shared
from zengyi.people.models import Place

VIEW: dict[str, Any] = {"view": [0, 0, 592, 646], "shapes": [{"is": "rect", "look": "road", "x": 0, "y": 40, "width": 592, "height": 32}]}
BUILDINGS = 40


def drawn(n: int) -> dict[str, int]:
    """Where the plan shows a building."""
    return {"x": 20 + 60 * (n % 9), "y": 96 + 60 * (n // 9), "w": 50, "h": 52}


class Cast(shared.Cast):
    """Everybody, by what they are. ``client(name)`` is that person's browser."""

    def __init__(self) -> None:
        super().__init__()
        Place.objects.filter(pk=self.estate.pk).update(plan=VIEW)
        Place.objects.filter(pk=self.bridge.pk).update(name="虹西路西段桥", plan={"x": 14, "y": 36, "w": 46, "h": 40})
        self.unit.short_name = self.unit.name
        self.unit.save()
        resident = self.users["resident"].person
        assert resident is not None
        resident.name = "居民一二零六"
        resident.save()

    def _buildings(self) -> list[Place]:
        """Forty in rows of nine. The first of the list, where the resident lives, is not the first of the page."""
        row: dict[str, Any] = {"kind": "BUILDING", "parent": self.estate, "community": self.community, "path": ""}
        order = [(n + 17) % BUILDINGS for n in range(BUILDINGS)]
        made = Place.objects.bulk_create(Place(name=f"{201 + n} 幢", sort=n, plan=drawn(n), **row) for n in order)
        for building in made:
            building.path = f"{self.estate.path}{building.pk}/"
        Place.objects.bulk_update(made, ["path"])
        return made

    def jpeg(self, colour: str = "grey") -> bytes:
        """A small photo."""
        file = io.BytesIO()
        Image.new("RGB", (40, 30), colour).save(file, "JPEG")
        return file.getvalue()

    def client(self, login: str = "") -> Client:
        """A browser, signed in or nobody's."""
        client = Client()
        if login:
            client.force_login(self.users[login])
        return client


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast of the order pages."""
    return Cast()
