"""The programme, who signed up, records of service, and what was found on patrols, as tables."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from zengyi.activities.pages.programme import ONLY, since_of
from zengyi.activities.queries.patrols import FindingCard, findings
from zengyi.activities.queries.programme import OccasionCard, programme
from zengyi.activities.queries.records import RecordCard, records
from zengyi.activities.queries.signing import SignUpRow, sign_ups
from zengyi.core import personal
from zengyi.core.ids import id_of
from zengyi.core.keyset import Page
from zengyi.core.sheets import Cell
from zengyi.people.rules import Actor
from zengyi.people.web.lists import PAGE, Listing, Taken, every

#: The page shows a fortnight, the table as much as somebody plans: the rest of a year.
AHEAD = timedelta(days=366)


def _activities(by: Actor, asked: QueryDict, at: datetime, contact: bool) -> Taken:
    only = asked.get("only", "")
    found = programme(by=by, at=at, community_id=by.community_id, since=since_of(asked), only=only if only in ONLY else "", window=AHEAD)
    return Taken([_occasion(card) for card in found.rows])


def _occasion(card: OccasionCard) -> Sequence[Cell]:
    state = str(_("取消了")) if card.cancelled else str(_("办完了")) if card.closed else ""
    sure, capacity = (card.guests.sure, card.guests.capacity) if card.guests else (None, None)
    helpers = sum(slot.free for slot in card.helpers)
    told: list[Cell] = [card.starts_at, card.ends_at, personal.masked(card.title), card.kind_name, personal.masked(card.where)]
    return [*told, card.others, capacity, sure, helpers, state]


def _sign_ups(by: Actor, asked: QueryDict, at: datetime, contact: bool) -> Taken:
    occasion_id = id_of(asked.get("occasion_id")) or 0

    def behind(after: int | None) -> Page[Sequence[Cell]]:
        _card, page = sign_ups(occasion_id, by=by, after=after, size=PAGE)
        return page.map(_sign_up)

    return Taken(every(behind))


def _sign_up(row: SignUpRow) -> Sequence[Cell]:
    told: list[Cell] = [row.number, row.name or row.community, row.slot, row.seats, row.state_name, row.channel]
    return [*told, row.position or None, str(_("要打电话")) if row.to_ring else ""]


def _records(by: Actor, asked: QueryDict, at: datetime, contact: bool) -> Taken:
    def behind(after: int | None) -> Page[Sequence[Cell]]:
        return records(by=by, after=after, size=PAGE).map(_record)

    return Taken(every(behind))


def _record(card: RecordCard) -> Sequence[Cell]:
    content = card.content
    told: list[Cell] = [card.number, str(content["name"]), str(content["first"]), str(content["last"])]
    return [*told, int(content["minutes"]), card.state_name, card.issued_at, card.reason]


def _findings(by: Actor, asked: QueryDict, at: datetime, contact: bool) -> Taken:
    def behind(after: int | None) -> Page[Sequence[Cell]]:
        return findings(by=by, community_id=by.community_id or 0, after=after, size=PAGE).map(_finding)

    return Taken(every(behind))


def _finding(card: FindingCard) -> Sequence[Cell]:
    told: list[Cell] = [card.at, card.label, personal.masked(card.where), personal.masked(card.note), card.count, card.unit]
    return [*told, card.verdict_label, card.number]


LISTS = (
    Listing(
        "activities",
        _("活动"),
        "activities",
        (
            _("从几时"),
            _("到几时"),
            _("活动"),
            _("哪一类"),
            _("在哪里"),
            _("和谁一起办"),
            _("几个位子"),
            _("定了几个"),
            _("还缺几个帮手"),
            _("取消或办完"),
        ),
        _activities,
        widths=(18, 18, 36, 14, 28),
    ),
    Listing(
        "sign-ups",
        _("报名"),
        "sign-ups",
        (_("第几号"), _("姓名（外社区只写社区）"), _("报的什么"), _("几个人"), _("到哪一步"), _("怎么报的"), _("候补第几"), _("怎么通知")),
        _sign_ups,
        personal=True,
        argument="occasion_id",
        widths=(8, 24),
    ),
    Listing(
        "records",
        _("服务记录单"),
        "records",
        (_("编号"), _("姓名"), _("从哪天"), _("到哪天"), _("几分钟"), _("还作不作数"), _("何时开的"), _("为什么作废")),
        _records,
        personal=True,
        widths=(20, 16),
    ),
    Listing(
        "findings",
        _("巡查发现"),
        "patrols",
        (_("何时"), _("看见什么"), _("在哪里"), _("怎么写的"), _("几处"), _("按什么数"), _("核实了没有"), _("单号")),
        _findings,
        widths=(18, 16, 28, 36),
    ),
)
