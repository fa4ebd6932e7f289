"""Which rules a list of members can stand for: meetings and dues, and deeds that many did together and somebody saw."""

from datetime import date

from django.utils.translation import gettext as _

from zengyi.bank.rules.caps import DEED_TEXT_LEAST, check_day
from zengyi.bank.rules.rulebook import Attester, Entry, Evidence, Rule, RuleKind, Unit
from zengyi.core.errors import Invalid

#: What the deeds of a list name as their source; its id is their reference.
LIST_SOURCE = "ROLL_CALL"


def lists_deeds(rule: Rule) -> bool:
    """Whether a list under this rule makes a deed of each member who was there, where base points are posted from the list itself.

    Not where one person's word, a photo or each one's hours are asked for: those are filed one by one, or recorded by an activity.
    """
    seen = rule.attester != Attester.BENEFICIARY and rule.evidence != Evidence.PHOTO
    return rule.entry == Entry.FILING and rule.kind == RuleKind.GAIN and seen and rule.unit != Unit.HOUR


def takes_a_list(rule: Rule) -> bool:
    """Whether members can be put down under this rule by a list."""
    return rule.entry == Entry.ROLL_CALL or lists_deeds(rule)


def check_listed(rule: Rule, held_on: date, today: date, note: str) -> None:
    """Raise :class:`Invalid` for a list of deeds of a day of which none may be filed, or without the words that the rule asks for."""
    try:
        check_day(held_on, today)
    except Invalid as wrong:
        raise Invalid.on("held_on", wrong.sentence) from wrong
    if rule.evidence != Evidence.NONE and len(note.strip()) < DEED_TEXT_LEAST:
        raise Invalid.on("note", _("请写一句做了什么：时间、地点、帮了谁。"))
