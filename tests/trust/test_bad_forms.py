"""Wrong words in every field of every form: never a 500, never half a write, and what was typed stays."""

from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from tests.trust.cases import modules
from tests.trust.forms_of import Filled, forms, read
from tests.trust.ground import Ground, undone
from tests.trust.hostile import FOR_CHOICES, WORDS
from tests.trust.walk import digest, watched
from zengyi.people.rules import action_of_url

NAMES = [name for module in modules() for name in getattr(module, "FORMS", ())]
#: Tried elsewhere: files, codes of a second factor, and forms without a field.
ELSEWHERE = {
    "import",
    "facility-import",
    "facility-pictures",
    "round-typed",
    "round-file",
    "news-hung",
    "my-data",
    "roll-call-sheet",
    "staged-photo",
    "second-factor",
    "code-enter",
    "code-who",
    "second-factor-setup",
    "sign-out",
    "register",
    "naming",
}
REFUSED = frozenset({401, 403, 404, 409, 422, 429})


class Browser:
    """Sends forms, each time from the same state, and looks at what may never happen."""

    def __init__(self, ground: Ground, who: str) -> None:
        self.client = Client(raise_request_exception=False)
        if who:
            self.client.force_login(ground.users[who])
            self.client.get("/help/")
        self.cookies = self.client.cookies.output(header="", sep=";")

    def send(self, path: str, data: dict[str, Any], done: int = 303) -> Any:
        """The answer: taken, or refused without a trace."""
        self.client.cookies = SimpleCookie(self.cookies)
        with undone(), watched() as written:
            answer = self.client.post(path, data)
        assert answer.status_code == done or answer.status_code in REFUSED, (path, data, answer.status_code)
        if answer.status_code != done:
            assert not written, (path, data, written)
        return answer


def filled(ground: Ground, name: str) -> Filled:
    """The form of that name."""
    return next(form for form in forms(ground) if form.name == name)


def test_every_form_is_known(ground: Ground) -> None:
    assert [form.name for form in forms(ground)] == NAMES
    moves = {"order-new-behalf", "confirm-for"} | {
        form.name for form in forms(ground) if form.path.startswith("/orders/") and form.name not in ("order-new", "order-contact")
    }
    # Where one page shows several forms, what stands behind its name tells them apart.
    variants = ("deed-new-", "deed-move-", "project-move-", "demand-move-", "fund-line-move-", "topic-move-", "session-move-")
    moves |= {name for name in NAMES if name.startswith(variants)}
    posting = {way for way in action_of_url() if ":" not in way and way not in ELSEWHERE} - _read_only()
    assert set(NAMES) - moves | {"order-move"} == posting


def _read_only() -> set[str]:
    return set(
        "home board help health ready robots-txt me my-looks held similar orders my-orders order order-history order-photo order-preview "
        "desk account roll-call-template roll-call-print roll-call-paper entry account-paper account-table my-data-file "
        "hub waiting entries district roll-calls corrections rules rule-proposals rule-proposal tier-version "
        "checks quarter quarter-sheet quarter-poster quarter-text quarter-file hand-overs closing objection quarter-book quarter-members "
        "duties vacancy turn duty-offers "
        "facilities facility facility-share facility-template facility-label-sheet "
        "rounds round round-walk round-paper "
        "deeds deed deed-photo deed-preview vouched "
        "appraisals appraisal appraisal-paper appraisal-table appraisal-draft-paper appraisal-draft-table "
        "activities activities-calendar occasion occasion-calendar sign-up-card "
        "roll records record record-paper patrols finding finding-photo finding-preview eradication "
        "members residents organisations person grants import-template".split()
    ) | {way for module in modules() for way in getattr(module, "READ_ONLY", ())}


@pytest.mark.parametrize("name", NAMES)
def test_every_field_of_a_form(ground: Ground, name: str) -> None:
    form = filled(ground, name)
    browser = Browser(ground, form.who)
    assert browser.send(form.path, form.data, form.done).status_code == form.done
    typed = read(browser.client.get(form.path).content.decode()).texts.keys() if form.again else form.data.keys()
    before = digest()
    for spoilt in form.data:
        for word in WORDS if spoilt in typed else FOR_CHOICES:
            data = {**form.data, spoilt: word}
            if word is None:
                del data[spoilt]
            answer = browser.send(form.path, data, form.done)
            if answer.status_code == 422 and form.again:
                _kept(answer.content.decode(), data, (name, spoilt, word))
    assert digest() == before


def _kept(html: str, data: dict[str, Any], about: object) -> None:
    """Every text that was typed stands in its field again."""
    shown = read(html).texts
    for name, value in data.items():
        if name in shown and isinstance(value, str) and value.isprintable():
            assert shown[name] == value, (about, name)
    assert 'aria-invalid="true"' in html or 'role="alert"' in html, about


@pytest.mark.parametrize("name", NAMES)
def test_a_form_with_nothing_in_it(ground: Ground, name: str) -> None:
    form = filled(ground, name)
    answer = Browser(ground, form.who).send(form.path, {}, form.done)
    if any(field in form.data for field in ("reason", "text", "title", "difficulty", "login")) and form.again:
        assert answer.status_code == 422


@pytest.mark.parametrize("name", ["order-new", "triage", "deliver", "roll-call-new", "grant-new"])
def test_hundreds_of_fields_too_many(ground: Ground, name: str) -> None:
    form = filled(ground, name)
    surplus = {f"field-{n}": "x" for n in range(700)}
    assert Browser(ground, form.who).send(form.path, {**form.data, **surplus}).status_code == 303
    many = urlencode({**form.data, **{f"{n:x}": "x" for n in range(7000)}})
    answer = Browser(ground, form.who).client.post(form.path, many, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    assert "</html>" in answer.content.decode()


def test_ids_of_other_communities(ground: Ground) -> None:
    told: list[tuple[str, str, str]] = [
        ("order-new", "place", str(ground.far_building.pk)),
        ("grant-new", "place", str(ground.elsewhere.pk)),
        ("grant-new", "place", str(ground.district.pk)),
        ("grant-new", "login", "far_resident"),
        ("grant-new", "login", "beyond_resident"),
        ("grant-new", "role", "secretary"),
        ("grant-new", "role", "admin"),
        ("assign", "party", f"member:{ground.member_id('far_member')}"),
        ("assign", "party", f"organisation:{ground.actor('far_unit').organisation_id}"),
        ("release", "claim_id", "1"),
    ]
    for name, field, value in told:
        form = filled(ground, name)
        answer = Browser(ground, form.who).send(form.path, {**form.data, field: value})
        assert answer.status_code == 422, (name, field, value)
