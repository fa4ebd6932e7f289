"""What anybody on the street reads of a project, and what of a sum falls on each flat."""

from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from tests.cast import AT, Cast
from tests.trail import refused
from tests.trust.ground import jpeg
from tests.works import sites
from tests.works.test_funds import approved, line
from zengyi.core import clock
from zengyi.core.errors import Invalid
from zengyi.works import actions
from zengyi.works.models import FundLine, Pair, Project, WorkPhoto
from zengyi.works.rules.shares import FLATS_MOST, flats_of

pytestmark = pytest.mark.databases("sqlite")

TODAY = AT.date()


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)
    settings.MEDIA_ROOT = tmp_path


def public(path: str, status: int = 200) -> str:
    """What somebody without a login gets."""
    answer = Client().get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def browser(cast: Cast, login: str) -> Client:
    client = Client()
    client.force_login(cast.users[login])
    return client


def test_anybody_reads_whose_move_it_is_without_names_or_links(cast: Cast, at: datetime) -> None:
    site = sites.site(cast, text="找 13900001206")
    sites.raised(cast, site, "王阿姨 13911112222 要一条步道", name="王阿姨", phone="13911112222", photos=[jpeg()])
    page = public(f"/sites/{site.project.pk}/")
    for words in ("球在谁手里", "要一条步道", "三标段", "每一笔钱"):
        assert words in page
    for hidden in ("13911112222", "13900001206", "/works/demands/", "记一件诉求", "work/photos"):
        assert hidden not in page
    photo = WorkPhoto.objects.get()
    public(f"/sites/photos/{photo.pk}", 404)  # a demand's own photo is not shown
    for project in (sites.proposed(cast), sites.ranked(cast)):
        public(f"/sites/{project.pk}/", 404)  # what is only asked for stays among neighbours
    public("/sites/999999/", 404)


def test_pictures_and_voices_are_public_once_they_are_shown(cast: Cast, at: datetime) -> None:
    site, by = sites.site(cast), cast.actor("worker")
    for node in site.milestones:
        actions.report_milestone(node.pk, TODAY, TODAY, by=cast.actor("unit"), at=at)
    actions.inspect_project(site.project.pk, by=cast.actor("supervisor"), at=at)
    actions.add_pair(site.project.pk, "车位", jpeg(), jpeg(), by=by, at=at)
    actions.add_voice(site.project.pk, "门关得严了，打 13900001206", by=by, at=at)
    pair, path = Pair.objects.get(), f"/sites/{site.project.pk}/"
    assert "门关得严了" not in public(path)
    public(f"/sites/photos/{pair.before_id}", 404)
    actions.show_project(site.project.pk, by=by, at=at)
    page = public(path)
    assert "门关得严了" in page
    assert "13900001206" not in page
    for photo in (pair.before_id, pair.after_id):
        assert f"/sites/photos/{photo}/preview" in page
        assert Client().get(f"/sites/photos/{photo}")["Content-Type"] == "image/jpeg"


def test_a_sum_falls_on_each_flat_to_the_fen(cast: Cast, at: datetime) -> None:
    """Test vector 8: 100,000.00 over 80, 120 and 100 square metres."""
    made = approved(cast, 10_000_000)
    client, path = browser(cast, "worker"), f"/works/money/{made.pk}/shares"
    assert "算一算" in client.get(path).content.decode()
    typed = {"flats": "3-101 80.00\n3-102\t120\n3-103，100.00 ㎡"}
    page = client.post(path, typed).content.decode()
    for words in ("26,666.67", "40,000.00", "33,333.33", "100,000.00", "300.00"):
        assert words in page
    sheet = client.post(path, {**typed, "as": "xlsx"})
    rows = CalamineWorkbook.from_filelike(BytesIO(sheet.content)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows if row[2] == "26,666.67"] == ["3-101"]
    assert client.post(path, {**typed, "as": "pdf"}).content.startswith(b"%PDF")
    assert FundLine.objects.get().paid == 0  # nothing is kept
    assert browser(cast, "resident").get(path).status_code == 403
    assert browser(cast, "far_worker").get(path).status_code == 404
    waiting = line(cast)
    assert client.get(f"/works/money/{waiting.pk}/shares").status_code == 409


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3-101",
        "3-101 0",
        "3-101 80.001",
        "3-101 八十",
        "3-101 -5",
        "3-101 80\n3-101 90",
        "3-101 100001",
        "甲" * 50 + " 80",
        "a" + " " * 9999 + "b",
    ],
)
def test_flats_that_cannot_be_read_name_their_line(cast: Cast, text: str) -> None:
    with refused(Invalid, fields={"flats"}):
        flats_of(text)


def test_there_are_not_too_many_flats() -> None:
    with pytest.raises(Invalid):
        flats_of("\n".join(f"{n} 80" for n in range(FLATS_MOST + 1)))
    assert len(flats_of("\n".join(f"{n} 80" for n in range(FLATS_MOST)))) == FLATS_MOST


def test_a_line_that_owners_voted_on_is_shared_out_over_their_flats(cast: Cast, at: datetime) -> None:
    from tests.councils.ballots import owners_vote

    vote = owners_vote(cast, 3)
    made = line(cast, "MAINTENANCE", 100)
    spent = {"state": "APPROVED", "granted": 100, "approved": 100, "decided_at": AT, "decided_by": cast.users["secretary"]}
    FundLine.objects.filter(pk=made.pk).update(**spent, basis="BALLOT", ballot_id=vote.ballot.pk)
    client, path = browser(cast, "property"), f"/works/money/{made.pk}/shares"
    page = client.get(path).content.decode()
    for words in ("3幢1单元101", "0.34", "0.33", "80.00"):
        assert words in page
    assert "业主0000" not in page
    assert client.get(f"{path}?as=pdf").content.startswith(b"%PDF")
    assert client.get(f"{path}?as=xlsx").status_code == 200


def test_projects_that_are_public_are_those_whose_money_is_settled(cast: Cast) -> None:
    from zengyi.works.queries import PUBLIC

    assert {state.value for state in PUBLIC} == {"FUNDED", "EXECUTING", "INSPECTED", "SHOWN"}
    assert not Project.objects.exists()
