"""The cast with everything that can stand on a page: orders in every state, photos, long words, entries, and what waits for somebody."""

from datetime import date, datetime, time, timedelta
from typing import Any

from tests.activities.town import lay_lived, lay_programme
from tests.bank import tiers
from tests.bank.roll import changed_rule
from tests.browser.windows import shot
from tests.cast import Cast
from tests.councils.town import lay_councils
from tests.facilities.furnished import furnished
from tests.messages.town import lay_slips
from tests.works import sites
from zengyi.bank import actions as bank
from zengyi.bank.actions import appraisals, duties
from zengyi.bank.models import Posting
from zengyi.bank.queries import past_quarters
from zengyi.bank.rules import token_of
from zengyi.bank.rules.appraisals import Verdict
from zengyi.core import clock
from zengyi.news import actions as news
from zengyi.news.models import Hung
from zengyi.orders import actions
from zengyi.people import queries as people
from zengyi.people.models import Organisation, Person, Place, Registration
from zengyi.people.rules import COMMUNITY_ROLES, Actor
from zengyi.works import actions as works

LONG_WORD = "W" * 60
LONG_ADDRESS = "https://example.invalid/" + "x" * 300
LONG_NAME = "买买提·阿卜杜热合曼·吐尔逊江·艾合买提江"


