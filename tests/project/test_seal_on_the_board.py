"""The newest seal hangs where everybody can note it."""

import pytest
from django.test import Client

from tests.cast import AT, Cast
from zengyi.core import sealing, verifying


def test_visitors_can_note_the_newest_seal_and_have_it_checked(cast: Cast, client: Client) -> None:
    assert "账本封存" not in client.get("/board/").content.decode()
    cast.place("member")
    sealing.seal(AT)
    page = client.get("/board/").content.decode()
    assert "账本封存" in page
    newest = sealing.newest()
    assert newest is not None
    assert f"第 {newest.number} 封 · 2026-11-23 10:00" in page
    noted = " ".join(newest.digits)
    assert f"<code>{noted}</code>" in page
    assert verifying.verify(noted).noted.startswith(f"seal {newest.number} of 2026-11-23 02:00 UTC")


@pytest.mark.django_db
def test_before_the_first_seal_there_is_none() -> None:
    assert sealing.newest() is None
