"""A round that a member has walked is suggested as a deed, once, and stood for by three people."""

from tests.cast import AT, Cast
from tests.facilities.walks import Estate
from zengyi.bank import actions as bank
from zengyi.bank import queries
from zengyi.facilities import actions


def offered(cast: Cast, name: str) -> bool:
    """Whether what they may file knows of the round."""
    known = queries.suggestions(by=cast.actor(name, "member"), at=AT, book=queries.rulebook(cast.community.pk))
    return [(one.rule, one.day, one.title) for one in known] == [("V14", AT.date(), "巡检：早巡")]


def test_whoever_walked_a_round_may_file_it_as_a_deed(cast: Cast) -> None:
    cast.grant("member", "worker", cast.community)
    estate, walker = Estate(cast, cameras=1), cast.actor("member", "worker")
    begun = estate.round(by=walker)
    assert not offered(cast, "member"), "it is not handed in yet"
    one = estate.check("C0")
    actions.record_checks(begun, [one], by=walker, at=AT)
    actions.hand_in(begun, manifest={str(one.uid): []}, by=walker, at=AT)
    assert (offered(cast, "member"), offered(cast, "member2")) == (True, False)
    made = bank.file_deed("V14", AT.date(), by=cast.actor("member", "member"), at=AT)
    assert not offered(cast, "member")
    bank.attest_deed(made.pk, by=cast.actor("worker2"), at=AT)
    bank.approve_deed(made.pk, by=cast.actor("secretary"), at=AT)
    assert cast.balance(member="member") == 1
