"""Every way to news: published pieces for everybody, pieces on their way for the community's staff."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.cast import AT
from tests.trust.cases import READ, SENT, WRONG_METHOD, Case, lies, visits
from tests.trust.forms_of import Filled
from tests.trust.ground import AWAY, HERE, Ground, jpeg
from zengyi.core import images
from zengyi.news import actions, queries
from zengyi.news.models import BoardPhoto, Edition, Hung, Picture, Piece
from zengyi.news.queries.files import ALBUM
from zengyi.news.rules import MarkKind, PieceState
from zengyi.people.rules import COMMUNITY_ROLES, Actor

WORDS: dict[str, Any] = {"kind": "BRIEF", "title": "桥面修好了", "text": "三天修完，走的人说好。", "place": "虹西路西段"}
PHONE = "13800138000"
MARKED = f"想来的请打{PHONE}，或者到社区来。"
WRITERS = {HERE: "worker2", AWAY: "far_worker"}
#: Which piece stands for each step, and what is sent with it.
STEPS: dict[str, tuple[str, dict[str, str]]] = {
    "check": ("proposed", {}),
    "return": ("checked", {"reason": "日期再核一核"}),
    "approve": ("checked", {}),
    "publish": ("approved", {}),
    "withdraw": ("published", {"reason": "有人说不对"}),
}
NAMES = frozenset({"worker2"})


@dataclass(frozen=True)
class Pieces:
    """A piece in each state, by its state in small letters; ``picture`` of the published one, ``hung`` a sheet of it with a photo."""

    of: dict[str, int]
    picture: str
    hung: int
    board_photo: str
    key: str


def lay(ground: Ground) -> dict[str, Pieces]:
    """A piece in each state, here and away."""
    return {where: _pieces(ground, where) for where in (HERE, AWAY)}


def _pieces(ground: Ground, where: str) -> Pieces:
    by = ground.actor(WRITERS[where])
    of = {}
    for state in (PieceState.PROPOSED, PieceState.CHECKED, PieceState.APPROVED, PieceState.PUBLISHED):
        text = MARKED if state == PieceState.PROPOSED else WORDS["text"]
        of[state.lower()] = actions.propose(**{**WORDS, "text": text}, by=by, at=AT).pk
        _bring(ground, of[state.lower()], state)
    piece = Piece.objects.get(pk=of["published"])
    picture = _picture(piece, by)
    shown = queries.content_of(piece)
    edition = Edition.objects.create(
        piece=piece,
        community_id=piece.community_id,
        number=1,
        kind=piece.kind,
        digest=shown.digest,
        content=shown.canonical(),
        published_by_id=by.login_id,
        published_at=AT,
        search="桥面",
    )
    Piece.objects.filter(pk=piece.pk).update(digest=shown.digest)
    hung = Hung.objects.create(piece=piece, edition=edition, spot="南门公示栏", hung_by_id=by.login_id, hung_at=AT)
    key = next(mark.key for mark, _said in queries.marks(of["proposed"], by=by) if mark.kind == MarkKind.PHONE)
    return Pieces(of, picture, hung.pk, _board_photo(hung, by), key)


def _bring(ground: Ground, pk: int, state: PieceState) -> None:
    """To that state, by people who do nothing else here."""
    checked = {"checked_by": ground.users["admin"], "checked_at": AT}
    approved = {"approved_by": ground.users["district"], "approved_at": AT}
    changes: dict[str, Any] = {"state": state} | (checked if state != PieceState.PROPOSED else {})
    Piece.objects.filter(pk=pk).update(**changes | (approved if state in (PieceState.APPROVED, PieceState.PUBLISHED) else {}))


def _board_photo(hung: Hung, by: Actor) -> str:
    pk, size = _written()
    BoardPhoto.objects.create(id=pk, hung=hung, seen_on=AT.date() - timedelta(days=1), by_id=by.login_id, at=AT, **size)
    return str(pk)


def _picture(piece: Piece, by: Actor) -> str:
    pk, size = _written()
    Picture.objects.create(id=pk, piece=piece, rank=0, by_id=by.login_id, added_at=AT, **size)
    return str(pk)


def _written() -> tuple[UUID, dict[str, int]]:
    """A photo's file, and what its row says of it."""
    cleaned, pk = images.clean(jpeg()), uuid4()
    for preview, content in ((False, cleaned.jpeg), (True, cleaned.preview)):
        path = ALBUM.path_of(pk, preview=preview)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return pk, {"width": cleaned.width, "height": cleaned.height, "size": len(cleaned.jpeg)}


