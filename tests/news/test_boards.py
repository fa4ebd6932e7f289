"""Paper on boards: what hangs where since when, what a photo proves, what has to come down, and whom all that waits for."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import AT, Cast
from tests.news.pieces import RIVER, answered, published, through
from tests.news.test_pages import client_of
from tests.trust.ground import jpeg
from zengyi.core import clock
from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState
from zengyi.core.models import Event
from zengyi.news import actions, queries, rules
from zengyi.news.models import BoardPhoto, Hung, Piece

DAY = timedelta(days=1)
TODAY = clock.local_date(AT)


@pytest.fixture(autouse=True)
def _then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)


def hung(cast: Cast, spot: str = "南门公示栏", *, until: date | None = None, **more: Any) -> Hung:
    """A sheet of a published piece on a board."""
    piece = published(cast, **more)
    actions.hang(piece.pk, spot, until=until, by=cast.actor("worker"), at=AT)
    return Hung.objects.latest("pk")


def photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("board.jpg", jpeg(), "image/jpeg")


def test_a_photo_proves_the_days_up_to_its_own() -> None:
    first, last = date(2026, 11, 2), date(2026, 11, 8)
    for seen, today, said in (
        ([], first, (0, None, False, False)),
        ([], last, (0, None, False, True)),
        ([first], last, (1, first, False, True)),
        ([first, date(2026, 11, 5)], date(2026, 11, 6), (4, date(2026, 11, 5), False, False)),
        ([last], last + DAY, (7, last, True, False)),
    ):
        assert rules.proof(first, last, seen, today) == rules.Proof(*said), seen
    assert rules.proof(first, None, [last], last) == rules.Proof(7, last, False, False), "where no rule asks nothing is due"


def test_a_round_of_the_boards(cast: Cast) -> None:
    sheet, client = hung(cast, until=TODAY + 6 * DAY), client_of(cast, "worker")
    page = client.get("/news/boards/").content.decode()
    assert "南门公示栏" in page and "11月23日贴出" in page and "要贴到11月29日" in page and "还没拍过" in page
    path = f"/news/hung/{sheet.pk}/"
    assert client.post(path, {}).status_code == 422
    assert client.post(path, {"photo": photo()}).status_code == 303
    again = client.post(path, {"photo": photo()})
    assert again.status_code == 409 and "今天已经拍过了" in again.content.decode()
    page = client.get(path).content.decode()
    assert "拍到11月23日，贴足 1 天" in page
    shown = BoardPhoto.objects.get()
    assert f"/news/boards/photos/{shown.pk}.jpg" in page
    assert client.get(f"/news/boards/photos/{shown.pk}.jpg")["Content-Type"] == "image/jpeg"
    assert (Event.objects.latest("pk").verb, Event.objects.latest("pk").after["seen_on"]) == ("see", "2026-11-23")


def test_what_is_due_waits_for_the_staff_until_a_photo_of_the_last_day(cast: Cast) -> None:
    sheet, client = hung(cast, until=TODAY), client_of(cast, "worker2")
    assert "南门公示栏，该拍一张" in client.get("/waiting/").content.decode()
    assert "到期了，去拍一张" in client.get("/news/boards/").content.decode()
    actions.see(sheet.pk, jpeg(), by=cast.actor("worker2"), at=AT)
    assert "南门公示栏，该拍一张" not in client.get("/waiting/").content.decode()
    assert "贴足了" in client.get(f"/news/hung/{sheet.pk}/").content.decode()


def test_what_was_replaced_or_withdrawn_has_to_come_down(cast: Cast) -> None:
    sheet, client = hung(cast), client_of(cast, "worker")
    piece = Piece.objects.get()
    assert "该揭了" not in client.get("/news/boards/").content.decode()
    actions.edit(piece.pk, **{**RIVER, "title": "一条河，951株清完了"}, by=cast.actor("worker"), at=AT)
    answered(cast, piece)
    through(cast, piece)
    actions.publish(piece.pk, by=cast.actor("worker"), at=AT)
    assert "该揭了" in client.get("/news/boards/").content.decode() and "该拍一张或者揭下来" in client.get("/waiting/").content.decode()
    assert client.post(f"/news/hung/{sheet.pk}/down").status_code == 303
    assert "现在没有记着贴出去的" in client.get("/news/boards/").content.decode()
    with pytest.raises(WrongState, match="已经揭下来了"):
        actions.see(sheet.pk, jpeg(), by=cast.actor("worker"), at=AT)
    assert "11月23日揭下来了" in client.get(f"/news/hung/{sheet.pk}/").content.decode()


def test_a_last_day_is_today_or_later(cast: Cast) -> None:
    piece = published(cast)
    for wrong in (TODAY - DAY, TODAY + 400 * DAY):
        with pytest.raises(Invalid, match="一年以内"):
            actions.hang(piece.pk, "北门", until=wrong, by=cast.actor("worker"), at=AT)
    assert not Hung.objects.exists()
    answer = client_of(cast, "worker").post(f"/news/{piece.pk}/hang", {"spot": "北门", "until": "2026-11-30"})
    assert (answer.status_code, Hung.objects.get().until) == (303, date(2026, 11, 30))


def test_another_communitys_boards_are_not_there(cast: Cast) -> None:
    sheet = hung(cast)
    seen = actions.see(sheet.pk, jpeg(), by=cast.actor("worker"), at=AT)
    far = client_of(cast, "far_worker")
    assert [far.get(path).status_code for path in (f"/news/hung/{sheet.pk}/", f"/news/boards/photos/{seen.pk}.jpg")] == [404, 404]
    assert "南门公示栏" not in far.get("/news/boards/").content.decode()
    with pytest.raises(NotThere):
        actions.see(sheet.pk, jpeg(), by=cast.actor("far_worker"), at=AT)
    with pytest.raises(NotAllowed):
        actions.see(sheet.pk, jpeg(), by=cast.actor("resident"), at=AT)
    assert Client().get("/news/boards/")["Location"].startswith("/sign-in")


def test_a_photo_of_a_board_survives_the_sweep(cast: Cast) -> None:
    kept = actions.see(hung(cast).pk, jpeg(), by=cast.actor("worker"), at=AT)
    path = queries.board_photo(kept.pk, by=cast.actor("worker"))
    late = datetime.fromtimestamp(path.stat().st_mtime).astimezone() + timedelta(days=1)
    for minute in range(256):
        actions.sweep(late + timedelta(minutes=minute))
    assert path.is_file()
