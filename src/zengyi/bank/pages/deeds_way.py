"""The way of a deed in steps: what was done with it, by whom and when, and what comes next."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from zengyi.bank.queries import FilingRow
from zengyi.bank.rules import PENALTIES, FilingState

DONE, NOW, NEXT = "done", "now", "next"


@dataclass(frozen=True, slots=True)
class WayStep:
    """One step: its heading, who took it or what was said, when, and whether it is done, going on, or to come."""

    title: str
    text: str = ""
    at: datetime | None = None
    stage: str = DONE


def way_of(deed: FilingRow) -> list[WayStep]:
    """The steps of a deed, in their order."""
    steps = [_filed(deed)]
    penalty = deed.kind in PENALTIES
    if not penalty and (attested := _attested(deed)):
        steps.append(attested)
    if deed.denied_at is not None:
        steps.append(WayStep(_("本人说“不是我”"), deed.reason if deed.state == FilingState.DENIED else "", deed.denied_at))
    return steps + _decided(deed)


def _filed(deed: FilingRow) -> WayStep:
    if not deed.filed_by:
        return WayStep(_("签到时记下的"), "", deed.filed_at)
    if deed.entered:
        return WayStep(_("%(who)s 替本人记的") % {"who": deed.filed_by}, "", deed.filed_at)
    return WayStep(_("%(who)s 申报") % {"who": deed.filed_by}, "", deed.filed_at)


def _attested(deed: FilingRow) -> WayStep | None:
    if deed.attested_at is not None:
        said = _("听谁说的：%(witness)s") % {"witness": deed.witness} if deed.witness else ""
        return WayStep(_("%(who)s 证明") % {"who": deed.attested_by}, said, deed.attested_at)
    if deed.state == FilingState.SUBMITTED:
        said = _("能证明的人：%(who)s") % {"who": deed.asks_in_words} if deed.asks_in_words else ""
        return WayStep(_("等人证明他做了"), said, stage=NOW)
    return None


def _decided(deed: FilingRow) -> list[WayStep]:
    match deed.state:
        case FilingState.SUBMITTED:
            return [WayStep(_("书记核准，入账"), _("申报、证明、核准是三个人"), stage=NEXT)]
        case FilingState.ATTESTED:
            return [WayStep(_("等书记核准"), stage=NOW)]
        case FilingState.DENIED:
            return [WayStep(_("冻结着，等社区查清"), stage=NOW)]
        case FilingState.REJECTED:
            return [WayStep(_("%(who)s 退回") % {"who": deed.decided_by}, deed.reason, deed.decided_at)]
        case FilingState.WITHDRAWN:
            return [WayStep(_("申报的人撤回"), deed.reason)]
        case FilingState.REVERSED:
            return [_approved(deed), WayStep(_("另一位看过，冲销了"), deed.reason)]
        case _:
            return [_approved(deed)]


def _approved(deed: FilingRow) -> WayStep:
    return WayStep(_("%(who)s 核准，入账") % {"who": deed.decided_by}, deed.why, deed.decided_at)
