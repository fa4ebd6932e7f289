"""Which of the four duties (四大岗) a member has: what they have claimed last."""

from django.utils.translation import gettext as _

from zengyi.core.errors import NotThere
from zengyi.core.steps import in_action
from zengyi.people.models import Member
from zengyi.people.rules import Duty


@in_action
def take_duty(member_id: int, duty: str, *, community_id: int) -> None:
    """Let a member of the community have that duty from now on; none when it is empty. The step around it says so in its event.

    Raises ``ValueError`` for a word that is no duty.
    """
    if duty and duty not in Duty.values:
        raise ValueError(f"no duty: {duty}")
    if not Member.objects.filter(pk=member_id, community_id=community_id).update(duty=duty):
        raise NotThere(_("没有找到这位党员。"))
