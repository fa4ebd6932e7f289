"""Whatever people write stays words: no markup comes out of any field on any page, and no page needs a script or a style inside it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import quote, urlsplit

import pytest
from django.test import Client

from tests.cast import AT
from tests.trust.cases import LOGINS, every_case
from tests.trust.forms_of import forms
from tests.trust.ground import HERE, Fact, Ground, undone
from tests.trust.walk import Walker
from zengyi.bank import actions as bank
from zengyi.bank.models import Correction, RollCall
from zengyi.orders import actions as orders
from zengyi.orders.models import Order
from zengyi.people.models import Branch, Organisation, Person, Place

#: Each text carries its number, so that a test can tell which one came through.
CORPUS = (
    "<img src=x onerror=xss{n}>",
    '"><svg onload=xss{n}>',
    "'><b onmouseover=xss{n}>",
    "</textarea><i id=xss{n}>",
    "</script><script>xss{n}</script>",
    "</title><u id=xss{n}>",
    "--><s id=xss{n}><!--",
    "javascript:xss{n}",
    "{{{{ 7|xss{n} }}}}{{% xss %}}",
    "&lt;em&gt;xss{n}",
    "<a href=//e xss{n}",
    "\u202e<p id=xss{n}>",
)
LINKS = ("href", "src", "action", "formaction", "hx-get", "hx-post", "xlink:href", "data", "poster")
SCHEMES = ("", "tel")
#: A public page names its own address in full, and so does what is printed for others to scan.
HOME = "http://testserver/"
SEEN_FIELDS = {
    "title",
    "text",
    "spot",
    "needs",
    "provides",
    "done",
    "note",
    "reason",
    "person",
    "unit",
    "short",
    "branch",
    "place",
    "roll",
    "correct",
    "memo",
}


#: Sizes, colours and distances: nothing in it can load, run or end the attribute.
OUR_LOOKS = re.compile(r"[-a-z0-9:;#.,% ]*")


class Judge(HTMLParser):
    """Collects what a page may not hold, and the words that stand in it as words."""

    def __init__(self, looks: bool = False) -> None:
        super().__init__()
        self.looks = looks
        self.faults: list[str] = []
        self.words: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag with its attributes."""
        given = dict(attrs)
        if tag in ("style", "iframe", "object", "embed", "base", "math", "foreignobject") or tag == "script" and "src" not in given:
            self.faults.append(f"<{tag}>")
        for name, value in given.items():
            if name == "style" and self.looks and OUR_LOOKS.fullmatch(value or ""):
                continue
            if name.startswith(("on", "hx-on")) or name in ("style", "srcdoc") or "xss" in name:
                self.faults.append(f"<{tag} {name}={value}>")
            if name in LINKS and urlsplit(value or "").scheme not in SCHEMES and not (value or "").startswith(HOME):
                self.faults.append(f"<{tag} {name}={value}>")
            if name == "id" and "xss" in (value or ""):
                self.faults.append(f"<{tag} id={value}>")
            self.words.append(value or "")

    def handle_comment(self, data: str) -> None:
        """A comment: nobody's words may open or close one."""
        if "xss" in data:
            self.faults.append(f"<!--{data}-->")

    def handle_data(self, data: str) -> None:
        """Words."""
        self.words.append(data)


def judge(html: str, looks: bool = False) -> Judge:
    """A page, read; ``looks`` where its looks stand in the elements themselves, as an editor elsewhere takes them."""
    found = Judge(looks)
    found.feed(html)
    found.close()
    return found


class Marks:
    """Hostile words for a field; which field, a number in them tells."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}

    def of(self, field: str, most: int = 60) -> str:
        """The next payload of the corpus, for that field."""
        number = len(self.fields) + 100
        self.fields[f"xss{number}"] = field
        text = CORPUS[number % len(CORPUS)].format(n=number)
        assert len(text) <= most
        return text

    def seen(self, words: str) -> set[str]:
        """The fields whose payload stands in the words."""
        return {field for mark, field in self.fields.items() if mark in words}


@pytest.fixture
def marks(ground: Ground) -> Marks:
    """Hostile words in every text that people can write."""
    marks = Marks()
    for fact in ground.orders:
        words = {"title": marks.of("title"), "text": marks.of("text"), "spot": marks.of("spot"), "needs": marks.of("needs")}
        Order.objects.filter(pk=fact.id).update(**words, provides=marks.of("provides"), delivery_text=marks.of("done"))
    for person in Person.objects.all():
        Person.objects.filter(pk=person.pk).update(
            name=marks.of("person", 40), name_public=True, door=marks.of("door"), email=marks.of("email")
        )
    for unit in Organisation.objects.all():
        Organisation.objects.filter(pk=unit.pk).update(name=marks.of("unit"), short_name=marks.of("short", 40))
    for model, field in ((Branch, "branch"), (Place, "place")):
        for row in model.objects.all():
            model.objects.filter(pk=row.pk).update(name=marks.of(field))
    Place.objects.filter(kind="COMMUNITY").update(phone="javascript:xss")
    RollCall.objects.update(note=marks.of("roll"), reason=marks.of("roll"))
    Correction.objects.update(reason=marks.of("correct"))
    _moves(ground, marks)
    return marks


def _moves(ground: Ground, marks: Marks) -> None:
    """Reasons and notes, which only the actions write; and an entry in the bank, which tells an order's title."""
    by, claimed = ground.actor("worker"), ground.order("CLAIMED", holder="member")
    orders.note(claimed.id, text=marks.of("note"), by=by, at=AT)
    orders.release(claimed.id, reason=marks.of("reason"), by=ground.actor("member"), at=AT)
    delivered = ground.order("DELIVERED", holder="unit")
    Order.objects.filter(pk=delivered.id).update(title=marks.of("memo"))
    orders.confirm(delivered.id, channel="PHONE", by=by, at=AT)
    member3 = {ground.member_id("member3"): "PRESENT"}
    bank.propose_roll_call(ground.second_branch.pk, "B02", (AT - timedelta(days=9)).date(), member3, note=marks.of("roll"), by=by, at=AT)


