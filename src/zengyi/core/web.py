"""What pages share: sending a form runs one action once, however often the button is pressed.

Every form carries a hidden ``_key`` (template tag ``{% form_key %}`` of the library ``form_key``), a fresh random one per
page shown. A second send with the same key gets the first one's answer: a redirect, nothing else. So a form whose step does more
for the browser than redirect it (signing in sets a cookie) carries no key, and its step is run each time.

The same tag marks a form for the page's script (``zengyi.js``), which keeps what is typed on the phone, sends the form itself and
says so in the header :data:`SCRIPTED`. Its answers are the same but for two: where to go on stands in the header :data:`TO`, and what
no page can mend is told as ``application/problem+json``, so that the form stays as it is.
"""

import hashlib
import uuid
from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.core import signing
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.encoding import iri_to_uri
from django_htmx.http import HttpResponseClientRedirect

from zengyi.core import clock, held, idempotency, staging
from zengyi.core.errors import Invalid, NotAllowed, NotSignedIn, NotThere, Refused, TooMany
from zengyi.core.forms import PhotosField

R = TypeVar("R")

KEY_FIELD = "_key"
SEE_OTHER = 303
#: Header of what the page's script sends: ``form``, ``again`` for a form that may have come before, ``look`` for a look-up.
SCRIPTED = "X-Zengyi-Form"
#: Header of the answer to it: where to go on.
TO = "X-Zengyi-To"
_NOT_ASKED = frozenset({KEY_FIELD, held.BY_FIELD, "csrfmiddlewaretoken"})
#: Cookie of what a step said, and how many seconds it waits for the page that says it.
SAID, SAID_FOR = "zengyi_said", 60
_TOLD = "zengyi_told"
_BREAK = "\n"
_STATUS = "refused_status"
_WAIT = "refused_retry_after"
_SPENT = "zengyi_key_spent"


def submit(
    request: HttpRequest,
    form: Form | None,
    step: Callable[[], R],
    *,
    to: Callable[[R], str],
    said: Callable[[R], str] | None = None,
) -> HttpResponse | None:
    """Run ``step``, which calls one action, and redirect to ``to(its result)``; nothing when the page must be shown again.

    ``said``: what has happened and what comes next, in one or two short sentences, told once on the page after it. That page says in
    its own words where things stand: nobody needs the sentence to know it.

    Nothing is returned for a form with errors, and for a step that was refused: the refusal then stands in the form's
    errors, and :func:`status_of` tells the status to render it with. Without a form every refusal is raised. Refusals that
    the page cannot mend (not signed in, not allowed, not there) are always raised.
    """
    received = _photos(request, form)
    if form is not None and not form.is_valid():
        # What it was about to send is perhaps gone because the very same form was taken a moment ago.
        answer = _replayed(request) if any(received.values()) else None
        if answer is None:
            _keep(request, form)
        return answer
    try:
        answer = go(request, *_once(request, step, lambda result: (to(result), said(result) if said else "")))
    except (NotSignedIn, NotAllowed, NotThere):
        raise
    except Refused as refusal:
        if form is None:
            raise
        add_refusal(form, refusal)
        _keep(request, form)
        return None
    for ids in received.values():
        staging.drop(user_of(request) or 0, ids)
    return answer


def keep_photos(request: HttpRequest, form: Form) -> None:
    """A form that was only looked at, such as to find somebody by name, keeps the photos that were chosen in it."""
    _photos(request, form)
    _keep(request, form)


def _photos(request: HttpRequest, form: Form | None) -> dict[PhotosField, list[uuid.UUID]]:
    """The form's fields for photos, from now on with the login whose photos they may find, and the ids that were sent in each."""
    found = {}
    for name, field in form.fields.items() if form is not None else ():
        if isinstance(field, PhotosField) and form is not None:
            field.whose = user_of(request)
            found[field] = [one for one in form[name].data or () if isinstance(one, uuid.UUID)]
    return found


def _keep(request: HttpRequest, form: Form) -> None:
    """A form that is shown again: the photos that came with it stay with it."""
    whose = user_of(request)
    for name, field in list(form.fields.items()):
        if isinstance(field, PhotosField) and whose is not None:
            refusal = field.keep(form[name].data or (), whose, _sent_key(request), clock.now())
            if refusal is not None and refusal.sentence not in form.errors.get(name, ()):
                form.add_error(name, refusal.sentence)


Onward = tuple[str, str]


def _once(request: HttpRequest, step: Callable[[], R], onward: Callable[[R], Onward]) -> Onward:
    """Where to go on, and what is said there."""
    key = _sent_key(request)
    if not key:
        return onward(step())

    def render(result: R) -> tuple[int, str]:
        return SEE_OTHER, _BREAK.join(onward(result)).removesuffix(_BREAK)

    try:
        with idempotency.keyed(_owner(request), key, _fingerprint(request), render=render) as slot:
            result = step()
    except idempotency.Replay as replay:
        return _answered(replay.answer)
    except idempotency.OtherContent:
        setattr(request, _SPENT, True)
        raise
    return _answered(slot.answer) if slot.settled else onward(result)


