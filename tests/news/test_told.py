"""A notice for some buildings only: who is told is part of what is approved, stands on every outlet, and is never widened unseen."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.api import Api
from tests.cast import AT, Cast
from tests.news.pieces import answered, approved, proposed, published, through
from zengyi.core import sealing
from zengyi.core.errors import Invalid
from zengyi.messages import actions as messages
from zengyi.messages.models import Delivery, Message
from zengyi.news import actions, queries
from zengyi.news.models import Edition, Piece
from zengyi.news.rules import TOLD_MOST, Content, content_of
from zengyi.news.web import outlets
from zengyi.people.models import Person, Place
from zengyi.people.rules import NOBODY

NOTICE: dict[str, Any] = {"kind": "NOTICE", "title": "明天停水", "text": "上午九点到十一点停水，请先接好。", "figures": []}


def told(cast: Cast, piece: Piece) -> set[str]:
    """Who has a message of it as a reader, by name."""
    sealing.seal(AT)
    messages.tell_due(AT)
    rows = Message.objects.filter(object_id=piece.pk, template__startswith="piece.publish.reader")
    names = {user.pk: name for name, user in cast.users.items()}
    return {names[user_id] for user_id in rows.values_list("user_id", flat=True)}


def test_only_those_who_live_there_are_told_by_message_and_on_paper(cast: Cast) -> None:
    here, there = (cast.person(f"老张{n}", cast.community, "", building, "9") for n, building in enumerate(cast.buildings[:2]))
    Person.objects.filter(pk__in=[here.pk, there.pk]).update(phone_index=None)
    piece = published(cast, **NOTICE, told=[cast.buildings[0].pk])
    assert told(cast, piece) == {"resident", "neighbour", "kin"}
    assert list(Delivery.objects.filter(channel="SLIP").values_list("person_id", flat=True)) == [here.pk]
    everybody = told(cast, published(cast, **NOTICE | {"title": "后天停电"}))
    assert everybody > {"resident", "neighbour", "kin", "resident2", "member"} and "far_resident" not in everybody


def test_an_estate_is_all_of_its_buildings(cast: Cast) -> None:
    piece = published(cast, **NOTICE, told=[cast.estate.pk])
    assert told(cast, piece) >= {"resident", "neighbour", "kin", "resident2"}
    assert "unit" not in told(cast, piece)  # nobody knows where they live


def test_it_stands_on_every_outlet_and_in_the_api(cast: Cast) -> None:
    piece = published(cast, **NOTICE, told=[cast.buildings[1].pk, cast.buildings[0].pk])
    names = "虹桥新村 201幢、虹桥新村 202幢"
    assert names in Client().get(f"/news/{piece.pk}/").content.decode()
    assert f"发给：{names}" in Client().get(f"/news/{piece.pk}/plain.txt").content.decode()
    printed = outlets.of_edition(queries.edition(piece.pk, by=NOBODY), "https://zy.example.org/news/1/")
    assert ["发给", names] in [[label, said.replace("\u200b", "")] for label, said in outlets.sheet(printed)["facts"]]  # type: ignore[attr-defined]
    places = [{"id": cast.buildings[n].pk, "name": f"虹桥新村 20{n + 1}幢"} for n in (0, 1)]
    assert Api("worker").get(f"/news/{piece.pk}").body["told"] == places
    assert Api("resident").get("/news").body["items"][0]["told"] == places


def test_more_people_are_told_only_after_another_approval(cast: Cast) -> None:
    piece = published(cast, **NOTICE, told=[cast.buildings[0].pk])
    assert "resident2" not in told(cast, piece)
    before = Piece.objects.get(pk=piece.pk).digest
    actions.edit(piece.pk, **NOTICE, told=[], by=cast.actor("worker"), at=AT)
    row = Piece.objects.get(pk=piece.pk)
    assert (row.state, row.told) == ("PROPOSED", []) and row.digest != before
    assert content_of(Edition.objects.get(piece=piece, shown=True).content).told == ((cast.buildings[0].pk, "虹桥新村 201幢"),)
    assert "resident2" not in told(cast, piece)
    answered(cast, row)
    actions.publish(through(cast, row).pk, by=cast.actor("worker"), at=AT)
    assert "resident2" in told(cast, piece)


@pytest.mark.parametrize("wrong", ["kind", "away", "community", "spot", "many"])
def test_what_can_not_be_told_alone_is_refused_at_its_field(cast: Cast, wrong: str) -> None:
    many = [
        Place(kind="BUILDING", name=f"{n}幢", parent=cast.estate, community=cast.community, path=f"{cast.estate.path}9{n}/")
        for n in range(400, 400 + TOLD_MOST + 1)
    ]
    cases: dict[str, dict[str, Any]] = {
        "kind": {"kind": "BRIEF", "told": [cast.buildings[0].pk]},
        "away": {"told": [cast.far_building.pk]},
        "community": {"told": [cast.community.pk]},
        "spot": {"told": [cast.bridge.pk]},
        "many": {"told": [place.pk for place in Place.objects.bulk_create(many)]},
    }
    with pytest.raises(Invalid) as refused:
        proposed(cast, **NOTICE | cases[wrong])
    assert list(refused.value.fields) == ["told"] and not Piece.objects.exists()


def test_what_is_for_everybody_has_the_digest_that_it_always_had(cast: Cast) -> None:
    assert '"told"' not in Content("NOTICE", "明天停水", "请先接好。").canonical()
    piece = approved(cast, **NOTICE)
    assert Piece.objects.get(pk=piece.pk).digest == Content("NOTICE", NOTICE["title"], NOTICE["text"], **_days()).digest


def _days() -> dict[str, Any]:
    from tests.news.pieces import RIVER

    return {name: RIVER[name] for name in ("place", "held_on", "until", "organisers")}


def test_the_page_offers_the_communitys_places_and_keeps_what_was_chosen(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.users["worker"])
    page = client.get("/news/new").content.decode()
    assert "虹桥新村 201幢" in page and "发给整个社区" in page and "1幢</span>" not in page.replace("201幢</span>", "")
    given = {"kind": "NOTICE", "title": "明天停水", "text": "请先接好。", "told": [str(cast.buildings[0].pk)]}
    wrong = client.post("/news/new", given | {"title": ""})
    kept = re.search(rf'<input[^>]* name="told" value="{cast.buildings[0].pk}"[^>]* checked', wrong.content.decode())
    assert wrong.status_code == 422 and kept
    assert client.post("/news/new", given | {"told": [str(cast.far_building.pk)]}).status_code == 422
    assert client.post("/news/new", given).status_code == 303
    piece = Piece.objects.get()
    assert piece.told == [[cast.buildings[0].pk, "虹桥新村 201幢"]]
    assert client.post(f"/news/{piece.pk}/edit", given | {"title": "明天不停水", "digest": piece.digest}).status_code == 303
    assert Piece.objects.get().told == [[cast.buildings[0].pk, "虹桥新村 201幢"]]
