"""The command on PostgreSQL: migrate, work, back up and bring back. Runs with the suite's PostgreSQL only."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from benchmarks import postgres
from tests.core.test_command import COMMUNITY, Machine, as_before

pytestmark = [pytest.mark.databases("postgres"), pytest.mark.django_db(transaction=True)]

NAME = "zengyi_command"


class District(Machine):
    """A fresh machine that keeps its data in PostgreSQL."""

    @property
    def environment(self) -> dict[str, str]:
        at = connection.settings_dict
        login = quote(str(at["USER"]), safe="") + (f":{quote(str(at['PASSWORD']), safe='')}" if at["PASSWORD"] else "")
        url = f"postgresql://{login}@{at['HOST'] or '127.0.0.1'}:{at['PORT'] or 5432}/{NAME}"
        path = f"{postgres.programs()}{os.pathsep}{os.environ['PATH']}"
        return {**super().environment, "ZENGYI_DATABASE": url, "PATH": path}


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    def remake(*statements: str) -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    drop = f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)"
    remake(drop, f"CREATE DATABASE {NAME} TEMPLATE template0 ENCODING 'UTF8'")
    yield District(tmp_path / "var")
    remake(drop)


def test_a_district_is_kept_and_comes_back(district: District, tmp_path: Path) -> None:
    district.run("migrate")
    assert "up to date" in district.run("migrate", "--check")
    district.run("place", COMMUNITY)
    assert "seal: 3" in district.run("work", "--once")
    before = district.run("ledger", "check")
    district.run("backup", str(tmp_path / "kept"))
    (made,) = (tmp_path / "kept").iterdir()
    district.run("place", COMMUNITY.replace("西", "东"))
    assert "--replace" in district.run("restore", str(made), expect=1)
    district.run("restore", str(made), "--replace")
    assert as_before(district.run("ledger", "check"), before)


def test_what_the_database_says_is_told_plainly(district: District) -> None:
    assert "zengyi migrate" in district.run("ledger", "check", expect=1)


def test_no_statement_is_compiled_to_machine_code() -> None:
    """PostgreSQL spent 40 ms of work on compiling a list of orders that it then read in 4."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)


def test_a_prepared_statement_is_planned_once() -> None:
    """On each new connection PostgreSQL planned it for its first five runs, and some for every run."""
    with connection.cursor() as cursor:
        cursor.execute("PREPARE planned (bigint) AS SELECT name FROM people_place WHERE id = $1")
        for _ in range(3):
            cursor.execute("EXECUTE planned(1)")
        cursor.execute("SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE name = 'planned'")
        assert cursor.fetchone() == (3, 0)
        cursor.execute("DEALLOCATE planned")
