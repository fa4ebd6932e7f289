"""What this package holds about somebody."""

from django.utils.translation import gettext_lazy as _

from zengyi.people.queries.my_data import Held
from zengyi.works.models import Demand

TABLES = (
    Held(
        Demand,
        _("工地上提的诉求"),
        _("记下谁提的，办完了好告诉本人。"),
        by=("raiser",),
        columns={
            "title": _("什么事"),
            "text": _("是什么情况"),
            "spot": _("在哪里"),
            "state": _("到哪一步"),
            "said": _("最后怎么说的"),
            "raised_at": _("何时提的"),
        },
        texts=frozenset({"said"}),
    ),
)

_HAND = "what somebody did to another's row stands among their own steps, core.Event"

#: Ways to somebody that are not followed, each with the reason; the test of my own data reads them.
LEFT_OUT = dict.fromkeys(
    (
        *("works.Project.proposed_by", "works.Project.inspected_by", "works.Ranking.ranked_by", "works.Lot.added_by"),
        *("works.Milestone.added_by", "works.MilestoneMove.moved_by", "works.Voice.added_by", "works.Pair.added_by"),
        *("works.FundLine.proposed_by", "works.FundLine.signed_by", "works.FundLine.decided_by", "works.Payment.recorded_by"),
        *("works.Raise.raised_by", "works.Alliance.founded_by", "works.AllianceMember.joined_by"),
        *("works.Demand.raised_by", "works.Demand.done_by", "works.DemandStep.by"),
    ),
    _HAND,
)
