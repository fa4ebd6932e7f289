"""Photos of topics and surveys: who sees them, who may say so, and what is left on the disk."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import AT, Cast
from tests.councils.talks import DAY, screened
from tests.trust.ground import jpeg
from zengyi.core.errors import Invalid, NotAllowed, NotThere
from zengyi.core.models import Event
from zengyi.councils import actions, queries
from zengyi.councils.models import Survey, Topic, TopicPhoto
from zengyi.councils.queries.photos import ALBUM
from zengyi.orders.rules import Urgency


def pictured(cast: Cast, *, private: bool = False) -> tuple[Topic, UUID]:
    """A topic of a resident with a photo."""
    words = ("摄像头坏了八成", "丢了电瓶车，调监控，什么也没有。")
    topic = actions.raise_topic(*words, photos=[jpeg()], private=private, by=cast.actor("resident"), at=AT)
    return topic, TopicPhoto.objects.get(topic=topic).pk


def sees(cast: Cast, who: str, photo: UUID) -> bool:
    """Whether the file is handed out."""
    try:
        return queries.photo(photo, preview=True, by=cast.actor(who)).read_bytes()[:2] == b"\xff\xd8"
    except NotThere:
        return False


def shown(cast: Cast, who: str, topic: Topic) -> int:
    """How many of its photos a page shows, the surveys' among them."""
    found = queries.topic(topic.pk, by=cast.actor(who))
    parts = queries.parts_of(found.id, found.community_id, bare=found.staff, own=found.own)
    return len(parts.photos) + sum(len(survey.photos) for survey in parts.surveys)


EVERYBODY = ("resident", "worker", "resident2", "member", "far_worker")


def test_a_photo_is_seen_by_whoever_sees_the_topic(cast: Cast) -> None:
    topic, photo = pictured(cast)
    assert [sees(cast, who, photo) for who in EVERYBODY] == [True, True, False, False, False]
    actions.screen_topic(topic.pk, urgency=Urgency.WEEK, by=cast.actor("worker"), at=AT)
    assert [sees(cast, who, photo) for who in EVERYBODY[:4]] == [True] * 4
    assert [shown(cast, who, topic) for who in EVERYBODY[:4]] == [1] * 4


def test_one_with_people_or_names_only_the_community_and_its_raiser_see(cast: Cast) -> None:
    topic, photo = pictured(cast, private=True)
    actions.screen_topic(topic.pk, urgency=Urgency.WEEK, by=cast.actor("worker"), at=AT)
    assert [sees(cast, who, photo) for who in EVERYBODY] == [True, True, False, False, False]
    assert [shown(cast, who, topic) for who in EVERYBODY[:4]] == [1, 1, 0, 0]
    client = Client()
    client.force_login(cast.users["resident2"])
    assert client.get(f"/councils/photos/{photo}.jpg").status_code == 404
    assert str(photo) not in client.get(f"/councils/topics/{topic.pk}/").content.decode()


def test_the_community_keeps_back_what_somebody_sent_and_gives_it_free_again(cast: Cast) -> None:
    topic, photo = pictured(cast)
    actions.screen_topic(topic.pk, urgency=Urgency.WEEK, by=cast.actor("worker"), at=AT)
    actions.survey_topic(topic.pk, text="看过了", photos=[jpeg()], private=True, by=cast.actor("worker"), at=AT)
    other = TopicPhoto.objects.exclude(pk=photo).get().pk
    for back in (True, False):
        actions.keep_back_photos(topic.pk, {photo: back}, by=cast.actor("worker"), at=AT)
        assert sees(cast, "resident2", photo) is not back
        assert not sees(cast, "resident2", other), "what was not named stays as it is"
    assert str(photo) in Event.objects.filter(object_type="topic", verb="photos").latest("pk").after
    for who, refusal in (("resident", NotAllowed), ("member", NotAllowed), ("far_worker", NotThere)):
        with pytest.raises(refusal):
            actions.keep_back_photos(topic.pk, {photo: True}, by=cast.actor(who), at=AT)
    with pytest.raises(Invalid) as refused:
        actions.keep_back_photos(topic.pk, {uuid4(): True}, by=cast.actor("worker"), at=AT)
    assert list(refused.value.fields) == ["private"]


@pytest.mark.parametrize("photos", [[jpeg()] * 6, [b"no photo"]])
def test_what_can_not_be_taken_leaves_neither_row_nor_file(cast: Cast, photos: list[bytes]) -> None:
    topic = screened(cast, AT)
    with pytest.raises(Invalid):
        actions.raise_topic("路灯不亮", "晚上看不清。", photos=photos, by=cast.actor("resident"), at=AT)
    with pytest.raises(Invalid):
        actions.survey_topic(topic.pk, text="看过了", photos=photos, by=cast.actor("worker"), at=AT)
    assert (Topic.objects.count(), Survey.objects.count(), TopicPhoto.objects.count()) == (1, 0, 0)
    folder = ALBUM.path_of(uuid4()).parent.parent
    assert [path for path in folder.rglob("*.jpg") if path.is_file()] == [] or not folder.exists()


def test_a_survey_may_be_photos_alone_and_the_worker_sweeps_what_no_row_names(cast: Cast) -> None:
    topic = screened(cast, AT)
    actions.survey_topic(topic.pk, photos=[jpeg(), jpeg()], by=cast.actor("worker"), at=AT)
    assert shown(cast, "member", topic) == 2
    kept = TopicPhoto.objects.first()
    assert kept is not None
    minute = AT + 400 * DAY
    for _folder in range(256):
        actions.sweep(minute)
        minute += DAY / 1440
    assert ALBUM.path_of(kept.pk).exists()
    TopicPhoto.objects.filter(pk=kept.pk).delete()
    assert sum(actions.sweep(minute + n * DAY / 1440) for n in range(256)) == 2, "the photo and its preview"


def test_by_the_pages_a_resident_sends_two_and_a_worker_keeps_one_back(cast: Cast) -> None:
    resident, worker = Client(), Client()
    resident.force_login(cast.users["resident"])
    worker.force_login(cast.users["worker"])
    files = [SimpleUploadedFile(f"{n}.jpg", jpeg(), "image/jpeg") for n in range(2)]
    sent: dict[str, Any] = {"title": "路灯不亮", "text": "", "spot": "", "photos": files}
    assert resident.post("/councils/topics/new", sent).status_code == 303
    topic = Topic.objects.get()
    first, second = TopicPhoto.objects.order_by("added_at", "pk").values_list("pk", flat=True)
    path = f"/councils/topics/{topic.pk}/"
    bare = screened(cast, AT)
    assert "这件事还没有照片" in worker.get(f"/councils/topics/{bare.pk}/photos").content.decode()
    assert f"{path}photos" in worker.get(path).content.decode()
    asked = worker.get(f"{path}photos").content.decode()
    assert (str(first) in asked, str(second) in asked, asked.count("checked")) == (True, True, 0)
    answer = worker.post(f"{path}photos", {"shown": [first, second], "private": [second]})
    assert answer.status_code == 303
    assert dict(TopicPhoto.objects.values_list("pk", "private")) == {first: False, second: True}
    assert worker.get(f"{path}photos").content.decode().count("checked") == 1
    wrong = worker.post(f"{path}photos", {"shown": [uuid4()], "private": []})
    assert wrong.status_code == 422
