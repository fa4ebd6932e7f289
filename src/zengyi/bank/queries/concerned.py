"""Whom deeds and objections concern, by their logins: for messages."""

from collections.abc import Collection

from django.db.models import F

from zengyi.bank.models import Filing, Objection
from zengyi.people.rules import known


def whose_deeds(filing_ids: Collection[int]) -> dict[int, tuple[str, frozenset[int], frozenset[int]]]:
    """The rule's name of each deed, the login of the member whose it is, and of whoever entered it. One statement."""
    rows = Filing.objects.filter(pk__in=filing_ids).annotate(login=F("member__person__user__id"))
    return {pk: (name, known(login), known(filer)) for pk, name, login, filer in rows.values_list("pk", "name", "login", "filed_by_id")}


def who_objected(objection_ids: Collection[int]) -> dict[int, tuple[str, frozenset[int]]]:
    """The quarter of each objection, and the login of whoever raised it. One statement."""
    rows = Objection.objects.filter(pk__in=objection_ids).annotate(login=F("person__user__id"))
    return {pk: (quarter, known(login)) for pk, quarter, login in rows.values_list("pk", "quarter__quarter", "login")}
