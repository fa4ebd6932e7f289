"""Whether points stand in the way of making two entries one person: they are never moved, and nobody keeps those they gave themselves."""

from django.db.models import Q
from django.utils.translation import gettext as _

from zengyi.bank.models import Account, Filing, Help, Posting, RollCallEntry
from zengyi.people.rules.merging import Sides

#: Accounts are no rows to be led elsewhere: those of the membership that goes are empty, and go with it.
MERGED_APART = ("bank.Account",)


def against_points(sides: Sides) -> list[str]:
    """What the books have against it, in sentences. Up to four statements."""
    if not sides.members:
        return []
    found = []
    if sides.kept_member is not None and sides.gone_member is not None and _has_postings(sides.gone_member):
        if _has_postings(sides.kept_member):
            found.append(
                _(
                    "两份党员身份都记过分。分记在谁名下就在谁名下，公示过的不能搬，这两份不能并。以后只用一份：另一份在“改资料”里"
                    "把姓名后面加“（旧）”，手机号删掉，点名、派单就不会弄混；年底评定，请支部把两份的分一起看。"
                )
            )
        else:
            found.append(_("请留下记过分的那一份党员身份。"))
    helped = Help.objects.filter(_crossed(sides, "member_id", "asker_id", (sides.kept, sides.gone)), points__gt=0)
    if n := helped.count():
        found.append(_("有 %(n)d 单是这一份点的、那一份做的，并了就是自己帮自己。先请两位同事把这几笔冲销。") % {"n": n})
    logins = (sides.kept_login, sides.gone_login)
    vouched = _crossed(sides, "member_id", "attested_by_id", logins) | _crossed(sides, "member_id", "decided_by_id", logins)
    called = _crossed(sides, "member_id", "roll_call__decided_by_id", logins)
    if Filing.objects.filter(vouched, points__gt=0).exists() or RollCallEntry.objects.filter(called, points__gt=0).exists():
        found.append(_("有几笔分是这一份做的事、那一份证明或核准的，并了就是自己批自己。先请两位同事把这几笔冲销。"))
    return found


def _crossed(sides: Sides, member: str, other: str, pair: tuple[int | None, int | None]) -> Q:
    """That one entry's membership stands on the one side of a row, and the other entry on the other."""
    kept, gone = pair
    found = Q(pk=None)
    for pk, across in ((sides.kept_member, gone), (sides.gone_member, kept)):
        if pk is not None and across is not None:
            found |= Q(**{member: pk, other: across})
    return found


def _has_postings(member_id: int) -> bool:
    mine = Account.objects.filter(member_id=member_id).values("pk")
    return Posting.objects.filter(Q(debit_id__in=mine) | Q(credit_id__in=mine)).exists()


AGAINST_MERGING = (against_points,)
__all__ = ["AGAINST_MERGING", "MERGED_APART", "against_points"]
