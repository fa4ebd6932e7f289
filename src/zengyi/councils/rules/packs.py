"""Rule packs: what a city, or the owners' own rules, say about how a vote is held. Data, frozen into each ballot.

The shipped ones stand in ``packs.toml`` with their sources. A community takes the one of its city and may change every figure where its
owners' rules (业主大会议事规则) say otherwise; a ballot keeps what it was opened with.
"""

import tomllib
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Self

from django.utils.translation import gettext as _

from zengyi.core.errors import Invalid
from zengyi.councils.rules.owners import Silence

_DATA = Path(__file__).with_name("packs.toml")


@dataclass(frozen=True, slots=True)
class RulePack:
    """How a vote is held.

    ``notice_days``: days between the notice and the vote, the day of the notice not counted (民法典 201). ``window_least`` and
    ``window_most``: days the vote is open. ``proxies_most``: owners whom one person may stand for.
    ``posting_days``: how long the result hangs. ``posted_within``: days after closing. ``overrun_percent``: from which excess a cost is
    asked anew; none where the pack does not say.
    """

    code: str
    name: str
    source: str
    notice_days: int
    window_least: int
    window_most: int
    silence: Silence
    proxies_most: int
    posting_days: int
    posted_within: int
    overrun_percent: int | None = None

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        """The pack as it was kept by :meth:`data`."""
        return cls(**{**data, "silence": Silence(data["silence"])})

    def data(self) -> dict[str, Any]:
        """The pack as it is kept in a ballot and printed into its file."""
        kept = {field.name: getattr(self, field.name) for field in fields(self)}
        return {**kept, "silence": self.silence.value}

    def earliest(self, noticed: date) -> date:
        """The first day on which the vote may open after its notice hung on ``noticed``."""
        return noticed + timedelta(days=self.notice_days)

    def post_by(self, closed: date) -> date:
        """The last day on which the result of a vote that ended on ``closed`` is posted.

        >>> shipped()["beijing"].post_by(date(2026, 12, 1)), shipped()["qingyuan"].hangs_until(date(2026, 12, 3))
        (datetime.date(2026, 12, 4), datetime.date(2026, 12, 18))
        """
        return closed + timedelta(days=self.posted_within)

    def hangs_until(self, posted: date) -> date:
        """The last day on which a result that was posted on ``posted`` has to hang; the first day is not counted (民法典 201)."""
        return posted + timedelta(days=self.posting_days)

    def check_window(self, days: int) -> None:
        """Raise :class:`Invalid` unless a vote may be open that many days."""
        if not self.window_least <= days <= self.window_most:
            said = _("这个城市的规则：投票开 %(least)d 到 %(most)d 天。")
            raise Invalid.on("closes_at", said % {"least": self.window_least, "most": self.window_most})

    def asks_anew(self, budget: int, cost: int) -> bool:
        """Whether a cost is so far above what was approved that it has to be filed anew. Both in cents.

        >>> pack = shipped()["hangzhou"]
        >>> pack.asks_anew(10_000_000, 10_999_999), pack.asks_anew(10_000_000, 11_000_000)
        (False, True)
        """
        return self.overrun_percent is not None and 100 * (cost - budget) >= self.overrun_percent * budget > 0


@cache
def shipped() -> dict[str, RulePack]:
    """The packs that come with the product, by code."""
    with _DATA.open("rb") as file:
        return {code: RulePack.from_data({"code": code, **pack}) for code, pack in tomllib.load(file).items()}