def _answered(answer: object) -> Onward:
    url, _break, sentence = str(answer).partition(_BREAK)
    return url, sentence


def sent(request: HttpRequest) -> QueryDict | None:
    """What was sent, even when that is nothing; nothing at all when the page is only looked at."""
    return request.POST if request.method == "POST" else None


def taken_before(request: HttpRequest) -> HttpResponse | None:
    """The answer to a form that the script sends again because it never got one; nothing when it is new to us.

    Asked before the page looks at the form: what it is about may have moved on since, by that very form.
    """
    return _replayed(request) if scripted(request) == "again" else None


def _replayed(request: HttpRequest) -> HttpResponse | None:
    """The answer given to this very form before; nothing when it is new."""
    key = _sent_key(request)
    if not key:
        return None
    try:
        idempotency.replay_if_known(_owner(request), key, _fingerprint(request))
    except idempotency.Replay as replay:
        return go(request, *_answered(replay.answer))
    except idempotency.OtherContent:
        return None  # the page tells it, with the form
    return None


def _owner(request: HttpRequest) -> str:
    return f"page:{user_of(request) or 'anybody'}"


def user_of(request: HttpRequest) -> int | None:
    """The login that sends it; nothing when nobody is signed in."""
    return getattr(getattr(request, "actor", None), "user_id", None)


def scripted(request: HttpRequest) -> str:
    """How the page's script sent it: ``form``, ``again`` or ``look``; empty when the browser did."""
    return request.headers.get(SCRIPTED, "")


def go(request: HttpRequest, url: str, sentence: str = "") -> HttpResponse:
    """A redirect after a form was taken: 303, or the header that htmx or the page's script follows; ``sentence`` is said there."""
    if scripted(request):
        answer = HttpResponse(status=204, headers={TO: iri_to_uri(url)})
    elif getattr(request, "htmx", False):
        answer = HttpResponseClientRedirect(url)
    else:
        answer = HttpResponse(status=SEE_OTHER, headers={"Location": iri_to_uri(url)})
    if sentence:
        kept = signing.dumps([_owner(request), sentence], salt=SAID, compress=True)
        answer.set_cookie(SAID, kept, max_age=SAID_FOR, httponly=True, samesite="Lax", secure=settings.HTTPS)
    return answer


def said(request: HttpRequest) -> str:
    """What the step before this page said, to whoever took it; empty when there was none. The page that shows it is the last to."""
    try:
        owner, sentence = signing.loads(request.COOKIES.get(SAID, ""), salt=SAID, max_age=SAID_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    setattr(request, _TOLD, True)
    return str(sentence) if owner == _owner(request) else ""


def forget_said(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """``answer``, after which what it said is said no more."""
    if getattr(request, _TOLD, False):
        answer.delete_cookie(SAID, samesite="Lax")
    return answer


def add_refusal(form: Form, refusal: Refused) -> None:
    """Tell the refusal in the form: beside its fields where it names them, above the form otherwise."""
    setattr(form, _STATUS, refusal.status)
    if isinstance(refusal, TooMany):
        setattr(form, _WAIT, refusal.retry_after)
    fields = refusal.fields if isinstance(refusal, Invalid) else {}
    known = {name: sentences for name, sentences in fields.items() if name in form.fields}
    for name, sentences in known.items():
        for sentence in sentences:
            form.add_error(name, sentence)
    if len(known) < max(len(fields), 1):
        form.add_error(None, refusal.sentence)


def status_of(form: Form) -> int:
    """The status to show a form with: 200, 422 when it has errors, or the status of the refusal added to it."""
    refused: int | None = getattr(form, _STATUS, None)
    return refused or (Invalid.status if form.is_bound and form.errors else 200)


def waiting(form: Form, answer: HttpResponse) -> HttpResponse:
    """``answer``, which shows the form again, with the time to wait where there were too many tries."""
    wait: int | None = getattr(form, _WAIT, None)
    if wait is not None:
        answer["Retry-After"] = str(wait)
    return answer


def form_key(request: HttpRequest) -> str:
    """The key for a form on the page now rendered: the one the form was sent with, unless it has been used up."""
    return ("" if getattr(request, _SPENT, False) else _sent_key(request)) or str(uuid.uuid4())


def _sent_key(request: HttpRequest) -> str:
    try:
        return str(uuid.UUID(request.POST.get(KEY_FIELD, "")))
    except ValueError:
        return ""


def _fingerprint(request: HttpRequest) -> bytes:
    """SHA-256 over what was asked: address, fields and files."""
    asked = hashlib.sha256(f"{request.method} {request.get_full_path()}".encode())
    for name in sorted(request.POST.keys() - _NOT_ASKED):
        asked.update(repr((name, request.POST.getlist(name))).encode("utf-8", "surrogatepass"))
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            asked.update(repr((name, file.name, file.size)).encode("utf-8", "surrogatepass"))
            for chunk in file.chunks():
                asked.update(chunk)
            file.seek(0)
    return asked.digest()
