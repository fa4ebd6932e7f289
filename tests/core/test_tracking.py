"""Every table is kept or left out in writing, and a row has the same digest on both databases."""

import uuid
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import models

from tests.core.steps_for_tests import AT
from zengyi.bank.models import Filing, RollCall
from zengyi.core import packages, tracking
from zengyi.core.comparing import present
from zengyi.orders.models import Photo
from zengyi.people.models import Branch, Member, Organisation, Person, Place, User


def undeclared() -> set[str]:
    """The models of our packages that no package's trail.toml names."""
    ours = [config for config in apps.get_app_configs() if config.name in packages.names()]
    models = {model._meta.label: model._meta.db_table for config in ours for model in config.get_models(include_auto_created=True)}
    kept, excused = tracking.tables(), tracking.excused()
    assert not {label for label, table in models.items() if table in kept and label in excused}, "kept and left out"
    return {label for label, table in models.items() if table not in kept and label not in excused}


def test_every_table_is_kept_or_left_out_in_writing() -> None:
    assert undeclared() == set()


def test_reasons_are_given_and_name_what_there_is() -> None:
    for label, why in tracking.excused().items():
        assert apps.get_model(label)
        assert len(why) > 10, label
    for _package, declared in tracking._declared():
        assert all(len(why) > 10 for columns in declared.get("kept", {}).values() for why in columns.values())


def test_a_table_that_nobody_declares_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin that must fail: a package whose file forgets one of its models."""
    declared = tracking._declared()
    for _package, tables in declared:
        tables.get("kept", {}).pop("Grant", None)
        tables.get("left-out", {}).pop("Counter", None)
    monkeypatch.setattr(tracking, "_declared", lambda: declared)
    tracking.tables.cache_clear()
    try:
        assert undeclared() == {"people.Grant", "orders.Counter"}
    finally:
        tracking.tables.cache_clear()


def test_a_new_column_is_kept_without_being_named() -> None:
    for model in (Person, User, Photo):
        kept = {name for name, _kind in tracking.tables()[model._meta.db_table].columns}
        assert {field.column for field in model._meta.concrete_fields} - kept <= {"last_login"}


def test_a_column_nobody_knows_how_to_write_and_a_left_out_one_that_is_not_there_are_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="how a DurationField is written"):
        tracking._kind(models.DurationField(name="lasting"))
    with pytest.raises(ImproperlyConfigured, match="leaves out nothing_of_it"):
        tracking._table(Person, {"nothing_of_it": "because"})


#: What the rows below are in the trail of an instance whose key is all zeros: the same on SQLite and on PostgreSQL, for ever.
KNOWN = {
    "bank_filing": "8e5cda15e734dcb705548c62247968cb",
    "bank_rollcall": "51079cb8e34bd8e157f8ce8e4690f144",
    "people_organisation": "c3259644f38387a3a7e009358fab29fc",
    "people_person": "edfc6133f2981a4828e884e8a1fd3838",
    "people_place": "237cd1c45faca601a7df6ae9b2b51926",
    "people_user": "8d774f6e288e6f96098fc6b9ef594c60",
}


@pytest.mark.django_db
def test_a_row_has_one_digest_on_both_databases(settings: Any) -> None:
    settings.INDEX_KEY = bytes(32)
    place = Place.objects.create(pk=900001, kind="COMMUNITY", name="虹西\n社区 𠀀", path="/900001/", plan={"x": 1.5})
    user = User.objects.create(pk=900002, username="someone", password="x", epoch=3)
    person = {"phone_index": b"\x00\xff", "household_index": None, "name_public": True, "email": ""}
    Person.objects.create(pk=900003, community=place, name='"引号" \\ | 7:', **person)
    skills: list[Any] = ["ROAD", '桥é\t"\\\x01\x7f\u2028', 1, -2.5, 1e-7, 1e21, True, None, {"bb": 1, "a": [], "ä": {}}]
    Organisation.objects.create(pk=900004, name="单位", short_name="单", kind="OFFICE", skills=skills)
    branch = Branch.objects.create(pk=900005, community=place, name="支部")
    decided = {
        "decided_by": User.objects.create(pk=900006, username="other", password="x"),
        "decided_at": datetime(1969, 12, 31, 23, 59, 59, 5, UTC),
    }
    RollCall.objects.create(
        pk=900007, community=place, branch=branch, rule="B02", held_on=date(2024, 2, 29), proposed_by=user, proposed_at=AT, **decided
    )
    member = Member.objects.create(pk=900008, person=Person.objects.get(pk=900003), community=place, branch=branch, number="1")
    deed = {"rule": "V05", "kind": "GAIN", "name": "巡查", "rule_from": date(2020, 1, 1), "quantity": 2, "asked": 2, "worth": 2}
    hours = {"begins": time(8), "ends": time(23, 59, 59, 7), "occurred_on": date(2024, 2, 29)}
    Filing.objects.create(pk=900009, community=place, member=member, source="SELF", source_ref="x", filed_at=AT, **deed, **hours)
    found = {
        name: dict(present(tracking.tables()[name]))
        for name in ("people_place", "people_user", "people_person", "people_organisation", "bank_rollcall", "bank_filing")
    }
    ours = {name: min((key, digest) for key, digest in rows.items() if key.startswith("90000"))[1] for name, rows in found.items()}
    assert ours == KNOWN


@pytest.mark.django_db
def test_a_random_key_is_named_the_same_on_both_databases() -> None:
    from tests.cast import Cast

    cast = Cast()
    order = cast.place("member")
    pk = uuid.UUID("12345678-9abc-4def-8123-456789abcdef")
    shot = {"stage": "BEFORE", "width": 1, "height": 1, "size": 1, "added_at": AT}
    Photo.objects.create(id=pk, order=order, by=cast.users["member"], **shot)
    assert [key for key, _digest in present(tracking.tables()["orders_photo"])] == [pk.hex]
