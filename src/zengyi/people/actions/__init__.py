"""Business steps about people: each public function is one step, one durable transaction, one audit event."""

from zengyi.people.actions.tokens import issue_token, revoke_token

__all__ = ["issue_token", "revoke_token"]
