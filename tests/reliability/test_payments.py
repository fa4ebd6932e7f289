"""Fifty people pay from the same line in the same moment: no more is paid than was approved, and a twin that looks first overspends."""

import threading
from functools import partial

import pytest

from tests.cast import AT, Cast
from tests.live import Live
from tests.reliability import verdict
from tests.reliability.hands import post_at_once, token, with_barrier
from tests.works.test_funds import approved
from zengyi.works.models import FundLine, Payment

pytestmark = pytest.mark.live
FIFTY = 50


def test_fifty_pay_at_once_and_no_fen_is_overspent(live: Live, cast: Cast) -> None:
    line, raw = approved(cast, 1_000), token(cast, "worker")
    body = {"amount": 100, "payee": "施工队", "paid_on": AT.date().isoformat()}
    answers = post_at_once(live, [(raw, f"/api/v1/fund-lines/{line.pk}/payments", body, "")] * FIFTY)
    assert sum(answer.status == 201 for answer in answers) == 10
    assert {answer.status for answer in answers} <= {201, 409, 422}
    line.refresh_from_db()
    assert line.paid == sum(Payment.objects.values_list("amount", flat=True)) == 1_000
    assert verdict.faults() == []


def test_a_twin_that_looks_before_it_writes_overspends(transactional_db: None, cast: Cast) -> None:
    line = approved(cast, 1_000)

    def naive(barrier: threading.Barrier) -> bool:
        paid = FundLine.objects.values_list("paid", flat=True).get(pk=line.pk)
        barrier.wait()
        if paid + 600 > line.approved:
            return False
        FundLine.objects.filter(pk=line.pk).update(paid=paid + 600)  # the constraint sees 600, not what others have written
        Payment.objects.create(line=line, amount=600, payee="施工队", paid_on=AT.date(), recorded_by=cast.users["worker"], recorded_at=AT)
        return True

    won = with_barrier([partial(naive) for _one in range(6)])
    assert sum(won) == 6
    assert sum(Payment.objects.values_list("amount", flat=True)) > line.approved
