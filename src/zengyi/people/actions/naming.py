"""Whether somebody is named in public: they decide themselves, and may change their mind."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zengyi.core import audit
from zengyi.core.errors import NotThere
from zengyi.core.steps import action
from zengyi.people.models import Person
from zengyi.people.rules import Actor, Target, check


@action
def agree_to_naming(person_id: int, agreed: bool, *, by: Actor, at: datetime) -> None:
    """Let oneself be named among those who saved most, or no longer. Nobody agrees for somebody else."""
    person = Person.objects.select_related("community").filter(pk=person_id).first()
    if person is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    target = Target(community_id=person.community_id, path=person.community.path, person_ids=frozenset({person_id}))
    check(by, "people.naming", target, sees=False)
    Person.objects.filter(pk=person_id).update(name_public=agreed)
    before, after = {"name_public": person.name_public}, {"name_public": agreed}
    audit.record(
        "agree" if agreed else "withdraw", "naming", person_id, by=by, at=at, community_id=person.community_id, before=before, after=after
    )
