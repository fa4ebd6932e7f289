"""The year that has passed: orders that came to an end, in every way there is, week after week."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import cycle
from random import Random

from zengyi.orders.demo import stories, texts
from zengyi.orders.demo.course import Moments, backward, long_ago
from zengyi.orders.demo.story import Story
from zengyi.orders.demo.texts import Text
from zengyi.orders.rules import Urgency
from zengyi.people.demo.timeline import Script, Timeline, chance
from zengyi.people.demo.towns import MONITOR, Someone, Town

DAYS = 360
ENDED_MAIN, ENDED_ELSEWHERE = 108, 9
#: Orders that took weeks are spread over this many days, so that the quarter begins with open difficulties and has fewer by now.
LONG_DAYS = 110
LONG_MAIN, LONG_ELSEWHERE = 22, 4
#: How stories end, in per cent of them.
ENDS: tuple[tuple[Callable[[Story], Script], int], ...] = (
    (stories.confirmed, 76),
    (stories.confirmed_at_last, 7),
    (stories.silent, 5),
    (stories.declined, 4),
    (stories.cancelled, 4),
)
TWINS_EVERY = 26
#: For each urgency, how long the steps take compared with the usual.
PACES = ((Urgency.TODAY, 0.12), (Urgency.SOON, 0.35), (Urgency.WEEK, 0.8), (Urgency.CALM, 1.0))
PACE_WEIGHTS = (8, 30, 50, 12)
SILENT_DAYS = 8
#: Weeks back in which ``member`` finished something: most of the last three months, every third before.
MEMBER_WEEKS = (0, 1, 2, 3, 5, 6, 7, 9, 10, 11, 12, *range(15, 50, 3))
#: Weeks back in which the organisation of ``unit`` did.
UNIT_WEEKS = (2, 4, 7, 10, 13, 17, 21)
#: Words in a text, and the places where it must be: a bench of the garden is not at the market.
HINTS = {
    "粽子": ("活动室",),
    "河": ("虹西路西段桥", "新幸西界河"),
    "桥": ("虹西路西段桥",),
    "花园": ("小游园",),
    "健身": ("小游园",),
    "长椅": ("小游园",),
    "宣传栏": ("活动室", "法治宣传栏"),
}
#: The old estate has lifts only where they were added.
LIFTS = ("219幢", "231幢", "235幢")


class Author:
    """Thinks up who asks for what, the texts in turn, so that none comes back too soon."""

    def __init__(self, town: Town, rng: Random) -> None:
        self.town, self.rng = town, rng
        self._texts: list[Text] = []

    def text(self, at: datetime, fits: Callable[[Text], bool] = lambda text: True) -> Text:
        """The next text that fits the season and otherwise."""
        while True:
            for text in self._texts:
                if text.in_season(at) and fits(text):
                    self._texts.remove(text)
                    return text
            self._texts += self.rng.sample(texts.POOL, len(texts.POOL))

    def story(self, end: datetime, text: Text | None = None, raiser: Someone | None = None, place: str = "") -> Story:
        """A story that ends, or would end, at ``end``."""
        rng = chance(self.rng.getrandbits(64))
        text = text or self.text(end)
        urgency, pace = rng.choices(PACES, PACE_WEIGHTS)[0]
        raiser = raiser or self.raiser(text, rng)
        place, spot = self.where(text, raiser, place, rng)
        made = Story(self.town, text, backward(end, rng, pace), raiser, place, rng, spot, urgency=urgency)
        made.tail = rng.choice(texts.TAILS) if text.where == "h" else ""
        made.by_unit = rng.random() < (0.1 if text.where == "h" else 0.35)
        made.private = text.where == "h" and rng.random() < 0.3
        made.anonymous = text.kind == "DEMAND" and rng.random() < 0.06
        return made

    def raiser(self, text: Text, rng: Random) -> Someone:
        """Reports come from members; the rest from residents, of whom some sign in and most tell a worker."""
        if text.kind == "REPORT":
            return rng.choice(self.town.members)
        signing = [one for one in self.town.residents if one.user_id]
        return rng.choice(signing if rng.random() < 0.5 else self.town.residents)

    def where(self, text: Text, raiser: Someone, place: str, rng: Random) -> tuple[str, str]:
        """The place, and in words where exactly: never a door number."""
        site = self.town.laid.site
        unit = f"{rng.randint(1, 3)}单元"
        if text.where == "h":
            return place or raiser.building, ""
        if text.where == "b":
            lifts = LIFTS if text.category == "LIFT" and self.town.key == "hx" else ()
            place = place or rng.choice(lifts or (raiser.building or rng.choice(site.buildings),))
            return place, unit + rng.choice(("", "", "楼道", "门口", "一楼"))
        hinted = [name for word, names in HINTS.items() if word in text.title + text.text for name in names if name in site.spots]
        if place or hinted:
            return place or hinted[0], ""
        return rng.choice(site.buildings), rng.choice(("楼前", "楼后", "东侧", "西侧", "车棚边", "路口"))


def tell(town: Town, timeline: Timeline, rng: Random, *, at: datetime) -> None:
    """The ended orders of a community."""
    author = Author(town, rng)
    main = town.key == "hx"
    ended = [*_local(author, at), *_usual(author, ENDED_MAIN if main else ENDED_ELSEWHERE, at)]
    for number, (story, script) in enumerate(ended):
        timeline.add(script(story))
        if script in (stories.confirmed, stories.confirmed_at_last) and number % TWINS_EVERY == 5:
            timeline.add(stories.merged(_twin(author, story), story))
    for story in _long(author, LONG_MAIN if main else LONG_ELSEWHERE, at):
        timeline.add(stories.confirmed(story))
    if main:
        for story in (*_of_member(author, at), *_of_unit(author, at)):
            timeline.add(stories.confirmed(story))


def _usual(author: Author, wanted: int, at: datetime) -> Iterator[tuple[Story, Callable[[Story], Script]]]:
    """Spread over the year, denser towards its end."""
    declined = cycle(author.rng.sample(texts.DECLINED, len(texts.DECLINED)))
    scripts, weights = [script for script, _share in ENDS], [share for _script, share in ENDS]
    for number in range(wanted):
        back = DAYS * (1 - ((number + author.rng.random()) / wanted)) ** 1.3
        script = author.rng.choices(scripts, weights)[0]
        # The first stories take each ending once, so that none is missing by chance.
        script = scripts[number] if number < len(scripts) else script
        back = max(back, SILENT_DAYS if script is stories.silent else 0.1)
        text = next(declined) if script is stories.declined else None
        yield author.story(at - timedelta(days=back), text), script


def _local(author: Author, at: datetime) -> Iterator[tuple[Story, Callable[[Story], Script]]]:
    """What the stories tell of the community, in the last months."""
    for number, text in enumerate(texts.LOCAL[author.town.key]):
        end = at - timedelta(days=9 + 23 * number + author.rng.uniform(0, 9))
        while not text.in_season(end):
            end -= timedelta(days=5)
        # Elsewhere it happens at the one spot the community has; at home the text itself says where.
        spot = next(iter(author.town.laid.site.spots)) if text.where == "o" and author.town.key != "hx" else ""
        story = author.story(end, text, place="226幢" if "226幢" in text.text else spot)
        story.by_unit = text.points > 4
        yield story, stories.confirmed


def _long(author: Author, wanted: int, at: datetime) -> Iterator[Story]:
    """What took weeks: it makes the difficulty that was open at a quarter's beginning, and is less by its end."""
    jobs: list[Text] = []
    for number in range(wanted):
        end = at - timedelta(days=2 + (number + author.rng.random()) * LONG_DAYS / wanted)
        jobs = jobs if any(job.in_season(end) for job in jobs) else author.rng.sample(texts.LONG, len(texts.LONG))
        job = next(job for job in jobs if job.in_season(end))
        jobs.remove(job)
        story = author.story(end, job)
        story.when = long_ago(story.when.ended, story.rng)
        story.due = story.when.delivered + timedelta(days=story.rng.randint(2, 12))
        story.urgency, story.by_unit, story.private = Urgency.CALM, story.rng.random() < 0.7, False
        yield story


