"""Steps of news."""

from zengyi.news.actions.boards import hang, see, take_down
from zengyi.news.actions.moving import answer, approve, check, publish, send_back, withdraw
from zengyi.news.actions.pictures import sweep
from zengyi.news.actions.writing import edit, propose

__all__ = ["answer", "approve", "check", "edit", "hang", "propose", "publish", "see", "send_back", "sweep", "take_down", "withdraw"]
