"""Names, phones, doors, ID numbers, plates and children, wherever people write them: in no message of any channel, no calendar, no log."""

import json
import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client, override_settings

from tests.activities import plans
from tests.api import Api
from tests.bank.test_outlets import printed
from tests.carriers import carrier
from tests.cast import AT, Cast
from tests.councils import talks
from tests.messages.test_letters import MAIL, MINUTE, group, wants, work
from tests.news import pieces
from zengyi.activities import actions as activities
from zengyi.activities.models import Occasion
from zengyi.activities.rules.minors import Child
from zengyi.councils import actions as councils
from zengyi.councils.models import Session
from zengyi.messages import actions, queries
from zengyi.messages.models import Message
from zengyi.news import actions as news
from zengyi.news.rules import Said
from zengyi.orders import actions as orders
from zengyi.orders.models import Order
from zengyi.orders.rules import OnBehalf
from zengyi.people.models import Person, phone_index

pytestmark = [pytest.mark.databases("sqlite"), pytest.mark.live]

DAY = timedelta(days=1)
PHONE, DOOR, NUMBER, PLATE = "13977001234", "808室", "320602194912310010", "苏F12345"
#: Somebody who is known here: who asks, signs up, sits in sessions and brings a child.
NAME, CHILD, SIGNED_UP = "荀甲乙", "小明小朋友", "芄兰"
CANARIES = (PHONE, DOOR, NUMBER, PLATE, NAME, CHILD, SIGNED_UP)
TOLD = f"住2单元{DOOR}，车{PLATE}，请打{PHONE}，证件{NUMBER}"
#: One without phone or login hears on paper, which carries the name of whoever it is handed to.
ALONE = "独居的阮丙丁"


def busy_days(cast: Cast) -> None:
    """An order from asking to being sent back, a notice, an activity that is moved and called off, a session that is called off."""
    staff, asker, unit = (cast.actor(name) for name in ("worker", "resident", "unit"))
    person = cast.actor("resident").person_id or 0
    Person.objects.filter(pk=person).update(name=NAME, phone=PHONE, phone_index=phone_index(PHONE), door="808")
    order = cast.published("resident", at=AT, title=f"楼道漏水，{TOLD}"[:60], text=f"{NAME}和{CHILD}，{TOLD}")
    orders.claim(order.pk, by=unit, at=AT)
    orders.note(order.pk, text=TOLD, by=asker, at=AT)
    orders.deliver(order.pk, text=TOLD, by=unit, at=AT)
    orders.send_back(order.pk, reason=f"还在漏，{TOLD}", by=asker, at=AT + MINUTE)
    words: dict[str, Any] = {"title": f"{NAME}带{CHILD}看停水，{DOOR}", "text": f"{NAME}：{TOLD}", "place": TOLD[:40], "organisers": NAME}
    for kind in ("NOTICE", "BRIEF"):
        piece = pieces.proposed(cast, kind=kind, **words, figures=[("电话", PHONE)])
        pieces.answered(cast, piece, Said.MASK)
        news.publish(pieces.through(cast, piece).pk, by=staff, at=AT)
    written: dict[str, Any] = {"text": TOLD, "bring": TOLD, "care": TOLD}
    occasion = plans.planned(staff, title=f"做书签，{PHONE}", **written)
    activities.sign_up(occasion.pk, seats=2, children=[Child("FROM_8", plans.AGREED, SIGNED_UP)], by=asker, at=AT)
    activities.move_occasion(occasion.pk, occasion.starts_at + DAY, occasion.ends_at + DAY, reason=TOLD, by=staff, at=AT)
    other = plans.planned(staff, title=f"又一场，{PLATE}", **written)
    activities.sign_up(other.pk, by=asker, at=AT)
    activities.cancel_occasion(other.pk, TOLD, by=staff, at=AT)
    session = talks.planned(cast, AT, talks.screened(cast, AT), title=f"协商会，{PHONE}")
    councils.attend(session.pk, "居民", person_id=person, by=staff, at=AT)
    councils.notice_session(session.pk, by=staff, at=AT)
    councils.cancel_session(session.pk, reason=TOLD, by=staff, at=AT)
    held = talks.published(cast, AT, talks.closed(cast, AT, talks.opened(cast, AT, title=f"三方会，{PLATE}")))
    assert Client().get(f"/councils/sessions/{held.pk}/").status_code == 200


