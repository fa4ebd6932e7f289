"""django-hordak on a database of its own beside the product's."""

import os
from urllib.parse import urlsplit

_url = urlsplit(os.environ["ZENGYI_DATABASE"])
SECRET_KEY = "measured, never served"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "hordak",
        "USER": _url.username,
        "HOST": _url.hostname,
        "PORT": _url.port,
    }
}
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "mptt", "hordak"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
HORDAK_INTERNAL_CURRENCY = DEFAULT_CURRENCY = "CNY"
HORDAK_DECIMAL_PLACES = 0
HORDAK_CURRENCIES = CURRENCIES = ["CNY"]
