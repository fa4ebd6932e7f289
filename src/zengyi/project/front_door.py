"""A community's front page as anybody reads it: the one figure, what needs a hand, this week, what was decided, board and briefs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from zengyi.activities.queries import programme
from zengyi.activities.queries.programme import OccasionCard
from zengyi.bank import queries as bank
from zengyi.core import clock
from zengyi.core.templatetags.spoken import spoken_quarter
from zengyi.councils import queries as councils
from zengyi.news import queries as news
from zengyi.news.queries import EditionCard
from zengyi.orders import queries as orders
from zengyi.people.queries import CommunityCard
from zengyi.people.rules import NOBODY

HANDS, BRIEFS = 3, 3
WEEK, WEEK_MOST = timedelta(days=7), 4


@dataclass(frozen=True, slots=True)
class FrontPage:
    """What the page tells. ``published``: the newest quarter that is on the board, in words and as its name."""

    equation: bank.Equation
    hands: list[Any]
    week: list[OccasionCard]
    decided: list[councils.Decided]
    briefs: list[EditionCard]
    published: str
    quarter: str

    @property
    def published_name(self) -> str:
        """Its name as people say it."""
        return spoken_quarter(self.published)

    @property
    def description(self) -> str:
        """What a shared link and a search say of the page."""
        told = {"opening": self.equation.opening, "new": self.equation.new, "reduced": self.equation.reduced, "left": self.equation.balance}
        return _("这一季居民确认办好的，困难减了 %(reduced)d 分；季初 %(opening)d，新添 %(new)d，还有 %(left)d 分。") % told


def front(here: CommunityCard, *, at: datetime) -> FrontPage:
    """All that the page tells of a community. At most ten statements, however much there is."""
    quarter = clock.quarter_of(clock.local_date(at))
    week = programme.programme(by=NOBODY, at=at, community_id=here.id, window=WEEK).rows
    return FrontPage(
        equation=bank.equation(here.id, quarter, card=here, at=at),
        hands=orders.listing(by=NOBODY, at=at, state="PUBLISHED", community_id=here.id, size=HANDS).rows,
        week=[one for one in week if not one.cancelled and not one.closed][:WEEK_MOST],
        decided=councils.decided(here.id, at=at),
        briefs=news.editions(by=NOBODY, community_id=here.id, size=BRIEFS).rows,
        published=next(iter(bank.quarters_published(here.id)[:1]), ""),
        quarter=quarter,
    )