def alone(cast: Cast) -> None:
    """Somebody asks through the desk."""
    person = cast.person(ALONE, cast.community, "", cast.buildings[0], "101")
    Person.objects.filter(pk=person.pk).update(phone_index=None)
    order = cast.published("worker2", at=AT, title=f"灯不亮，{TOLD}"[:60], on_behalf=OnBehalf(person_id=person.pk))
    orders.claim(order.pk, by=cast.actor("unit"), at=AT)


def calendars(cast: Cast) -> dict[str, str]:
    """Every calendar: the public ones as a visitor gets them, and everybody's own."""
    paths = ["/activities/calendar.ics", f"/activities/calendar.ics?community={cast.community.pk}"]
    for kind, model in (("activities/occasions/%d/calendar.ics", Occasion), ("councils/sessions/%d/notice.ics", Session)):
        paths += [f"/{kind % pk}" for pk in model.objects.values_list("pk", flat=True)]
    for name in ("resident", "member", "unit", "worker", "neighbour"):
        actions.open_calendar(by=cast.actor(name), at=AT)
        paths.append(f"/inbox/calendar/{queries.calendar_of(by=cast.actor(name))}.ics")
    found = {}
    for path in paths:
        answer = Client().get(path)
        assert answer.status_code == 200 or path.endswith("notice.ics"), (path, answer.status_code)
        found[path] = answer.content.decode().replace("\r\n ", "")
    return found


def sent(cast: Cast, folder: Path) -> dict[str, str]:
    """All that went out by any channel, and what stands in everybody's inbox and on the slips."""
    found: dict[str, str] = {"rows": str(list(Message.objects.values_list("values", flat=True)))}
    for number, letter in enumerate(mail.outbox):
        found[f"mail {number}"] = f"{letter.subject}\n{letter.body}\n{letter.extra_headers}"
    lines = [json.loads(line) for line in (folder / "sms").read_text().splitlines()]
    found["sms"] = "\n".join(line["text"] for line in lines)
    for name in ("resident", "member", "unit", "worker", "neighbour", "secretary"):
        found[f"inbox of {name}"] = json.dumps(Api(name).get("/inbox").body, ensure_ascii=False)
    desk = Client()
    desk.force_login(cast.users["worker"])
    found["slips"] = desk.get("/inbox/slips/").content.decode()
    found["slips.pdf"] = printed(desk.get("/inbox/slips.pdf").content)
    assert ALONE in found["slips"]
    return found


def test_canaries_are_in_no_message_calendar_or_log(
    cast: Cast, stopped: datetime, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with carrier() as fake, override_settings(**MAIL, SMS=f"file:{tmp_path / 'sms'}"):
        for name, way in (("resident", "MAIL"), ("unit", "MAIL"), ("neighbour", "SMS"), ("resident2", "SMS")):
            wants(cast, name, way)
        group(cast, fake)
        busy_days(cast)
        alone(cast)
        for at in (AT + MINUTE, AT + 2 * MINUTE, AT.replace(hour=8) + DAY, AT.replace(hour=9) + DAY):
            work(at)
        found = sent(cast, tmp_path) | calendars(cast) | {f"robot {n}": text for n, (_key, text) in enumerate(fake.taken)}
    assert Order.objects.filter(text__contains=PHONE, title__contains="808室").exists(), "or the test looks for what is nowhere"
    assert len(mail.outbox) >= 2 and found["sms"].count("\n") >= 1 and fake.taken and "BEGIN:VEVENT" in found["/activities/calendar.ics"]
    told = {where: [word for word in CANARIES if word in "".join(text.split())] for where, text in found.items()}
    assert {where: words for where, words in told.items() if words} == {}
    assert [word for word in CANARIES if word in caplog.text] == []