def pages(ground: Ground, role: str) -> Iterator[str]:
    """Every page a role can open, each once, and its orders in three states."""
    facts: set[Fact] = {ground.order("CLAIMED", holder="member"), ground.order("DELIVERED", holder="unit"), ground.order("PLACED")}
    for case in every_case(ground, role):
        looked_at = case.method == "GET" and not case.api and case.way not in ("order-photo", "order-preview")
        if looked_at and (case.fact is None or case.fact in facts):
            yield case.path
    for fact in facts:
        yield from (f"/orders/{fact.id}/", f"/orders/{fact.id}/history")
    yield f"/people/persons/{ground.who('member').pk}/"
    yield f"/bank/accounts/{ground.account('unit')}/"
    yield f"/board/?community={ground.communities[HERE].pk}"


@pytest.mark.parametrize("role", ["anonymous", "resident", "member", "organisation", "worker", "secretary", "district"])
@pytest.mark.databases("sqlite")
def test_stored_words_stay_words(ground: Ground, marks: Marks, role: str) -> None:
    client, seen, opened = Walker(ground, role).client, set(), 0
    for path in dict.fromkeys(pages(ground, role)):
        for headers in ({}, {"HX-Request": "true"}) if path.startswith("/desk/") else ({},):
            answer = client.get(path, headers=headers)
            if answer.status_code == 200 and "html" in answer["Content-Type"]:
                opened += 1
                found = judge(answer.content.decode(), looks=path.endswith("/rich.html"))
                assert not found.faults, (path, found.faults)
                seen |= marks.seen(" ".join(found.words))
    assert opened > 5
    if role == "worker":
        assert seen >= SEEN_FIELDS - {"unit"}, SEEN_FIELDS - seen


ASKING = (
    "/orders/?q={}&state={}&kind={}&light={}",
    "/mine/?q={}",
    "/desk/?q={}&kind={}&order={}&place={}",
    "/orders/new?q={}&kind={}&category={}&place={}",
    "/people/members/?q={}&branch={}&status={}",
    "/people/residents/?q={}&building={}",
    "/people/organisations/?q={}&kind={}",
    "/people/grants/?after={}&ended={}",
    "/people/grants/new?login={}",
    "/people/import/members/?new={}&changed={}&unchanged={}",
    "/people/import/{}/",
    "/board/?quarter={}",
    "/board/?community={}",
    "/bank/roll-calls/new?branch={}",
    "/sign-in?next=/{}&over={}",
    "/help/?x={}",
    "/nowhere/{}",
)


@pytest.mark.parametrize("pattern", ASKING)
def test_words_in_an_address_stay_words(ground: Ground, pattern: str) -> None:
    clients = [Client(), Walker(ground, "secretary").client]
    for number, payload in enumerate(CORPUS):
        path = pattern.replace("{}", quote(payload.format(n=number), safe=""))
        for client in clients:
            answer = client.get(path)
            assert not judge(answer.content.decode()).faults, (path, judge(answer.content.decode()).faults)
            assert "xss" not in urlsplit(answer.get("Location", "")).scheme


@pytest.mark.databases("sqlite")
def test_words_in_a_refused_form_stay_words(ground: Ground) -> None:
    browsers = {role: Walker(ground, role).client for role in ("anonymous", *LOGINS)}
    by_login = {LOGINS.get(role, ""): client for role, client in browsers.items()}
    for login in {form.who for form in forms(ground)} - by_login.keys():
        by_login[login] = Client(raise_request_exception=False)
        by_login[login].force_login(ground.users[login])
    again = 0
    for form in forms(ground):
        for payload in CORPUS[::2]:
            data = dict.fromkeys(form.data, payload.format(n=1)) | (
                {"title": "", "reason": "", "kind": "x"} if "title" in form.data else {}
            )
            with undone():
                answer = by_login[form.who].post(form.path, data)
            if answer.status_code == 422 and form.again:
                again += 1
                found = judge(answer.content.decode())
                assert not found.faults, (form.name, found.faults)
    assert again > 75


@pytest.mark.parametrize(
    "html",
    [
        "<p onclick=x>",
        "<style>p{}</style>",
        "<script>1</script>",
        "<a href='javascript:1'>",
        "<p style='x'>",
        "<i id=xss1>",
        "<!-- xss1 -->",
        "<a href='data:text/html,x'>",
        "<iframe>",
        "<svg><a xlink:href='javascript:1'>",
    ],
)
def test_the_judge_finds_what_it_looks_for(html: str) -> None:
    assert judge(html).faults
