"""A login without the WeChat that was tied to it."""

from zengyi.core.steps import in_action
from zengyi.people.models import WeChatBinding


@in_action
def untie_wechat(user_id: int) -> bool:
    """Whoever has that WeChat gets into this login by it no more; returns whether one was tied."""
    tied = WeChatBinding.objects.filter(user_id=user_id, openid_index__isnull=False)
    return bool(tied.update(openid="", openid_index=None, bound_at=None))
