"""Encryption of personal data at rest, and blind indexes to look it up by.

AES-256-GCM through ``cryptography``; the key's id stands in front of each text, so that keys can be rotated. A blind index is
HMAC-SHA-256 over the normalised value: equal values are found, the value is not recoverable without the key.
"""

import base64
import hashlib
import hmac
import os
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

_NONCE_BYTES = 12

if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
else:
    _TextField = models.TextField


def encrypt(text: str) -> str:
    """``text`` encrypted with the newest key, as ``key id:base64``; an empty text stays empty."""
    if not text:
        return ""
    key_id, key = next(iter(settings.FIELD_KEYS.items()))
    nonce = os.urandom(_NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), key_id.encode())
    return f"{key_id}:{base64.b64encode(nonce + sealed).decode()}"


def decrypt(stored: str) -> str:
    """The text behind ``stored``. Raises ``KeyError`` for an unknown key and ``InvalidTag`` for a changed text."""
    if not stored:
        return ""
    key_id, _, body = stored.partition(":")
    raw = base64.b64decode(body)
    return AESGCM(settings.FIELD_KEYS[key_id]).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], key_id.encode()).decode()


def blind_index(purpose: str, value: str) -> bytes | None:
    """A 32-byte keyed hash of ``value`` for look-ups within ``purpose``; nothing for an empty value."""
    if not value:
        return None
    return hmac.digest(settings.INDEX_KEY, f"{purpose}\0{value}".encode(), hashlib.sha256)


class EncryptedTextField(_TextField):
    """Text that is encrypted in the database and plain in Python. It can't be filtered on; use a blind index."""

    def get_prep_value(self, value: object) -> str:
        return encrypt(super().get_prep_value(value) or "")

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str:
        return decrypt(value or "")
