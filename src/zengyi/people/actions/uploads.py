"""Uploaded sheets between preview and import: kept on the server, encrypted, for half an hour and for one person.

If the browser kept the rows instead, phone numbers would stand in a page and could be changed before the import.
"""

import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from zengyi.core.errors import NotThere
from zengyi.core.secrets import decrypt, encrypt
from zengyi.people.actions.imports import Imported, import_sheet
from zengyi.people.rules import Actor
from zengyi.people.rules.sheets import Sheet, Table

KEPT = timedelta(minutes=30)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
_REMARKS = "remarks"
_GONE = _("这张表已经导入过，或者放得太久了。请重新上传。")


@dataclass(frozen=True, slots=True)
class _Upload:
    sheet: str
    table: Table


def keep_upload(sheet: str, table: Table, *, by: Actor, at: datetime) -> str:
    """Keep a table until it is imported; returns the key to it, which only this person in this community can use.

    ``sheet``: a :class:`Sheet`, or the word by which another package calls a sheet of its own.
    """
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sweep(folder, at)
    kept = {
        "sheet": str(sheet),
        "user": by.user_id,
        "community": by.community_id,
        "until": (at + KEPT).timestamp(),
        "table": [list(row) for row in table],
    }
    token = secrets.token_urlsafe(24)
    handle = os.open(folder / token, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(encrypt(json.dumps(kept)))
    return token


def import_upload(token: str, *, kinds: Mapping[str, str] | None = None, by: Actor, at: datetime) -> Imported:
    """Import a kept table; afterwards it is gone. Raises :class:`NotThere` for an unknown, foreign or expired one."""
    upload = _read(token, by, at)
    if upload.sheet not in {sheet.value for sheet in Sheet}:
        raise NotThere(_GONE)
    done = import_sheet(Sheet(upload.sheet), upload.table, kinds=kinds, by=by, at=at)
    (_folder() / token).unlink(missing_ok=True)
    return done


def kept_upload(token: str, sheet: str, *, by: Actor, at: datetime) -> Table:
    """A table that another package keeps under its own word. Raises :class:`NotThere` for an unknown, foreign or expired one."""
    upload = _read(token, by, at)
    if upload.sheet != sheet:
        raise NotThere(_GONE)
    return upload.table


def keep_remarks(table: Table, *, by: Actor, at: datetime) -> str:
    """Keep a sheet that comes back with remarks, for whoever sent it to download; returns its key."""
    return keep_upload(_REMARKS, table, by=by, at=at)


def kept_remarks(token: str, *, by: Actor, at: datetime) -> Table:
    """A sheet with remarks. Raises :class:`NotThere` for an unknown, foreign or expired one."""
    return kept_upload(token, _REMARKS, by=by, at=at)


def forget_upload(token: str) -> None:
    """A table was imported: it is kept no longer."""
    if _TOKEN.fullmatch(token):
        (_folder() / token).unlink(missing_ok=True)


def _read(token: str, by: Actor, at: datetime) -> _Upload:
    if not _TOKEN.fullmatch(token):
        raise NotThere(_GONE)
    try:
        kept = json.loads(decrypt((_folder() / token).read_text()))
    except FileNotFoundError as error:
        raise NotThere(_GONE) from error
    if (kept["user"], kept["community"]) != (by.user_id, by.community_id) or kept["until"] < at.timestamp():
        raise NotThere(_GONE)
    return _Upload(kept["sheet"], kept["table"])


def _sweep(folder: Path, at: datetime) -> None:
    """Remove what nobody imported in time."""
    oldest = (at - KEPT).timestamp()
    for file in folder.iterdir():
        try:
            if file.stat().st_mtime < oldest:
                file.unlink()
        except FileNotFoundError:
            continue


def _folder() -> Path:
    return Path(settings.VAR) / "imports"