class Town:
    """Everybody and everything; ``orders`` by what they are there for."""

    def __init__(self) -> None:
        self.cast = Cast()
        self.now = clock.now()
        self.orders: dict[str, int] = {}
        self._people()
        self._orders()
        self._points()
        self._quarters()
        self._duties()
        self.deeds = self._deeds()
        self._appraisals()
        self.pieces = self._pieces()
        self._works()
        lay_councils(self)
        self.activity, self.occasions = lay_programme(self)
        self.facilities, self.label, self.rounds, self.defects = furnished(self.cast, self.now)
        self.done = lay_lived(self)
        self.slips = lay_slips(self.cast, self.now)

    def _people(self) -> None:
        cast, now = self.cast, self.now
        person = cast.members["member3"].person
        person.name = LONG_NAME
        person.save()
        cast.branch.name = "虹西社区党委第一党支部（虹桥新村片区老党员和新业态党员联合支部）"
        cast.branch.save()
        cast.second_unit.name = "南通市崇川区虹桥街道虹桥新村第三届业主委员会暨物业管理联席会议办公室"
        cast.second_unit.save()
        spot = "虹桥路与青年中路交叉口东北角公交站旁的人行天桥"
        Place.objects.filter(pk=cast.bridge.pk).update(name=spot)
        self.newcomer = Person.objects.create(community=cast.community, name=LONG_NAME)
        for name in ("member2", "colleague"):
            Registration.objects.create(community=cast.community, member=cast.members[name], state="PENDING", registered_at=now)
        waiting = Organisation.objects.create(name="虹桥外卖站", short_name="外卖站", kind="NEW")
        Registration.objects.create(community=cast.community, organisation=waiting, state="PENDING", registered_at=now)

    def _orders(self) -> None:
        cast, now, keep = self.cast, self.now, self.orders
        ago = now - timedelta(days=9)
        photo = shot()["buffer"]
        keep["placed"] = cast.place("member", at=now, photos=[photo, photo]).pk
        keep["long"] = cast.published("resident2", places=3, at=ago, title=LONG_WORD, text=LONG_ADDRESS, spot=LONG_WORD).pk
        keep["private"] = cast.place("resident", at=now, private=True, anonymous=True, contact="13900001206", title="想请人陪着去趟医院").pk
        keep["triaged"] = cast.triaged("resident", at=ago, category="LIGHT", place_id=cast.buildings[0].pk).pk
        keep["published"] = cast.published("member", at=now, photos=[photo]).pk
        worker = cast.actor("worker")
        lift = cast.triaged("resident", at=now, category="LIFT")
        keep["assigned"] = actions.assign(lift.pk, organisation_id=cast.unit.pk, by=worker, at=now).pk
        keep["claimed"] = cast.claimed("unit", "resident", at=now, place_id=cast.buildings[1].pk).pk
        keep["claimed by a member"] = cast.claimed("member", "resident", at=ago).pk
        keep["assigned to a member"] = actions.assign(
            cast.triaged("resident2", at=now).pk, member_id=cast.member_id("member"), by=worker, at=now
        ).pk
        keep["delivered"] = self._delivered("member", at=now - timedelta(hours=3))
        keep["delivered to a resident"] = self._delivered("resident", at=now - timedelta(hours=3))
        keep["confirmed"] = self._delivered("member", at=ago)
        actions.confirm(keep["confirmed"], by=cast.actor("member"), at=now)
        helped = cast.delivered("member", "resident", at=ago, title="家里灯泡坏了").pk
        keep["confirmed to a member"] = actions.confirm(helped, by=cast.actor("resident"), at=now).pk
        keep["declined"] = actions.decline(cast.place("resident", at=ago).pk, reason="这件事归物业管。", by=worker, at=now).pk
        twin = cast.place("resident", at=now, title="虹西路桥面坏了").pk
        keep["merged"] = actions.merge(twin, into_id=keep["placed"], by=worker, at=now).pk
        actions.note(keep["placed"], text=LONG_ADDRESS, by=worker, at=now)

    def _delivered(self, name: str, *, at: datetime) -> int:
        made = self.cast.claimed("unit", name, at=at)
        photo = shot("green")["buffer"]
        by = self.cast.actor("unit")
        return actions.deliver(made.pk, text="坑洞已经填平。" + LONG_ADDRESS, photos=[photo], by=by, at=at + timedelta(hours=1)).pk

    def _points(self) -> None:
        cast, now = self.cast, self.now
        today = clock.local_date(now)
        marks: dict[int, str] = dict.fromkeys((cast.member_id(name) for name in ("member", "member2", "member3", "kin")), "PRESENT")
        worker, secretary = cast.actor("worker"), cast.actor("secretary")
        done = bank.propose_roll_call(cast.branch.pk, "B02", today - timedelta(days=7), marks, note=LONG_NAME, by=worker, at=now)
        bank.decide_roll_call(done.pk, True, by=secretary, at=now)
        waiting = bank.propose_roll_call(cast.branch.pk, "B04", today, marks, by=worker, at=now)
        mine = bank.propose_roll_call(cast.branch.pk, "B05", today, marks, by=secretary, at=now)
        self.roll_calls = (done.pk, waiting.pk, mine.pk)
        next_year = date(today.year + 1, 1, 1)
        kept = changed_rule(worker, "V05", points=2, valid_from=next_year, at=now)
        wished = changed_rule(worker, "V06", points=3, cap_quarter=9, valid_from=next_year, at=now)
        bank.decide_rule(kept.pk, True, by=secretary, at=now)
        own = changed_rule(secretary, "V08", points=2, valid_from=next_year, at=now)
        self.versions = (kept.pk, wished.pk, own.pk)
        later = tiers.proposed(secretary, from_year=today.year + 2, at=now)
        self.tiers = (tiers.proposed(worker, from_year=today.year + 1, at=now).pk, later.pk)
        postings = list(Posting.objects.filter(kind="BASE").order_by("pk"))
        undone = bank.propose_correction(postings[0].pk, "点错了人。" + LONG_ADDRESS[:100], by=worker, at=now)
        bank.decide_correction(undone.pk, True, by=secretary, at=now)
        bank.propose_correction(postings[1].pk, "那天请了假。", by=worker, at=now)
        self.postings = [posting.pk for posting in postings]

    def _deeds(self) -> dict[str, int]:
        """Deeds at every step of their way, and a link to vouch by."""
        cast, now = self.cast, self.now
        member, worker, worker2, secretary = (cast.actor(name) for name in ("member", "worker", "worker2", "secretary"))
        today, whose = clock.local_date(now), cast.member_id("member")
        photo = shot()["buffer"]

        def filed(rule: str, days: int, by: Actor = member, **more: Any) -> int:
            return bank.file_deed(rule, today - timedelta(days=days), by=by, at=now, **{"text": LONG_ADDRESS, **more}).pk

        made = {
            "waits": filed("V13", 1, photos=[photo], witness=LONG_WORD[:40]),
            "attested": filed("V05", 2, begins=time(8), ends=time(10)),
            "posted": filed("V03", 1, quantity=4),
            "sent back": filed("V06", 1),
            "entered": filed("V12", 2, by=worker2, member_id=whose),
            "denied": filed("V12", 3, by=worker2, member_id=whose),
            "deduction": filed("D01", 2, by=worker, member_id=cast.member_id("member3")),
            "of somebody else": filed("V15", 2, by=cast.actor("member2")),
        }
        self.own_deeds = ("waits", "attested", "posted", "sent back", "entered", "denied")
        for name in ("attested", "posted"):
            bank.attest_deed(made[name], witness="带队的小李", by=worker2, at=now)
        bank.approve_deed(made["posted"], by=secretary, at=now)
        bank.reject_deed(made["sent back"], "没有查到这一条。" + LONG_WORD, by=worker, at=now)
        bank.deny_deed(made["denied"], reason=LONG_WORD, by=member, at=now)
        bank.issue_link(made["of somebody else"], "没有打开的", by=worker, at=now)
        self.token = token_of(bank.issue_link(made["of somebody else"], LONG_NAME, by=worker, at=now).pk)
        return made

    def _pieces(self) -> dict[str, int]:
        """A piece in each state, one of them with all that has to be looked at, one as long as can be."""
        cast, now = self.cast, self.now
        worker, worker2, secretary = (cast.actor(name) for name in ("worker", "worker2", "secretary"))
        photo = shot("green")["buffer"]
        river: dict[str, Any] = {
            "kind": "BRIEF",
            "title": "一条河，950株一枝黄花清完了",
            "text": "10月12日巡河时发现加拿大一枝黄花。社区组织党员和居民，分四次清除。\n\n春天还要回看两次。",
            "place": "新幸西界河",
            "organisers": "虹西社区",
            "figures": [("清除", "950 株"), ("动手的", "57 人次")],
        }
        marked = f"住在12幢2单元502室的党员乙借出工具，一名8岁的孩子送来热水。想来的请打13800138000。{LONG_ADDRESS}"
        long = {"kind": "DEED", "title": LONG_WORD, "text": LONG_ADDRESS * 9, "figures": [("前后的日子", "9999999999 天")] * 4}
        made = {
            "marked": news.propose(**{**river, "text": marked}, pictures=[photo], by=worker, at=now).pk,
            "returned": news.propose(**river, by=worker2, at=now).pk,
        }
        news.send_back(made["returned"], LONG_WORD, by=secretary, at=now)
        for name, words in (("checked", river), ("approved", river), ("published", river), ("long", long), ("withdrawn", river)):
            made[name] = news.propose(**words, by=worker, at=now).pk
            news.check(made[name], by=worker2, at=now)
            if name != "checked":
                news.approve(made[name], by=secretary, at=now)
            if name in ("published", "long", "withdrawn"):
                news.publish(made[name], by=worker, at=now)
        news.hang(made["published"], "南门公示栏", until=clock.local_date(now), by=worker, at=now)
        news.hang(made["long"], LONG_WORD[:40], by=worker, at=now)
        self.hung = list(Hung.objects.order_by("pk").values_list("pk", flat=True))
        news.see(self.hung[1], photo, by=worker, at=now)
        news.withdraw(made["withdrawn"], "日期写错了", by=secretary, at=now)
        return made

    def _quarters(self) -> None:
        """The last quarter published just now, with objections in every state; those before it tallied, prepared, and not begun."""
        cast, here, at = self.cast, self.cast.community.pk, self.now
        worker, secretary, resident = cast.actor("worker"), cast.actor("secretary"), cast.actor("resident")
        past = [clock.quarter_of(first) for first in past_quarters(clock.local_date(at))]
        self.quarter, prepared, own, tallied, fresh = past
        self.closing = (self.quarter, prepared, own, tallied, fresh, clock.quarter_of(clock.local_date(at)))
        for quarter in past[:4]:
            bank.tally_quarter(here, quarter, by=worker, at=at)
        for quarter, by in ((self.quarter, worker), (prepared, worker), (own, secretary)):
            bank.prepare_quarter(here, quarter, by=by, at=at)
        bank.publish_quarter(here, self.quarter, by=secretary, at=at)
        said, told = "漏记了一次党课。" + LONG_ADDRESS[:100], "查了签到表，人在，补记三分。" + LONG_WORD
        raised = [bank.object_to(here, self.quarter, said, by=resident, at=at).pk for _number in range(3)]
        phoned = bank.object_to(here, self.quarter, said, channel="PHONE", who=LONG_NAME, by=worker, at=at).pk
        for pk in (*raised[1:], phoned):
            bank.answer_objection(pk, told, "漏记一次，已补记。", by=worker, at=at)
        bank.contest_answer(raised[2], by=resident, at=at)
        self.objections = (*raised, phoned)

    def objections_for(self, by: Actor) -> list[str]:
        """The objections that this person may see."""
        resident = self.cast.users["resident"].person_id
        own = by.person_id == resident
        staff = by.role in COMMUNITY_ROLES
        return [f"/bank/objections/{pk}/" for pk in self.objections[: 4 if staff else 3 if own else 0]]

    def _duties(self) -> None:
        """Posts and needs with short and long words, and turns in every state."""
        cast, now = self.cast, self.now
        today, worker, member = clock.local_date(now), cast.actor("worker"), cast.actor("member")
        post = duties.publish_vacancy("MONITORING", LONG_WORD[:40], text=LONG_ADDRESS[:300], timing=LONG_WORD, places=9, by=worker, at=now)
        need = duties.publish_vacancy("GIVING", "清扫河岸", on_day=today, places=1, by=worker, at=now)
        free = duties.publish_vacancy("GIVING", "送一趟菜", places=2, branch_id=cast.branch.pk, by=worker, at=now)
        claims = [duties.claim_duty(pk, by=member, at=now) for pk in (post.pk, need.pk)]
        claims.append(duties.claim_duty(post.pk, member_id=cast.member_id("member3"), by=worker, at=now))
        self.vacancies = (free.pk, post.pk, need.pk)
        self.duty_claims = [(claim.pk, claim.member_id) for claim in claims]
        done = [
            duties.enter_turn(claims[0].pk, today - timedelta(days=days), text=LONG_ADDRESS[:300], by=member, at=now)
            for days in range(1, 5)
        ]
        duties.attest_turn(done[1].pk, by=worker, at=now)
        duties.return_turn(done[2].pk, "是不是记错了一天。" + LONG_WORD, by=worker, at=now)
        done[3] = duties.attest_turn(done[3].pk, by=worker, at=now)
        bank.approve_deed(done[3].filing_id or 0, by=cast.actor("secretary"), at=now)
        duties.enter_turn(claims[0].pk, today + timedelta(days=3), by=member, at=now)

    def _works(self) -> None:
        """A project in each state with long words, lots behind and on time, demands with each side, and pictures."""
        cast, now, photo = self.cast, self.now, shot()["buffer"]
        today, worker, unit = clock.local_date(now), cast.actor("worker"), cast.actor("unit")
        site = sites.site(
            cast, title=LONG_WORD, text=LONG_ADDRESS, households=41, place_id=cast.buildings[0].pk, at=now - timedelta(days=30)
        )
        late = works.add_milestone(site.lot.pk, LONG_WORD[:40], today - timedelta(days=20), today - timedelta(days=5), by=worker, at=now)
        works.report_milestone(late.pk, today - timedelta(days=19), by=unit, at=now)
        moved = today + timedelta(days=40)
        works.move_milestone(site.milestones[1].pk, moved, moved, LONG_ADDRESS[:200], by=worker, at=now)
        self.lot, self.milestone = site.lot.pk, site.milestones[0].pk
        ago: dict[str, Any] = {"at": now - timedelta(days=25), "spot": LONG_WORD, "text": LONG_ADDRESS}
        asked: dict[str, Any] = {"phone": "13900001206", "photos": [photo, photo], "households": 23}
        returned = sites.done(cast, site, at=now, phone=asked["phone"])
        works.return_demand(returned.pk, LONG_ADDRESS[:200], by=cast.actor("supervisor"), at=now)
        made = (
            sites.raised(cast, site, title=LONG_WORD, **ago, **asked),
            sites.raised(cast, site, addressee="COMMUNITY", at=now),
            sites.accepted(cast, site, at=now),
            sites.done(cast, site, at=now, **asked),
            sites.explained(cast, site, at=now, phone=asked["phone"]),
            sites.passed(cast, site, at=now),
            returned,
        )
        self.demands = [one.pk for one in made]
        shown = sites.site(cast, title="补绿", at=now)
        for node in shown.milestones:
            works.report_milestone(node.pk, today, today, by=unit, at=now)
        works.add_pair(shown.project.pk, LONG_WORD[:40], photo, shot("green")["buffer"], by=worker, at=now)
        works.add_voice(shown.project.pk, LONG_ADDRESS[:300], when=LONG_WORD[:40], by=worker, at=now)
        works.inspect_project(shown.project.pk, by=worker, at=now)
        candidate, ranked = sites.proposed(cast, "加装扶手", at=now), sites.ranked(cast, title="换路灯", at=now)
        works.name_alliance(LONG_WORD[:40], by=worker, at=now)
        works.join_alliance(cast.second_unit.pk, LONG_ADDRESS[:120], by=worker, at=now)
        payer: dict[str, Any] = {"payer_id": cast.second_unit.pk, "by": worker, "at": now}
        first, urgent, posted, paid = (
            works.propose_line(ranked.pk, LONG_WORD, source, 10**11, **payer)
            for source in ("ALLIANCE", "MAINTENANCE", "MAINTENANCE", "DONATION")
        )
        works.decide_line(paid.pk, True, LONG_ADDRESS[:200], by=cast.actor("secretary"), at=now)
        works.pay_line(paid.pk, 10**10, LONG_WORD[:40], today, by=worker, at=now)
        for who in ("worker", "secretary"):
            works.sign_line(posted.pk, "PUMP", by=cast.actor(who), at=now)
        works.sign_line(urgent.pk, "LIFT", by=worker, at=now)
        self.lines = [first.pk, urgent.pk, posted.pk, paid.pk]
        self.works = {"working": site.project.pk, "candidate": candidate.pk, "ranked": ranked.pk, "shown": shown.project.pk}

    def _appraisals(self) -> None:
        """A branch's last year as it was decided, with long words, and a correction of it that waits."""
        cast, year = self.cast, self.now.year - 1
        long = {one.id: Verdict("DEFERRED", LONG_WORD, present=True) for one in people.branch_roster(cast.branch.pk)}
        given: dict[str, Any] = {"minutes": "书记主持。" + LONG_ADDRESS, "others": LONG_NAME, "by": cast.actor("worker"), "at": self.now}
        day = date(year, 12, 20)
        first = appraisals.propose_appraisal(cast.branch.pk, year, day, verdicts=long, **given)
        appraisals.decide_appraisal(first.pk, True, by=cast.actor("secretary"), at=self.now)
        second = appraisals.propose_appraisal(cast.branch.pk, year, day, verdicts=long, why=LONG_WORD, **given)
        self.appraisals = (first.pk, second.pk)
