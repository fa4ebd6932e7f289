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
