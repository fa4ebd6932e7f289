# Chinese in this file is data: the labels of figures, which are the same whatever language their writer reads.
"""Drafts of what was held, cleared and built: an occasion by its roll, a ledger of what was eradicated, a project shown to neighbours."""

from datetime import datetime

from django.utils.translation import gettext as _

from zengyi.activities.queries import drills, patrols, programme, told
from zengyi.core import clock
from zengyi.core.ids import id_of
from zengyi.news.queries.drafts import no_source, spoken_day
from zengyi.news.rules import FIGURE_MOST, FIGURES_MOST, ORGANISERS_MOST, PLACE_MOST, TEXT_MOST, TITLE_MOST, Content, Figure, PieceKind
from zengyi.people import queries as people
from zengyi.people.rules import NOBODY
from zengyi.works import queries as works
from zengyi.works.rules.projects import ProjectState

VOICES = 2


def of_activity(ref: str, community_id: int, at: datetime) -> Content:
    """An occasion by its closed roll, a drill by its record. Raises :class:`Invalid` for any other."""
    card = programme.occasion(id_of(ref) or 0, by=NOBODY)
    came = told.came(card.id, by=NOBODY) if card.closed else None
    drill = drills.drill(card.id, by=NOBODY) if card.is_drill else None
    people = drill.people if drill else came.people if came else 0
    if card.community_id != community_id or not people:
        raise no_source()
    day = clock.local_date(card.starts_at)
    lines = [_("%(day)s，%(what)s，来了 %(n)d 人。") % {"day": spoken_day(day), "what": card.title, "n": people}]
    if card.text:
        lines.append(card.text)
    figures = [("演练" if drill else "来了", f"{people} 人")]
    if came and came.children:
        figures.append(("孩子", f"{came.children} 个"))
    if came and came.helpers:
        lines.append(_("%(n)d 人来帮忙。") % {"n": came.helpers})
        figures.append(("帮忙", f"{came.helpers} 人"))
    if drill and drill.took:
        figures.append(("用时", f"{drill.took[0]} 分 {drill.took[1]} 秒"))
    if drill and drill.problems:
        lines.append(_("演练里发现 %(n)d 处要改的，都派了单。") % {"n": len(drill.problems)})
    return Content(
        kind=PieceKind.BRIEF,
        title=_("%(what)s，来了 %(n)d 人") % {"what": card.title[: TITLE_MOST - 16], "n": people},
        text="\n\n".join(lines)[:TEXT_MOST],
        place=card.where[:PLACE_MOST],
        held_on=day,
        organisers="，".join(part for part in (card.community, card.others) if part)[:ORGANISERS_MOST],
        figures=_fitting(figures),
    )


def of_ledger(ref: str, community_id: int, at: datetime) -> Content:
    """What was found and removed to the last. Raises :class:`Invalid` while some of it is left."""
    card, rows = patrols.ledger(id_of(ref) or 0, by=NOBODY)
    removals = [row for row in rows if row.removal]
    if card.community_id != community_id or not removals or card.remaining > 0:
        raise no_source()
    first, last = rows[0].on_day, rows[-1].on_day
    empty = sum(row.empty for row in rows)
    hands = sum(row.people or 0 for row in removals)
    how_many = _("%(n)d %(unit)s") % {"n": card.removed, "unit": card.unit}
    lines = [
        _("%(day)s巡查，在%(where)s发现%(what)s。") % {"day": spoken_day(first), "where": card.where, "what": card.label},
        _("分 %(n)d 次清除，清一%(unit)s数一%(unit)s，一共 %(all)s。") % {"n": len(removals), "unit": card.unit, "all": how_many},
    ]
    if empty:
        lines.append(_("清完又去看过 %(n)d 次，没有了。") % {"n": empty})
    figures = [("清除", f"{card.removed} {card.unit}"), ("分几次", f"{len(removals)} 次")]
    if hands:
        figures.append(("动手的", f"{hands} 人次"))
    if empty:
        figures.append(("回看", f"{empty} 次"))
    return Content(
        kind=PieceKind.BRIEF,
        title=_("%(where)s，%(n)s%(what)s清完了") % {"where": card.where[:20], "n": how_many, "what": card.label},
        text="\n\n".join(lines)[:TEXT_MOST],
        place=card.where[:PLACE_MOST],
        held_on=first,
        until=last if last != first else None,
        organisers=card.community,
        figures=_fitting(figures),
    )


def of_project(ref: str, community_id: int, at: datetime) -> Content:
    """A project that is inspected and shown, as anybody on the street reads it. Raises :class:`Invalid` before."""
    card, reader = works.passer_by(id_of(ref) or 0, at=at)
    if card.community_id != community_id or card.state != ProjectState.SHOWN:
        raise no_source()
    milestones = [one for lot in card.lots for one in lot.milestones]
    begun = min((one.begun for one in milestones if one.begun), default=None)
    done = max((one.done for one in milestones if one.done), default=None)
    money, pairs, voices = works.money(card.id, by=reader, at=at), works.pairs(card.id), works.voices(card.id)
    lines = [card.text] if card.text else []
    lines.append(_("做完了，验过了，晒给大家看。"))
    sources = list(dict.fromkeys(line.source_name for line in money.lines if line.paid))
    if sources:
        lines.append(_("钱从%(sources)s来，一笔一笔都在现场的页上。") % {"sources": _("、").join(sources)})
    lines += [_("邻居说：“%(text)s”") % {"text": voice.text} for voice in voices[:VOICES]]
    figures = [("提的", f"{card.households} 户")] if card.households else []
    if begun and done:
        figures.append(("前后", f"{(done - begun).days + 1} 天"))
    if money.paid:
        figures.append(("付了", f"{money.paid / 100:,.0f} 元"))
    if pairs:
        figures.append(("前后对照", f"{len(pairs)} 处"))
    return Content(
        kind=PieceKind.BRIEF,
        title=_("%(what)s，做好了") % {"what": card.title[: TITLE_MOST - 5]},
        text="\n\n".join(lines)[:TEXT_MOST],
        place=card.place[:PLACE_MOST],
        held_on=begun,
        until=done if begun and done and done != begun else None,
        organisers=people.community(community_id).name,
        figures=_fitting(figures),
    )


def _fitting(figures: list[tuple[str, str]]) -> tuple[Figure, ...]:
    """The figures that a sheet has room for."""
    return tuple(pair for pair in figures if len(pair[1]) <= FIGURE_MOST)[:FIGURES_MOST]
