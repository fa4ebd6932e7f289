"""Vouching by a link without a login: signed, for one browser, once, for three days; and what is tried with it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from tests.bank.deeds import filed
from tests.cast import AT, Cast
from tests.trail import refused, told
from zengyi.bank import actions, queries
from zengyi.bank.models import Filing, VouchLink
from zengyi.bank.rules import LINK_LIVES, link_id_of, token_of
from zengyi.core.errors import Invalid, NotAllowed, NotThere
from zengyi.people.rules import NOBODY

OLD_PHONE, OTHER_PHONE = "secret of the old phone", "secret of another one"


def sent(cast: Cast, who: str = "member", *, by: str = "worker", at: datetime = AT) -> tuple[Filing, str]:
    """A deed and the end of the address by which somebody is asked about it."""
    made = filed(cast, who, rule="V15", at=at)
    return made, token_of(actions.issue_link(made.pk, "3 幢陈阿姨", by=cast.actor(by), at=at).pk)


def opened(cast: Cast, **more: Any) -> tuple[Filing, str]:
    """The same, opened on the old phone."""
    made, token = sent(cast, **more)
    actions.open_link(token, OLD_PHONE, by=NOBODY, at=AT)
    return made, token


def test_from_filing_to_points_by_three_people_one_of_them_without_a_login(cast: Cast, at: datetime) -> None:
    made, token = sent(cast)
    assert len(token) < 40
    before = queries.vouch(token, browser=actions.browser_of(OLD_PHONE), by=NOBODY, at=at)
    assert (before.opened, before.name, before.community) == (False, "3 幢陈阿姨", "虹西社区")
    with told("open", "filing"):
        actions.open_link(token, OLD_PHONE, by=NOBODY, at=at)
    asked = queries.vouch(token, browser=actions.browser_of(OLD_PHONE), by=NOBODY, at=at)
    assert (asked.opened, asked.member, asked.deed) == (True, "党员甲", "走访一户，记下诉求")
    with told("vouch", "filing") as step:
        actions.answer_link(token, OLD_PHONE, True, said="来过两趟", by=NOBODY, at=at)
    assert (step.event.user_id, step.event.reason, step.event.after["happened"]) == (None, "来过两趟", True)
    made.refresh_from_db()
    assert (made.state, made.attested_by_id, made.witness) == ("ATTESTED", cast.users["worker"].pk, "3 幢陈阿姨")
    actions.approve_deed(made.pk, by=cast.actor("secretary"), at=at)
    assert cast.balance(member="member") == 1
    (row,) = queries.links_of(made.pk, at=at)
    assert (row.answer, row.said, row.issued_by, row.token) == (True, "来过两趟", "同志worker", "")
    assert queries.check_ledger().problems == []


def test_no_leaves_the_deed_and_is_told(cast: Cast, at: datetime) -> None:
    made, token = opened(cast)
    actions.answer_link(token, OLD_PHONE, False, said="没有这回事", by=NOBODY, at=at)
    made.refresh_from_db()
    assert (made.state, made.attested_by_id) == ("SUBMITTED", None)
    (row,) = queries.links_of(made.pk, at=at)
    assert (row.answer, row.said) == (False, "没有这回事")


def test_a_second_time_it_does_nothing(cast: Cast, at: datetime) -> None:
    """The attack: the same link again, from the same phone, with either answer."""
    for happened in (True, False):
        _made, token = opened(cast, who="member" if happened else "member2")
        actions.answer_link(token, OLD_PHONE, happened, by=NOBODY, at=at)
        for again in (True, False):
            with refused(NotAllowed, "已经用过了"):
                actions.answer_link(token, OLD_PHONE, again, by=NOBODY, at=at)
        with refused(NotAllowed, "已经用过了"):
            queries.vouch(token, browser=actions.browser_of(OLD_PHONE), by=NOBODY, at=at)


def test_forwarded_it_works_only_where_it_was_opened(cast: Cast, at: datetime) -> None:
    made, token = opened(cast)
    for secret in (OTHER_PHONE, ""):
        with refused(NotAllowed, "另一部手机"):
            actions.answer_link(token, secret, True, by=NOBODY, at=at)
        with refused(NotAllowed, "另一部手机"):
            queries.vouch(token, browser=actions.browser_of(secret), by=NOBODY, at=at)
        with refused(NotAllowed):
            actions.open_link(token, secret, by=NOBODY, at=at)
    made.refresh_from_db()
    assert made.state == "SUBMITTED"


def test_nobody_makes_one_up(cast: Cast, at: datetime) -> None:
    _made, token = sent(cast)
    number, _dash, signature = token.partition("-")
    forged = (
        f"{int(number) + 1}-{signature}",
        f"{number}-{signature[:-1]}",
        f"{number}-{signature[:-1]}{'A' if signature[-1] != 'A' else 'B'}",
        f"0{token}",
        f"{number}-",
        number,
        "",
        "-",
        "９-x",
        f"{2**63}-{signature}",
    )
    for one in forged:
        with refused(NotThere, "不对"):
            link_id_of(one)
    with refused(NotThere, "不对"):
        queries.vouch(token_of(10**9), browser=None, by=NOBODY, at=at)  # signed, but there is no such link
    assert link_id_of(token) == int(number)


def test_it_lives_three_days_and_a_new_one_ends_it(cast: Cast, at: datetime) -> None:
    made, token = opened(cast)
    last = at + LINK_LIVES - timedelta(seconds=1)
    assert queries.vouch(token, browser=actions.browser_of(OLD_PHONE), by=NOBODY, at=last).opened
    for late in (at + LINK_LIVES, at + timedelta(days=30)):
        with refused(NotAllowed, "过期"):
            actions.answer_link(token, OLD_PHONE, True, by=NOBODY, at=late)
    actions.issue_link(made.pk, "3 幢陈阿姨", by=cast.actor("worker"), at=at)
    with refused(NotAllowed, "过期"):
        actions.answer_link(token, OLD_PHONE, True, by=NOBODY, at=at)
    assert VouchLink.objects.filter(ended_at=None).count() == 1


def test_what_is_not_opened_is_not_answered(cast: Cast, at: datetime) -> None:
    _made, token = sent(cast)
    with refused(NotAllowed, "先打开"):
        actions.answer_link(token, OLD_PHONE, True, by=NOBODY, at=at)


def test_whoever_sends_one_vouches_for_whom_it_goes_to(cast: Cast, at: datetime) -> None:
    """The attack: a secretary sends the link to themselves, answers it, and approves; or the filer, the member, the household sends it."""
    made, token = opened(cast, by="secretary")
    actions.answer_link(token, OLD_PHONE, True, by=NOBODY, at=at)
    with refused(NotAllowed, "您证明的"):
        actions.approve_deed(made.pk, by=cast.actor("secretary"), at=at)
    entered = filed(cast, "member2", by="worker2")
    with refused(NotAllowed, "您申报的"):
        actions.issue_link(entered.pk, "3 幢陈阿姨", by=cast.actor("worker2"), at=at)
    for who in ("member", "member2", "resident", "unit"):
        with pytest.raises(NotAllowed):
            actions.issue_link(entered.pk, "3 幢陈阿姨", by=cast.actor(who), at=at)
    with refused(NotThere):
        actions.issue_link(entered.pk, "3 幢陈阿姨", by=cast.actor("far_worker"), at=at)


def test_a_reader_who_is_signed_in_is_no_stranger(cast: Cast, at: datetime) -> None:
    """The attack: the member, a relative or a colleague opens the link that was meant for whoever was helped."""
    _made, token = sent(cast, who="kin")
    for who, sentence in (("kin", "自己的事"), ("resident", "一家人")):
        with refused(NotAllowed, sentence):
            actions.open_link(token, OLD_PHONE, by=cast.actor(who), at=at)
        with refused(NotAllowed, sentence):
            queries.vouch(token, browser=None, by=cast.actor(who), at=at)
    _theirs, theirs = sent(cast, who="colleague")
    with refused(NotAllowed, "同单位"):
        actions.open_link(theirs, OLD_PHONE, by=cast.actor("unit"), at=at)
    actions.open_link(theirs, OLD_PHONE, by=cast.actor("resident2"), at=at)


def test_what_is_settled_meanwhile_is_asked_no_more(cast: Cast, at: datetime) -> None:
    made, token = opened(cast)
    actions.attest_deed(made.pk, witness="问了陈阿姨", by=cast.actor("worker2"), at=at)
    with refused(NotAllowed, "已经有结果"):
        actions.answer_link(token, OLD_PHONE, True, by=NOBODY, at=at)
    made.refresh_from_db()
    assert (made.attested_by_id, made.witness) == (cast.users["worker2"].pk, "问了陈阿姨")


def test_for_whom(cast: Cast, at: datetime) -> None:
    made = filed(cast)
    for name in ("", " 陈 ", "陈" * 41):
        with refused(Invalid, fields={"name"}):
            actions.issue_link(made.pk, name, by=cast.actor("worker"), at=at)


def test_the_table_allows_one_open_link(cast: Cast, at: datetime) -> None:
    made, token = opened(cast)
    link = VouchLink.objects.get(pk=link_id_of(token))
    given = {"filing": made, "name": "别人", "issued_by": cast.users["worker"], "issued_at": at, "expires_at": at}
    with pytest.raises(IntegrityError), transaction.atomic():
        VouchLink.objects.create(**given)
    for spoilt in ({"browser": None}, {"answer": True}, {"answered_at": at}):
        with pytest.raises(IntegrityError), transaction.atomic():
            VouchLink.objects.filter(pk=link.pk).update(**spoilt)


def test_the_page_says_it_in_a_sentence_and_nothing_else(cast: Cast, stopped: datetime) -> None:
    """A stranger's browser: the address of a link leads nowhere but to the one deed, and to that only where it was opened."""
    _made, token = sent(cast)
    page, old, other = reverse("vouch", args=[token]), Client(), Client()
    shown = old.get(page).content.decode()
    assert "3 幢陈阿姨" in shown and "党员甲" not in shown and "走访一户" not in shown
    assert other.get(page).status_code == 200
    assert old.post(page, {"open": "1"}).status_code == 303
    assert "党员甲" in old.get(page).content.decode()
    for answer in (other.get(page), other.post(page, {"open": "1"}), other.post(page, {"happened": "1", "said": ""})):
        assert answer.status_code == 403
        text = answer.content.decode()
        assert "另一部手机" in text and "党员甲" not in text
    assert old.post(page, {"said": "忘了选"}).status_code == 422
    taken = old.post(page, {"happened": "1", "said": ""})
    assert (taken.status_code, taken["Location"]) == (303, reverse("vouched"))
    again = old.post(page, {"happened": "0", "said": ""})
    assert again.status_code == 403 and "已经用过了" in again.content.decode()
    assert "谢谢您" in old.get(reverse("vouched")).content.decode()
    for forged in (page[:-2] + "/", "/vouch/1-abc/", "/vouch/%00/"):
        answer = old.get(forged)
        assert answer.status_code == 404 and "这个链接用不了" in answer.content.decode()
    assert Filing.objects.get().state == "ATTESTED"
