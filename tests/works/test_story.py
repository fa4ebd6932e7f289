"""Story 3 on its pages, two weeks long: a demand from the stair, a meeting without an answer, a promise, a return, and a nod at last."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from tests.cast import Cast
from tests.works import sites
from zengyi.core import clock
from zengyi.works.models import Demand

pytestmark = pytest.mark.databases("sqlite")

DAY = timedelta(days=1)


def signed_in(cast: Cast, login: str) -> Client:
    client = Client()
    client.force_login(cast.users[login])
    return client


def sends(client: Client, path: str, **data: str) -> None:
    answer = client.post(path, data)
    assert answer.status_code == 303, (path, answer.status_code, answer.content.decode()[:2000])


def test_two_weeks_of_a_demand(cast: Cast, at: datetime, monkeypatch: object) -> None:
    now = at

    def moved(days: int) -> None:
        nonlocal now
        now = at + days * DAY

    monkeypatch.setattr(clock, "now", lambda: now)  # type: ignore[attr-defined]
    site = sites.site(cast)

    def read(login: str, path: str) -> str:
        answer = signed_in(cast, login).get(path)  # a session does not last for days
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.content.decode()

    page = f"/works/{site.project.pk}/"
    words = {"title": "226 幢小游园想要一条健身步道", "way": "STAIR", "addressee": "CONTRACTOR", "spot": "小游园", "households": "23"}
    sends(signed_in(cast, "supervisor"), f"{page}demands/new", **words, phone="13900001206")
    demand = f"/works/demands/{Demand.objects.get().pk}/"
    assert "S-1" in read("worker", f"{page}sheet")
    moved(3)  # the meeting went by without an answer: it carries itself over
    sheet = read("worker", f"{page}sheet")
    assert "过了 1 天" in sheet
    sends(signed_in(cast, "unit"), f"{demand}answer", answer="ACCEPT", promised="2026-11-30", text="周一做好")
    moved(7)
    sends(signed_in(cast, "unit"), f"{demand}do", text="铺好了，三十米")
    assert signed_in(cast, "unit").post(f"{demand}pass", {"text": ""}).status_code == 403  # never the fixer
    sends(signed_in(cast, "supervisor"), f"{demand}return", text="有一段积水")
    assert "退回" in read("worker", f"{page}sheet")
    sends(signed_in(cast, "unit"), f"{demand}answer", answer="ACCEPT", promised="2026-12-04", text="垫高重铺")
    moved(10)
    sends(signed_in(cast, "unit"), f"{demand}do", text="垫高了，不积水")
    sends(signed_in(cast, "resident"), f"{demand}pass", text="走得稳了")
    story = read("resident", demand)
    assert "2026年11月30日" in story  # the day promised first is kept
    assert "2026年12月4日" in story
    assert "走得稳了" in story
    found = Demand.objects.get()
    assert (found.state, found.returns, found.told_at) == ("PASSED", 1, now)
    ended = read("worker", f"{page}sheet")
    assert "这周了结" not in ended or "走得稳了" in ended
    pdf = signed_in(cast, "worker").get(f"{page}sheet.pdf?day=2026-12-02")
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
