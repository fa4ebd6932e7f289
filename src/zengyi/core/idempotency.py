"""Idempotency keys: a retried request gets the first answer, stored in the transaction of the step it caused."""


def settle(result: object) -> None:
    """Store the answer to the request now being served, if it carried a key."""
