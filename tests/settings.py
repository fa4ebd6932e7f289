"""The product's settings with two things made cheap: hashing passwords, and looking up static files."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from zengyi.project.settings import *  # noqa: F403
from zengyi.project.settings import STORAGES


class CheapHasher(PBKDF2PasswordHasher):
    """The product's own hashing with a single round: a server under the real settings can still check it."""

    iterations = 1


PASSWORD_HASHERS = ["tests.settings.CheapHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
