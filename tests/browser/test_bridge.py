"""Story 2: a difficulty becomes an order, the order is solved, and the points move."""

from typing import Any

from tests.browser.story import play
from zengyi.bank.models import Posting


def test_the_bridge_from_report_to_points(cast: Any, window: Any) -> None:
    cast.place("resident", title="楼道灯不亮", category="LIGHT")  # the desk has more to do
    play(window, scripts=True)
    assert sorted(Posting.objects.values_list("kind", "points")) == [("CONFIRM", 8), ("TRIAGE", 8)]
    assert cast.balance(unit=cast.unit) == 8
