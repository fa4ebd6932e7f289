"""Photos of topics: their rows, who may see which of them, and files that no row names."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from zengyi.core import audit
from zengyi.core.errors import Invalid
from zengyi.core.photos import KeptPhoto
from zengyi.core.steps import action, in_action
from zengyi.councils.actions.finding import topic_of
from zengyi.councils.models import Survey, Topic, TopicPhoto
from zengyi.councils.queries.photos import ALBUM
from zengyi.councils.rules import surveys
from zengyi.councils.rules import topics as rules
from zengyi.people.rules import Actor


def check_number(photos: Sequence[bytes]) -> None:
    """Raise :class:`Invalid` on ``photos`` where there are more than one step takes."""
    if len(photos) > surveys.PHOTOS_MOST:
        raise Invalid.on("photos", _("最多 %(most)d 张，请少选几张。") % {"most": surveys.PHOTOS_MOST})


@in_action
def record(files: Sequence[KeptPhoto], topic: Topic, *, private: bool, survey: Survey | None = None, at: datetime) -> None:
    """Write the rows of photos just kept."""
    about = {"topic": topic, "survey": survey, "private": private, "added_at": at}
    TopicPhoto.objects.bulk_create(TopicPhoto(id=f.id, width=f.width, height=f.height, size=f.size, **about) for f in files)


@action
def keep_back_photos(topic_id: int, private: Mapping[UUID, bool], *, by: Actor, at: datetime) -> Topic:
    """Say of photos of a topic whether only the community and whoever raised it see them, or everybody who sees the topic.

    What is not named stays as it is. Raises :class:`Invalid` for a photo that is none of the topic's.
    """
    topic = topic_of(topic_id, by=by)
    rules.check_photos(by, topic.facts() if topic else None)
    assert topic is not None
    rows = TopicPhoto.objects.filter(topic=topic)
    if private.keys() - set(rows.values_list("pk", flat=True)):
        raise Invalid.on("private", _("这件事没有这张照片。"))
    for back in (True, False):
        rows.filter(pk__in=[pk for pk, kept in private.items() if kept == back]).update(private=back)
    after = {str(pk): back for pk, back in sorted(private.items())}
    audit.record("photos", "topic", topic.pk, by=by, at=at, community_id=topic.community_id, after=after)
    return topic


def sweep(at: datetime) -> int:
    """Remove files that no row names; returns how many."""
    return ALBUM.sweep(at, lambda ids: {str(pk) for pk in TopicPhoto.objects.filter(pk__in=ids).values_list("pk", flat=True)})