def _twin(author: Author, story: Story) -> Story:
    """Somebody else reports the same before it is dealt with."""
    twin = author.story(story.when.ended, story.text, place=story.place)
    placed = story.when.placed + (story.when.triaged - story.when.placed) / 2
    triaged = story.when.triaged + timedelta(minutes=1)
    twin.when = Moments(placed, triaged, triaged, triaged, triaged, triaged)
    return twin


def _of_member(author: Author, at: datetime) -> Iterator[Story]:
    """What the login ``member`` did for others."""
    me = author.town.named(MONITOR)
    for week in MEMBER_WEEKS:
        end = at - timedelta(days=7 * week + author.rng.uniform(0.4, 5))
        story = author.story(end, author.text(end, lambda text: text.where == "h" or text.points < 3))
        if story.raiser is not me:
            story.takers, story.private = [me], False
            yield story


def _of_unit(author: Author, at: datetime) -> Iterator[Story]:
    """What the organisation behind the login ``unit`` did: roads, and help where several hands are wanted."""
    contact = next(iter(author.town.contacts.values()))
    for week in UNIT_WEEKS:
        end = at - timedelta(days=7 * week + author.rng.uniform(0, 6))
        story = author.story(end, author.text(end, lambda text: text.category in ("ROAD", "HELP") and text.points > 2))
        if story.raiser.unit != contact.unit:
            story.takers, story.private = [contact], False
            yield story
