"""Settings, read from the environment; the defaults run one community on one machine.

``ZENGYI_VAR`` run-time folder (``var``) · ``ZENGYI_DATABASE`` ``sqlite:PATH`` or ``postgresql://user:password@host:port/name`` ·
``ZENGYI_HOSTS`` served host names, separated by commas · ``ZENGYI_SECRETS`` file with keys (made on first start) ·
``ZENGYI_REQUIRE_MFA=1`` staff must use a second factor · ``ZENGYI_HTTPS=1`` behind TLS · ``ZENGYI_DEMO=1`` demo data loaded ·
``ZENGYI_ADDRESS`` where people open it, for links in messages · ``ZENGYI_SMTP``, ``ZENGYI_MAIL_FROM``, ``ZENGYI_SMS`` ways to them.
"""

import base64
import json
import os
import secrets
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pysqlite3

# The system's SQLite may have the WAL corruption bug fixed in 3.51.3; the wheel brings its own (docs/decisions/0002).
sys.modules["sqlite3"] = pysqlite3

VAR = Path(os.environ.get("ZENGYI_VAR", "var")).resolve()
DEMO = os.environ.get("ZENGYI_DEMO") == "1"
HTTPS = os.environ.get("ZENGYI_HTTPS") == "1"
REQUIRE_MFA = os.environ.get("ZENGYI_REQUIRE_MFA") == "1"
DEBUG = False


SECRETS = Path(os.environ.get("ZENGYI_SECRETS", VAR / "secrets.json"))


def _secrets() -> dict[str, Any]:
    path = SECRETS
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # the database will be here, too
        made = {
            "secret_key": secrets.token_urlsafe(50),
            "field_keys": {"k1": base64.b64encode(secrets.token_bytes(32)).decode()},
            "index_key": base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(handle, "w") as file:
                json.dump(made, file)
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded


def _database() -> dict[str, Any]:
    url = os.environ.get("ZENGYI_DATABASE", f"sqlite:{VAR / 'zengyi.sqlite3'}")
    if url.startswith("sqlite:"):
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": url.removeprefix("sqlite:"),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # The driver would keep a hundred or so. Pages and steps have more, and what it forgot is parsed and planned again.
                "cached_statements": 1000,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                    "PRAGMA recursive_triggers=ON; PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;"
                ),
            },
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "zengyi.core.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        # For a statement that it believes to be long PostgreSQL compiles machine code first; of ours none is long enough to earn that back.
        # One that is prepared it would plan anew for its first five runs on each connection, or for every run if it believes that to pay.
        "OPTIONS": {"options": "-c jit=off -c plan_cache_mode=force_generic_plan"},
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


_keys = _secrets()
SECRET_KEY: str = _keys["secret_key"]
FIELD_KEYS: dict[str, bytes] = {key_id: base64.b64decode(key) for key_id, key in _keys["field_keys"].items()}
INDEX_KEY: bytes = base64.b64decode(_keys["index_key"])
DATABASES = {"default": _database()}
DATABASES["default"].setdefault("CONN_MAX_AGE", 600)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ALLOWED_HOSTS = [h for h in os.environ.get("ZENGYI_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if h]
ADDRESS = os.environ.get("ZENGYI_ADDRESS", f"{'https' if HTTPS else 'http'}://{ALLOWED_HOSTS[0]}").rstrip("/")
# smtps://: TLS from the start; smtp://: STARTTLS; smtp-plain://: neither, for a relay on the same machine.
SMTP = os.environ.get("ZENGYI_SMTP", "")
MAIL_FROM = os.environ.get("ZENGYI_MAIL_FROM", "zengyi@localhost")
_smtp = urlsplit(SMTP or "smtp-plain://localhost")
EMAIL_HOST, EMAIL_PORT = _smtp.hostname or "", _smtp.port or {"smtps": 465, "smtp": 587}.get(_smtp.scheme, 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_smtp.username or ""), unquote(_smtp.password or "")
EMAIL_USE_SSL, EMAIL_USE_TLS, EMAIL_TIMEOUT = _smtp.scheme == "smtps", _smtp.scheme == "smtp", 15
SMS = os.environ.get("ZENGYI_SMS", "")
SMS_ACCOUNT: dict[str, Any] = _keys.get("sms", {})
WECHAT_API = "https://api.weixin.qq.com"  # the account itself is set on its page; tests put a server of their own here
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",  # for its system checks only; the table of sessions is our own
    "django.contrib.staticfiles",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_htmx",
    "zengyi.core",
    "zengyi.people",
    "zengyi.bank",
    "zengyi.orders",
    "zengyi.councils",
    "zengyi.works",
    "zengyi.activities",
    "zengyi.news",
    "zengyi.messages",
    "zengyi.facilities",
    "zengyi.project",
]
MIDDLEWARE = [
    "zengyi.project.middleware.Headers",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "zengyi.project.api.ProblemMiddleware",
    "zengyi.project.middleware.Readable",
    "zengyi.project.middleware.Address",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "zengyi.project.middleware.Straight",
    "zengyi.people.middleware.Keeping",
    "zengyi.project.middleware.Bodies",
    "django.middleware.csrf.CsrfViewMiddleware",
    "zengyi.people.middleware.Login",
    "django_otp.middleware.OTPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "zengyi.project.middleware.Acting",
    "zengyi.people.middleware.SessionLimits",
    "zengyi.project.middleware.Gate",
    "zengyi.project.middleware.Welcome",
    "zengyi.project.middleware.Refusals",
]
CSRF_FAILURE_VIEW = "zengyi.project.errors.no_token"
ROOT_URLCONF = "zengyi.project.urls"
WSGI_APPLICATION = "zengyi.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "zengyi.project.shell.shell",
            ],
        },
    }
]
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["zengyi.people.middleware.Sessions"]
LOGIN_URL = "sign-in"
# Off: core.throttle counts tries of codes, in one statement, so that many tries at once are counted, too.
OTP_TOTP_THROTTLE_FACTOR = OTP_STATIC_THROTTLE_FACTOR = 0
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ["username"]}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
FORMAT_MODULE_PATH = ["zengyi.project.formats"]
LOCALE_PATHS = [VAR / "locale"]  # compiled from the packages' own catalogues when the project starts
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
MEDIA_ROOT = VAR / "media"
MADE_ROOT = VAR / "made"  # files made from public data, which can be made again; in no backup
STAGED_ROOT = VAR / "staged"  # photos whose form is not taken yet; in no backup
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage",
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},  # a proxy may serve them
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 6000
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024

SESSION_ENGINE = "zengyi.people.actions.sessions"
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Not our decisions: the proxy that ends TLS redirects to it (W008); subdomains and preload lists are up to the domain's owner (W005, W021).
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W008", "security.W021"]

# Errors go to standard error, where whoever runs the server looks. A missing page (404) is not logged.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django.request": {"level": "ERROR"}, "django.security": {"level": "ERROR"}},
}
