"""Every role × every URL and operation × in scope and out of scope, judged by the table of permissions alone."""

import pytest

from tests import groups
from tests.trust import table as tables
from tests.trust.cases import WRONG_METHOD, every_case
from tests.trust.ground import Ground
from tests.trust.walk import Walker, digest

TABLE = tables.read()


@pytest.mark.parametrize("role", tables.ROLES)
def test_everybody_gets_exactly_what_the_table_allows(ground: Ground, role: str) -> None:
    walker = Walker(ground, role)
    # A wrong method is refused before anything is asked of a database, of whichever kind.
    cases = [case for case in every_case(ground, role) if case.good != WRONG_METHOD or groups.database() == "sqlite"]
    before = digest()
    wrong = walker.walk(TABLE, cases)
    assert not wrong, "\n".join(wrong)
    assert walker.sent == len(cases) > 400
    assert digest() == before
