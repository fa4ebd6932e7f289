"""What nobody in its community may decide waits for the district, of every kind, until somebody stands in."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.bank import tiers
from tests.bank.deeds import attested, filed
from tests.bank.years import appraised, noon
from tests.cast import AT, Cast
from zengyi.bank import actions
from zengyi.bank.models import Objection, Quarter
from zengyi.core import packages
from zengyi.people import actions as people
from zengyi.people.models import Grant, Registration
from zengyi.people.queries.waiting import waiting
from zengyi.people.rules import Actor

LATER = AT.replace(year=2027, month=1, day=5)


def third(cast: Cast) -> dict[str, int]:
    """What of that kind waits for the district."""
    sources = [source for room in packages.rooms("waiting") for source in room.ITEMS]
    counts = waiting(sources, by=cast.actor("district"), at=LATER, most=9).counts
    return {kind: n for kind, n in counts.items() if kind.startswith("third-")}


def secretary(cast: Cast) -> Actor:
    """The only one, at the desk."""
    return cast.actor("secretary", next(one.acting_as for one in cast.roles("secretary") if one.role.value == "secretary"))


def own_deed(cast: Cast) -> None:
    """The only secretary is a member, and has done something herself."""
    cast.second_role("secretary", "0901")
    made = actions.file_deed("V02", AT.date(), by=cast.actor("secretary", "member"), at=AT)
    actions.attest_deed(made.pk, by=cast.actor("worker"), at=AT)


def attested_herself(cast: Cast) -> None:
    """She has attested what she should approve."""
    attested(cast, attester="secretary")


def only_hand(cast: Cast) -> None:
    """There is nobody in the community but the worker who put it down."""
    filed(cast, by="worker")
    Grant.objects.filter(place=cast.community).exclude(user=cast.users["worker"]).update(ends_at=AT)


def her_quarter(cast: Cast) -> None:
    """She has put the quarter forward herself."""
    actions.tally_quarter(cast.community.pk, "2026Q3", by=secretary(cast), at=AT)
    actions.prepare_quarter(cast.community.pk, "2026Q3", by=secretary(cast), at=AT)


def published_since(cast: Cast) -> None:
    """She has put it forward, somebody who stood in has published it and is gone."""
    her_quarter(cast)
    row = Quarter.objects.get()
    Quarter.objects.filter(pk=row.pk).update(
        state="PUBLISHED", published_by=cast.users["worker2"], published_at=AT, objections_until=AT.date() + timedelta(days=9)
    )


def her_answer(cast: Cast) -> None:
    """Whoever could review the answer has given it: no other staff is left."""
    published_since(cast)
    made = actions.object_to(cast.community.pk, "2026Q3", "我那一次没有记", by=cast.actor("resident"), at=AT)
    actions.answer_objection(made.pk, "查过了，没有错", "查过，没有错", by=secretary(cast), at=AT)
    actions.contest_answer(made.pk, by=cast.actor("resident"), at=AT)
    assert Objection.objects.get().state == "CONTESTED"
    Grant.objects.filter(place=cast.community).exclude(user=cast.users["secretary"]).update(ends_at=AT)


def her_minutes(cast: Cast) -> None:
    """She has put down what the meeting decided."""
    appraised(cast, who="secretary", at=noon(AT.date()))


def her_tiers(cast: Cast) -> None:
    """She has proposed other tiers herself."""
    tiers.proposed(secretary(cast))


def her_registration(cast: Cast) -> None:
    """She has written down that somebody registered, and nobody else is there."""
    Registration.objects.create(
        community=cast.community, member=cast.members["member"], state="PENDING", registered_at=AT, entered_by=cast.users["secretary"]
    )
    Grant.objects.filter(place=cast.community).exclude(user=cast.users["secretary"]).update(ends_at=AT)


SITUATIONS: list[tuple[Callable[[Cast], None], str]] = [
    (own_deed, "third-deed-approve"),
    (attested_herself, "third-deed-approve"),
    (only_hand, "third-deed-attest"),
    (her_quarter, "third-publish"),
    (published_since, "third-seal"),
    (her_answer, "third-review"),
    (her_minutes, "third-appraisal"),
    (her_tiers, "third-tiers"),
    (her_registration, "third-registration"),
]


@pytest.mark.parametrize(("lay", "kind"), SITUATIONS)
def test_the_district_hears_of_it_until_somebody_stands_in(cast: Cast, lay: Callable[[Cast], None], kind: str) -> None:
    lay(cast)
    assert third(cast).get(kind) == 1, third(cast)
    cast.login("helper", cast.person("同志helper", cast.community))
    cast.grant("helper", "worker", cast.elsewhere)
    people.stand_in(cast.users["helper"].pk, "secretary", cast.community.pk, reason="没有第二个人审", by=cast.actor("district"), at=LATER)
    assert kind not in third(cast)


def test_what_somebody_there_may_decide_is_no_matter_of_the_district(cast: Cast) -> None:
    filed(cast)
    attested(cast, "member2")
    actions.tally_quarter(cast.community.pk, "2026Q3", by=cast.actor("worker"), at=AT)
    actions.prepare_quarter(cast.community.pk, "2026Q3", by=cast.actor("worker"), at=AT)
    Registration.objects.create(
        community=cast.community, member=cast.members["member"], state="PENDING", registered_at=AT, entered_by=cast.users["worker"]
    )
    assert third(cast) == {}