OUTLETS = {
    "news-sheet": "a4.pdf",
    "news-poster": "poster.png",
    "news-long": "long.png",
    "news-rich": "rich.html",
    "news-robot": "robot.txt",
    "news-markdown": "robot.md",
    "news-plain": "plain.txt",
}


def cases(ground: Ground, role: str) -> Iterator[Case]:
    """The pages and operations."""
    yield from visits("news", "/news/", READ)
    for where in (HERE, AWAY):
        yield from _public(ground, role, where)
        yield from _at_the_desk(ground, role, where)
        yield from _api(ground, role, where)
    yield from visits("news-desk", "/news/desk/", READ, whose=NAMES)
    yield from visits("news-boards", "/news/boards/", READ)
    yield from visits("news-new", "/news/new", READ, WORDS)
    yield from visits("news-look", "/news/look", WRONG_METHOD, WORDS, sent=READ)
    yield Case("api:list_news", "GET", "/api/v1/news")
    yield Case("api:list_boards", "GET", "/api/v1/boards")
    yield Case("api:propose_news", "POST", "/api/v1/news", WORDS, frozenset({201}))


def _public(ground: Ground, role: str, where: str) -> Iterator[Case]:
    laid, lie = ground.of["news"][where], lies(role, where)
    path = f"/news/{laid.of['published']}/"
    yield from visits("piece", path, READ, relations=lie)
    for way, name in OUTLETS.items():
        yield from visits(way, f"{path}{name}", READ, relations=lie)
    yield from visits("news-photo", f"/news/pictures/{laid.picture}.jpg", READ, relations=lie)
    yield from visits("news-preview", f"/news/pictures/{laid.picture}.preview.jpg", READ, relations=lie)
    for way, name in (("feed-atom", "atom"), ("feed-json", "json")):
        yield from visits(way, f"/feeds/{ground.communities[where].pk}.{name}", READ, relations=lie)


def _at_the_desk(ground: Ground, role: str, where: str) -> Iterator[Case]:
    laid = ground.of["news"][where]
    lie: dict[str, Any] = {"relations": lies(role, where) - {"public", "neighbour"}, "whose": NAMES}
    path = f"/news/{laid.of['proposed']}"
    yield from visits("news-edit", f"{path}/edit", READ, WORDS, **lie)
    yield from visits("news-trial-sheet", f"{path}/trial/a4.png", READ, **lie)
    yield from visits("news-trial-poster", f"{path}/trial/poster.png", READ, **lie)
    yield from visits("news-draft-photo", f"/news/desk/pictures/{laid.picture}.jpg", READ, **lie)
    yield from visits("news-answer", f"{path}/answers", WRONG_METHOD, {f"m{laid.key[:16]}": "MASK"}, **lie)
    yield from visits("news-hang", f"/news/{laid.of['published']}/hang", WRONG_METHOD, {"spot": "北门公示栏"}, **lie)
    yield from visits("news-take-down", f"/news/hung/{laid.hung}/down", WRONG_METHOD, {}, **lie)
    yield from visits("news-hung", f"/news/hung/{laid.hung}/", READ, {}, sent=frozenset({422}), **lie)  # without its photo
    yield from visits("news-board-photo", f"/news/boards/photos/{laid.board_photo}.jpg", READ, **lie)
    for verb, (state, sent) in STEPS.items():
        path = f"/news/{laid.of[state]}/step/{verb}"
        yield Case("news-step", "GET", path, None, READ, f"news.{verb}", **lie)
        yield Case("news-step", "POST", path, sent, SENT, f"news.{verb}", **lie)


def _api(ground: Ground, role: str, where: str) -> Iterator[Case]:
    laid = ground.of["news"][where]
    lie: dict[str, Any] = {"relations": lies(role, where) - {"public", "neighbour"}}
    path = f"/api/v1/news/{laid.of['proposed']}"
    yield Case("api:get_news", "GET", path, **lie)
    yield Case("api:edit_news", "POST", f"{path}/edit", WORDS, **lie)
    yield Case("api:news_marks", "GET", f"{path}/marks", **lie)
    yield Case("api:get_hung", "GET", f"/api/v1/boards/{laid.hung}", **lie)
    yield Case("api:take_down_hung", "POST", f"/api/v1/boards/{laid.hung}/take-down", {}, **lie)
    put_up = {"spot": "北门公示栏"}
    yield Case("api:hang_news", "POST", f"/api/v1/news/{laid.of['published']}/hang", put_up, frozenset({201}), **lie)
    answers = {"answers": [{"key": laid.key, "said": "MASK"}]}
    yield Case("api:answer_news_marks", "POST", f"{path}/marks", answers, **lie)
    for verb, (state, sent) in STEPS.items():
        yield Case(f"api:{verb}_news", "POST", f"/api/v1/news/{laid.of[state]}/{verb}", sent, **lie)
    for name, file in (("sheet", "a4.pdf"), ("poster", "poster.png"), ("robot", "robot.txt"), ("plain", "plain.txt")):
        yield Case(f"api:news_{name}", "GET", f"/api/v1/news/{laid.of['published']}/{file}", relations=lies(role, where))


