"""What a browser looks at of projects, demands and money."""

from typing import Any

from zengyi.works import queries


def _projects(town: Any, by: Any) -> list[str]:
    return [f"/works/{pk}/" for pk in town.works.values()]


def _moves(town: Any, by: Any) -> list[str]:
    found = {verb: f"/works/{pk}/{verb}" for pk in town.works.values() for verb in queries.project(pk, by=by, at=town.now).verbs}
    return list(found.values())


def _demands(town: Any, by: Any) -> list[str]:
    return [f"/works/demands/{pk}/" for pk in town.demands]


def _demand_moves(town: Any, by: Any) -> list[str]:
    found = {verb: f"/works/demands/{pk}/{verb}" for pk in town.demands for verb in queries.demand(pk, by=by, at=town.now).verbs}
    # Those that need words come first: the others move the demand on even when they are sent with nothing in them.
    return [found[verb] for verb in sorted(found, key=lambda verb: verb not in ("return", "answer", "insist"))]


def _shares(town: Any, by: Any) -> list[str]:
    return [f"/works/money/{pk}/shares" for pk in town.lines if "share" in queries.line(pk, by=by, at=town.now).verbs][:1]


def _line_moves(town: Any, by: Any) -> list[str]:
    moves = [(pk, verb) for pk in town.lines for verb in queries.line(pk, by=by, at=town.now).verbs]
    found = {verb: f"/works/money/{pk}/{verb}" for pk, verb in moves if verb not in ("anew", "share")}  # pages of another name
    return list(found.values())


VISITS = {
    "alliance": lambda town, by: ["/works/alliance/"],
    "alliance-new": lambda town, by: ["/works/alliance/name"],
    "alliance-meeting": lambda town, by: ["/works/alliance/meeting"],
    "alliance-join": lambda town, by: ["/works/alliance/join"],
    "fund-line-new": lambda town, by: [f"/works/{town.works['ranked']}/money"],
    "fund-line-move": _line_moves,
    "fund-line-shares": _shares,
    "site": lambda town, by: [f"/sites/{town.works['working']}/"],
    "projects": lambda town, by: ["/works/"],
    "project-new": lambda town, by: ["/works/new"],
    "project-line": lambda town, by: ["/works/line"],
    "project": _projects,
    "project-move": _moves,
    "project-sheet": lambda town, by: [f"/works/{town.works['working']}/sheet", f"/works/{town.works['working']}/sheet?day=2026-11-01"],
    "demand-new": lambda town, by: [f"/works/{town.works['working']}/demands/new"],
    "milestone-new": lambda town, by: [f"/works/lots/{town.lot}/milestone"],
    "milestone-move": lambda town, by: [f"/works/milestones/{town.milestone}/move"],
    "milestone-report": lambda town, by: [f"/works/milestones/{town.milestone}/report"],
    "demand": _demands,
    "demand-move": _demand_moves,
}
