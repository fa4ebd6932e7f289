"""The steps of projects and of what is demanded of them."""

from zengyi.works.actions.demands import (
    answer_demand,
    do_demand,
    insist_on_demand,
    pass_demand,
    raise_demand,
    return_demand,
    settle_demand,
    tell_raiser,
)
from zengyi.works.actions.projects import (
    add_lot,
    add_milestone,
    add_pair,
    add_voice,
    inspect_project,
    move_milestone,
    propose_project,
    rank_project,
    report_milestone,
    show_project,
    start_project,
)

__all__ = [
    "add_lot",
    "add_milestone",
    "add_pair",
    "add_voice",
    "answer_demand",
    "do_demand",
    "insist_on_demand",
    "inspect_project",
    "move_milestone",
    "pass_demand",
    "propose_project",
    "raise_demand",
    "rank_project",
    "report_milestone",
    "return_demand",
    "settle_demand",
    "show_project",
    "start_project",
    "tell_raiser",
]
