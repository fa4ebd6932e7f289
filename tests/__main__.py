"""Runs every test, group after group (``tests/groups.py``), on SQLite and on PostgreSQL. ``make test`` calls it.

What this machine lacks is installed where that is possible (as root, by apt); otherwise what needs it is left out with a
loud line, which with CI=true is a failure.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from pathlib import Path

import typst

from benchmarks import postgres
from tests import groups, quick

ROOT = Path(__file__).parent.parent
#: Chromium without windows around its pages: tests in it cost half. Where Debian has none for this machine, any of the others does.
SHELL = "chromium-headless-shell"
BROWSERS = (SHELL, "chromium", "chromium-browser", "google-chrome")
PROXIES, PROXIED = ("nginx", "caddy"), "tests/reliability/test_proxies.py"
#: More than small machines have cores: each waits now and then, for the disk, a server or a browser.
WORKERS = "3"


#: Group after group; servers, kills and races by themselves, when nothing else is running.
RUNS = (("sqlite", "not live"), ("postgres", "not live"), ("sqlite", "live"), ("postgres", "live"))
NO_TESTS = 5


def main(arguments: list[str]) -> int:
    """Run every group and say how it went; returns the exit code. ``arguments`` go to pytest; ``quick`` runs few."""
    totals = dict.fromkeys(("passed", "failed", "skipped"), 0)
    if arguments[:1] == ["quick"]:
        quick.limit()
        folders = quick.chosen()
        print(" ".join(folders), flush=True)
        return told([suite("sqlite", "not live", [*quick.HOW, *folders, *arguments[1:]], totals)], totals)
    ci = os.environ.get("CI") == "true"
    by_apt = bool(shutil.which("apt-get")) and os.geteuid() == 0
    missing = lacking()
    if by_apt and not shutil.which(SHELL) and (ci or "a browser" in missing):
        install([(SHELL, "fonts-noto-cjk")])
        missing = lacking()
    if missing and by_apt:
        install(missing.values())
        missing = lacking()
    for what in missing:
        print(f"\n!!! NOT TESTED: {what} is not installed and could not be installed here\n", flush=True)
    if missing and ci:
        return 1
    codes = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "files.json"
        if not arguments:  # then the first group reads all files, and notes for the others where their tests are
            os.environ[groups.NOTED] = str(file)
        for database, group in RUNS:
            if database == "postgres" and "PostgreSQL" in missing:
                continue
            browsers = " and not browser" if "a browser" in missing else ""
            left_out = [PROXIED] if missing.keys() & set(PROXIES) else []
            # A file that is named is read even where it is ignored.
            here = [one for one in groups.noted(file, database, group) if one not in left_out]
            codes.append(suite(database, group + browsers, [*(f"--ignore={one}" for one in left_out), *arguments, *here], totals))
    return told(codes, totals)


def told(codes: list[int], totals: dict[str, int]) -> int:
    """Say how it went; a group in which the arguments left no test is no failure, but no test at all is one."""
    print(f"tests: {totals['passed']} passed, {totals['failed']} failed, {totals['skipped']} skipped", flush=True)
    return NO_TESTS if set(codes) == {NO_TESTS} else max(code for code in codes if code != NO_TESTS)


def lacking() -> dict[str, tuple[str, ...]]:
    """What is not on this machine, with the Debian packages that bring it."""
    missing: dict[str, tuple[str, ...]] = {}
    try:
        postgres.programs()
    except postgres.NoPostgres:
        missing["PostgreSQL"] = ("postgresql", "postgresql-contrib")
    if not any(shutil.which(name) for name in BROWSERS):
        missing["a browser"] = ("chromium", "fonts-noto-cjk")
    missing |= {proxy: (proxy,) for proxy in PROXIES if not shutil.which(proxy)}
    if not any("CJK" in family for family in typst.Fonts().families()):
        missing["a Chinese font"] = ("fonts-noto-cjk",)
    if not shutil.which("tesseract"):
        missing["tesseract, which reads what stands on pictures"] = ("tesseract-ocr", "tesseract-ocr-chi-sim")
    return missing


def install(groups: Iterable[tuple[str, ...]]) -> None:
    """Install Debian packages; what fails is found lacking afterwards."""
    packages = [package for group in groups for package in group]
    print(f"installing {' '.join(packages)}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]):
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)


def suite(database: str, group: str, arguments: list[str], totals: dict[str, int]) -> int:
    """Run pytest once; adds what it counted to ``totals``."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        print(f"\n{database}, {group}", flush=True)
        how = ["-q", "-m", group, "-n", WORKERS, "--dist", "worksteal", f"--junitxml={report}"]
        command = [sys.executable, "-m", "pytest", *how, *arguments]
        environment = {**os.environ, "ZENGYI_TEST_DB": database} | ({groups.UNHARMED: "1"} if group.startswith("not live") else {})
        # Where this is set, each of the many processes that the tests start would compile the whole source anew.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        done = subprocess.run(command, cwd=ROOT, env=environment, check=False)
        if report.exists():
            counted = next(ET.parse(report).getroot().iter("testsuite")).attrib
            failed = int(counted["failures"]) + int(counted["errors"])
            totals["failed"] += failed
            totals["skipped"] += int(counted["skipped"])
            totals["passed"] += int(counted["tests"]) - failed - int(counted["skipped"])
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
