"""The cast, with many rows at once, written without the actions: to count statements by, nothing else."""

from datetime import timedelta
from uuid import uuid4

from tests.cast import AT, Cast
from zengyi.bank.models import Account, Correction, Filing, Posting, RollCall, RollCallEntry
from zengyi.core.models import Event
from zengyi.orders.models import Claim, Counter, Order, Photo
from zengyi.people.models import Member, Person, Registration


class Crowd(Cast):
    """The cast, and as many rows of everything as somebody asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.order = self.claimed("member2", "resident", places=200)
        self.issue = Account.objects.get(kind="ISSUE")
        self.gain = self._account("GAIN")
        self.base = self._account("BASE")
        self.unit_gain = Account.objects.create(kind="GAIN", community=self.community, organisation=self.unit, opened_at=AT)

    def grow(self, count: int) -> None:
        """``count`` more rows of orders, claims, photos, events, members, postings, roll-calls and corrections."""
        first, self.count = self.count, self.count + count
        self._orders(first, count)
        self._people(first, count)
        self._points(first, count)

    def join(self, order: Order, members: list[Member]) -> None:
        """More members at an order."""
        held = {"state": "ACTIVE", "places": 1, "by": self.users["member2"], "claimed_at": AT, "lease_until": AT + timedelta(days=9)}
        Claim.objects.bulk_create(Claim(order=order, community=self.community, member=m, **held) for m in members)
        Order.objects.filter(pk=order.pk).update(taken=1 + len(members))

    def _account(self, kind: str) -> Account:
        return Account.objects.create(kind=kind, community=self.community, member=self.members["member2"], opened_at=AT)

    def _orders(self, first: int, count: int) -> None:
        states = ("PUBLISHED", "CLAIMED", "PLACED", "DELIVERED", "CONFIRMED", "TRIAGED")
        base = Counter.objects.get(community=self.community)
        made = Order.objects.bulk_create(
            Order(
                community=self.community,
                year=2026,
                sequence=base.last + n + 1,
                kind="DEMAND",
                source="RESIDENT",
                category="ROAD",
                title=f"第{first + n}处路面破损",
                text="路面有坑",
                search="路面 面破 破损 有坑",
                place=self.buildings[n % 6],
                state=states[n % 6],
                outcome="HELPED" if states[n % 6] == "CONFIRMED" else "",
                ended_at=AT if states[n % 6] == "CONFIRMED" else None,
                delivered_at=AT if states[n % 6] in ("DELIVERED", "CONFIRMED") else None,
                requester=self.users["resident"].person,
                placed_by=self.users["resident"],
                placed_at=AT - timedelta(hours=2),
                published_at=AT - timedelta(hours=1),
                due_at=AT + timedelta(hours=n * 7 - 200),
            )
            for n in range(count)
        )
        Counter.objects.filter(pk=base.pk).update(last=base.last + count)
        held = {"places": 1, "by": self.users["member2"], "claimed_at": AT, "lease_until": AT + timedelta(days=9)}
        done = [("DONE", AT) if order.state != "CLAIMED" else ("ACTIVE", None) for order in made]
        for who in ({"member": self.members["member2"]}, {"organisation": self.unit}):
            Claim.objects.bulk_create(
                Claim(order=o, community=self.community, state=s, ended_at=e, **who, **held) for o, (s, e) in zip(made, done, strict=True)
            )
        photo = {"stage": "BEFORE", "width": 4, "height": 3, "size": 9, "by": self.users["resident"], "added_at": AT}
        Photo.objects.bulk_create(Photo(id=uuid4(), order=o, **photo) for o in [*made, *[self.order] * count])
        note = {"at": AT, "user": self.users["worker"], "role": "worker", "via": "test", "verb": "note", "reason": "看过了"}
        Event.objects.bulk_create(
            Event(object_type="order", object_id=o.pk, community=self.community, **note) for o in [*made, *[self.order] * count]
        )

    def _people(self, first: int, count: int) -> None:
        persons = Person.objects.bulk_create(Person(community=self.community, name=f"党员{first + n}") for n in range(count))
        self.more = Member.objects.bulk_create(
            Member(person=p, community=self.community, branch=self.branch, number=f"7{first + n:05d}", status="IN_SERVICE")
            for n, p in enumerate(persons)
        )
        Registration.objects.bulk_create(
            Registration(community=self.community, member=m, state="ACTIVE", registered_at=AT) for m in self.more
        )
        self.join(self.order, self.more)
        Account.objects.bulk_create(
            Account(kind="GAIN", community=self.community, member=m, balance=n + 1, opened_at=AT) for n, m in enumerate(self.more)
        )

    def _points(self, first: int, count: int) -> None:
        day = AT.date()
        made = Posting.objects.bulk_create(
            Posting(
                community=self.community,
                kind="BASE",
                debit=self.issue,
                credit=account,
                points=1,
                key=f"crowd:{account.pk}:{first + n}",
                rule="B01",
                occurred_on=day,
                posted_at=AT,
            )
            for n in range(count)
            for account in (self.base, self.gain, self.unit_gain)
        )
        deed = {"rule": "V05", "kind": "GAIN", "name": "环境整治或巡查", "rule_from": day, "quantity": 1, "asked": 1, "worth": 1}
        Filing.objects.bulk_create(
            Filing(
                **deed,
                community=self.community,
                member=self.members["member2"],
                occurred_on=day,
                source="CROWD",
                source_ref=str(first + n),
                filed_by=self.users["member2"],
                filed_at=AT,
            )
            for n in range(count)
        )
        Correction.objects.bulk_create(
            Correction(posting=p, community=self.community, reason="记错了", proposed_by=self.users["worker"], proposed_at=AT) for p in made
        )
        calls = RollCall.objects.bulk_create(
            RollCall(
                community=self.community,
                branch=self.branch,
                rule="B01",
                held_on=day - timedelta(days=first + n),
                state="POSTED",
                proposed_by=self.users["worker"],
                proposed_at=AT,
                decided_by=self.users["secretary"],
                decided_at=AT,
            )
            for n in range(count)
        )
        entries = [
            RollCallEntry(roll_call=c, member=self.members[m], mark="PRESENT", points=1) for c in calls for m in ("member", "member2")
        ]
        RollCallEntry.objects.bulk_create([*entries, *(RollCallEntry(roll_call=calls[0], member=m, mark="PRESENT") for m in self.more)])
