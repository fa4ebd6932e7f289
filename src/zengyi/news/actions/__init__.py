"""Steps of news."""

from zengyi.news.actions.moving import answer, approve, check, hang, publish, send_back, take_down, withdraw
from zengyi.news.actions.pictures import sweep
from zengyi.news.actions.writing import edit, propose

__all__ = ["answer", "approve", "check", "edit", "hang", "propose", "publish", "send_back", "sweep", "take_down", "withdraw"]