#: The names of the forms, in this order. What stands behind a way's name tells its forms apart.
FORMS = ("news-new", "news-edit", "news-look", "news-answer", "news-step", "news-hang", "news-take-down")


def forms(ground: Ground) -> Iterator[Filled]:
    """The forms of the desk."""
    laid = ground.of["news"][HERE]
    words = {**WORDS, "held_on": "2026-11-20", "until": "2026-11-22", "organisers": "虹西社区", "figures": "前后 3天"}
    yield Filled("news-new", "worker", "/news/new", words)
    yield Filled("news-edit", "worker", f"/news/{laid.of['proposed']}/edit", words)
    yield Filled("news-look", "worker", "/news/look", {**WORDS, "figures": "前后 3天"}, again=False, done=200)
    answer = {f"m{laid.key[:16]}": "CONSENTED", f"c{laid.key[:16]}": "11月20日电话里同意的"}
    yield Filled("news-answer", "worker", f"/news/{laid.of['proposed']}/answers", answer, again=False)
    yield Filled("news-step", "secretary", f"/news/{laid.of['checked']}/step/return", {"reason": "日期再核一核"})
    yield Filled("news-hang", "worker", f"/news/{laid.of['published']}/hang", {"spot": "北门公示栏"}, again=False)
    yield Filled("news-take-down", "worker", f"/news/hung/{laid.hung}/down", {}, again=False)


def _own_check(ground: Ground) -> None:
    by = ground.actor("worker")
    actions.check(actions.propose(**WORDS, by=by, at=AT).pk, by=by, at=AT)


def _own_approval(ground: Ground) -> None:
    by = ground.actor("secretary")
    piece = actions.propose(**WORDS, by=by, at=AT)
    actions.check(piece.pk, by=ground.actor("worker"), at=AT)
    actions.approve(piece.pk, by=by, at=AT)


ALONE = {"news.check": _own_check, "news.approve": _own_approval}

READ_ONLY = (
    "news", "news-desk", "news-boards", "news-board-photo",
    "piece", "news-photo", "news-preview", "news-draft-photo", "news-sheet", "news-poster", "news-robot",
    "news-markdown", "news-plain", "news-long", "news-rich", "news-trial-sheet", "news-trial-poster", "feed-atom", "feed-json",
)  # fmt: skip
NO_PAGES = (
    "news-board-photo",
    *OUTLETS, "news-photo", "news-preview", "news-draft-photo", "news-trial-sheet", "news-trial-poster", "news-look", "news-answer",
    "news-hang", "news-take-down", "feed-atom", "feed-json",
)  # fmt: skip


def _of_staff(paths: Any) -> Any:
    return lambda town, by: paths(town) if by.role in COMMUNITY_ROLES and by.community_id == town.cast.community.pk else []


def _steps(town: Any, by: Actor) -> list[str]:
    if by.role not in COMMUNITY_ROLES or by.community_id != town.cast.community.pk:
        return []
    cards = [queries.piece(pk, by=by, at=town.now) for pk in town.pieces.values()]
    return list({verb: f"/news/{card.id}/step/{verb.value}" for card in cards for verb in card.verbs}.values())


#: What a browser looks at.
VISITS = {
    "news": lambda town, by: ["/news/", f"/news/?community={town.cast.elsewhere.pk}", "/news/?q=没有这样的稿"],
    "piece": lambda town, by: [f"/news/{town.pieces['published']}/", f"/news/{town.pieces['long']}/"],
    "news-desk": _of_staff(lambda town: ["/news/desk/", "/news/desk/?state=APPROVED"]),
    "news-new": _of_staff(lambda town: ["/news/new"]),
    "news-boards": _of_staff(lambda town: ["/news/boards/"]),
    "news-hung": _of_staff(lambda town: [f"/news/hung/{pk}/" for pk in town.hung]),
    "news-edit": _of_staff(lambda town: [f"/news/{pk}/edit" for pk in town.pieces.values()]),
    "news-step": _steps,
}
