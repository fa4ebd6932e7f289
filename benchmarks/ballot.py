"""``python -m benchmarks.ballot``: how long counting an owners' vote takes, by how many owners there are. Pure rules, no database."""

import time

from zengyi.councils.rules.counting import Returned, Said, Terms, counted
from zengyi.councils.rules.methods import Method, Share
from zengyi.councils.rules.owners import Subject
from zengyi.councils.rules.packs import shipped
from zengyi.councils.rules.reach import Door, plan

SIZES = (50, 500, 5_000, 20_000)
ROUNDS = 5


def main() -> None:
    """Print a line for each size: counting under every rule for the silent with the digest, and planning the doors; the best of five."""
    terms = Terms(Method.OWNER_DUAL, Subject.USE_FUND, shipped()["national"], (), Share.HALF, Share.NONE)
    print("owners  count ms  doors ms")
    for size in SIZES:
        electors = [_elector(n) for n in range(1, size + 1)]
        doors = [Door(one.position, one.area, str(one.position // 20)) for one in electors if not one.said]
        area = sum(one.area for one in electors)
        voted = [one for one in electors if one.said]
        counts, plans = [], []
        for _round in range(ROUNDS):
            begun = time.perf_counter()
            counted(terms, electors)
            counts.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            plan(size, area, len(voted), sum(one.area for one in voted), doors)
            plans.append(time.perf_counter() - begun)
        print(f"{size:6d}  {1000 * min(counts):8.1f}  {1000 * min(plans):8.1f}")


def _elector(position: int) -> Returned:
    """Two of five have answered, most of them for it."""
    said = (Said("FOR" if position % 3 else "AGAINST", "PAPER", f"{position:010d}"),) if position % 5 < 2 else ()
    return Returned(position, 6_000 + 37 * position % 9_000, 1, position % 4 > 0, said)


if __name__ == "__main__":
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=False)
    main()
