"""``python -m benchmarks.notices``: one notice to everybody of a big community: told, queued, gathered and sent, by how many they are.

It runs on the database of ``ZENGYI_DATABASE``, which must be a new one, with ``ZENGYI_VAR`` a folder of its own and
``ZENGYI_SMS=file:/dev/null``.
"""

import os
import resource
import sys
import time
from datetime import date
from pathlib import Path

import django


def main(people: int = 100_000, letters: int = 0) -> None:
    """Print how long each part takes, and how much memory it took at most; ``letters``: so many are sent, by default all.

    While they are sent, it tells ten times how much memory the process has at that moment: it may not grow.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zengyi.project.settings")
    django.setup()
    from django.core.management import call_command
    from django.db.models import Max

    from zengyi.core import clock, sealing
    from zengyi.core.models import Seal
    from zengyi.messages import actions
    from zengyi.messages.models import Cursor, Delivery, Letter, Message

    call_command("migrate", verbosity=0)
    at = clock.now().replace(hour=4)  # UTC: noon here, nobody's quiet hours
    _lay(people, at.date())
    sealing.seal(at)
    Cursor.objects.create(seal=(Seal.objects.aggregate(last=Max("pk"))["last"] or 1) - 1)
    print(f"{people} recipients; before: {_memory()} MB", flush=True)
    for name, step in (("told and queued", actions.tell_due), ("gathered", actions.gather_due)):
        begun, worked = time.perf_counter(), time.process_time()
        step(at)
        taken = f"{time.perf_counter() - begun:.1f} s ({time.process_time() - worked:.1f} s of them in this process)"
        print(f"{name}: {taken}, at most {_memory()} MB", flush=True)
    assert Message.objects.count() == Delivery.objects.count() == Letter.objects.count() == people
    begun, worked, sent, told = time.perf_counter(), time.process_time(), 0, 0
    letters = letters or people
    print(f"nothing sent yet: {_now()} MB now", flush=True)
    while sent < letters:
        sent += actions.send_due(at)
        if sent * 10 >= letters * (told + 1):
            told = sent * 10 // letters
            print(f"{sent} sent after {time.perf_counter() - begun:.0f} s: {_now()} MB now, at most {_memory()} MB", flush=True)
    spent = time.process_time() - worked
    print(f"sent {sent}: {sent / (time.perf_counter() - begun):.0f} a second, {spent:.0f} s of this process, at most {_memory()} MB")
    assert Letter.objects.filter(state="SENT").count() == sent


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _now() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 2**20


def _lay(people: int, day: date) -> None:
    """A community of so many, each with a phone and the wish for SMS, and a notice that was just published."""
    from zengyi.core import clock
    from zengyi.core.models import Event
    from zengyi.messages.models import Preference
    from zengyi.news import queries
    from zengyi.news.models import Edition, Piece
    from zengyi.people.models import Person, Place, User, phone_index

    at = clock.now()
    place = Place.objects.create(kind="COMMUNITY", name="大社区", path="/1/")
    Place.objects.filter(pk=place.pk).update(path=f"/{place.pk}/")
    staff = [User.objects.create(username=f"staff{n}", password="!") for n in range(3)]
    phones = [f"139{n:08d}" for n in range(people)]
    persons = Person.objects.bulk_create(
        (Person(community=place, name=f"居民{n}", phone=phone, phone_index=phone_index(phone)) for n, phone in enumerate(phones)),
        batch_size=5_000,
    )
    users = User.objects.bulk_create((User(username=f"u{one.pk}", password="!", person=one) for one in persons), batch_size=5_000)
    Preference.objects.bulk_create((Preference(user=one, way="SMS") for one in users), batch_size=5_000)
    given = {"proposed_by": staff[0], "edited_by": staff[0], "checked_by": staff[1], "approved_by": staff[2]}
    when = dict.fromkeys(("proposed_at", "edited_at", "checked_at", "approved_at"), at)
    words = {"kind": "NOTICE", "title": "明天停水", "text": "上午九点到十一点。", "held_on": day}
    piece = Piece(community=place, state="PUBLISHED", digest="x", **words, **given, **when)
    piece.save()
    content = queries.content_of(piece)
    shown = {"content": content.canonical(), "digest": content.digest, "published_by": staff[0], "published_at": at, "search": ""}
    Edition.objects.create(piece=piece, community=place, number=1, kind="NOTICE", **shown)
    said = {"verb": "publish", "object_type": "piece", "object_id": piece.pk, "after": {"state": "PUBLISHED", "edition": 1}}
    Event.objects.create(at=at, user=staff[0], role="worker", via="bench", community=place, **said)


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:]))
