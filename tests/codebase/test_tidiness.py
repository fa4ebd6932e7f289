"""Checks that a reviewer would otherwise make by hand."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "zengyi"
FRAME = {"core", "project", "demo", "command", "develop"}
#: The packages of the domain, whatever there are.
PACKAGES = sorted({path.parent.name for path in SOURCE.glob("*/__init__.py")} - FRAME)
ROOMS = {
    "rules",
    "models",
    "queries",
    "actions",
    "forms",
    "web",
    "pages",
    "api",
    "middleware",
    "urls",
    "navigation",
    "waiting",
    "inbox",
    "dates",
    "my_data",
    "findable",
    "demo",
    "apps",
    "migrations",
}
NOT_ROOMS = {"templatetags", "templates", "static", "sql", "locale", "paper"}
LINES_MOST, WIDTH_MOST = 400, 140
#: The name of a template, or how it ends, as texts have it in quotes.
QUOTED = re.compile(r"""["']([^"'\n]*\.html)(?=["'])""")


def tracked(*patterns: str) -> list[Path]:
    """Files of the repository, those not committed yet included."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *patterns], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    return [path for name in sorted(set(listed.split("\0")) - {""}) if (path := ROOT / name).is_file()]


def test_packages_have_no_other_rooms() -> None:
    assert {"people", "bank", "orders"} <= set(PACKAGES)
    for package in PACKAGES:
        found = {path.stem for path in (SOURCE / package).iterdir() if path.stem not in ("__init__", "__pycache__")}
        data = {path.stem for path in (SOURCE / package).iterdir() if path.suffix in (".toml", ".csv")}
        assert found - ROOMS - NOT_ROOMS - data == set(), package


def test_files_are_short() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked("src/*.py", "tests/*.py", "benchmarks/*.py")
        if (lines := len(path.read_text().splitlines())) > LINES_MOST and "migrations" not in path.parts
    }
    assert long == {}


def test_any_stands_only_where_a_library_forces_it() -> None:
    """``make check`` refuses ``Any`` in a signature (ANN401); an exception says why, and there are few."""
    excepted = [line for path in tracked("src/*.py") for line in path.read_text().splitlines() if "noqa: ANN401" in line]
    assert [line for line in excepted if not re.search(r"noqa: ANN401 - \w", line)] == []
    assert 0 < len(excepted) < 20


def templates() -> Iterator[tuple[str, Path]]:
    """Every template by the name it is loaded under."""
    for path in SOURCE.glob("*/templates/**/*.html"):
        yield str(path.relative_to(next(p for p in path.parents if p.name == "templates"))), path


def unused(names: set[str], texts: list[str]) -> set[str]:
    """Those of ``names`` that no text mentions, neither in full nor by file name alone."""
    said = {word for text in texts for word in QUOTED.findall(text)}
    ends = said | {word[place + 1 :] for word in said for place, char in enumerate(word) if char == "/"}
    return {name for name in names if name not in ends and name.rpartition("/")[2] not in said}


def test_every_template_is_used() -> None:
    texts = [path.read_text() for path in [*SOURCE.rglob("*.py"), *(path for _name, path in templates())]]
    assert unused({name for name, _path in templates()}, texts) == set()
    assert unused({"orders/never_used.html"}, texts) == {"orders/never_used.html"}


def test_templates_are_narrow() -> None:
    """``djangofmt`` breaks lines only where a browser shows no space there; what it leaves long must be broken by hand."""
    wide = [
        f"{name}:{number}"
        for name, path in templates()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > WIDTH_MOST
    ]
    assert wide == []


INLINE = re.compile(r"<script(?![^>]*\bsrc=)|\son[a-z]+\s*=\s*[\"']|\sstyle\s*=\s*[\"']|javascript:", re.IGNORECASE)


def test_no_inline_script_or_style() -> None:
    assert [name for name, path in templates() if INLINE.search(path.read_text())] == []
    assert INLINE.search('<button onclick="go()">') and INLINE.search("<p style='color: red'>")


def test_pages_never_query() -> None:
    """Pages, the API and forms call one action or query; no ORM, no save."""
    banned = re.compile(r"\.objects\b|\.save\(|\.delete\(\)|\bconnection\b|get_object_or_404")
    rooms = [
        path
        for package in PACKAGES
        for room in ("pages", "api", "forms", "web")
        for path in [*(SOURCE / package).glob(f"{room}.py"), *(SOURCE / package / room).glob("**/*.py")]
    ]
    assert len(rooms) > 20
    assert [str(path.relative_to(SOURCE)) for path in rooms if banned.search(path.read_text())] == []


def actions() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every public function that is one business step."""
    for path in SOURCE.glob("*/actions/*.py"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and any(isinstance(d, ast.Name) and d.id == "action" for d in node.decorator_list):
                yield f"{path.parent.parent.name}.{node.name}", node


def test_every_action_says_who_and_when() -> None:
    found = dict(actions())
    assert len(found) > 30
    for name, node in found.items():
        keywords = {argument.arg for argument in node.args.kwonlyargs}
        assert {"by", "at"} <= keywords or name in _UNSIGNED, name


#: Steps by somebody who is not signed in yet, or by a login about itself.
_UNSIGNED = {
    "people._signed_in",
    "people._passed",
    "people._issue",
    "people.revoke_token",
    "people.sign_in_by_code",
    "people._signed_in_by_wechat",
}


def test_no_assertion_that_asserts_nothing() -> None:
    """``assertNumQueries(1)`` outside ``with``, ``assert (a, b)``, a bare comparison."""
    bad = []
    for path in tracked("tests/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            vacuous = isinstance(node, ast.Expr) and isinstance(node.value, ast.Compare)
            tupled = isinstance(node, ast.Assert) and isinstance(node.test, ast.Tuple)
            called = node.value.func if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) else None
            counted = isinstance(called, ast.Name | ast.Attribute) and "assertNumQueries" in ast.unparse(called)
            if isinstance(node, ast.stmt) and (vacuous or tupled or counted):
                bad.append(f"{path.name}:{node.lineno}")
    assert bad == []


SKIP = re.compile(r"pytest\.(skip|importorskip)\(|mark\.(skip|skipif|xfail)|unittest\.skip")


def test_nothing_is_skipped() -> None:
    """Except what needs a browser or a reader of letters on a machine without one, which says so; with ``CI=true`` not even that."""
    own = Path(__file__).name
    found = [path.relative_to(ROOT).as_posix() for path in tracked("tests/*.py") if path.name != own and SKIP.search(path.read_text())]
    assert set(found) <= {"tests/browser/conftest.py", "tests/news/test_canaries.py"}


def test_nothing_unfinished() -> None:
    marks = re.compile(r"\b(TO" + "DO|FIX" + "ME|X" + r"XX)\b|raise NotImplemented" + r"Error\b")
    assert [
        str(path.relative_to(ROOT))
        for path in tracked("src/*.py", "tests/*.py", "benchmarks/*.py", "src/*.html", "src/*.js")
        if marks.search(path.read_text())
    ] == []


@pytest.mark.parametrize(
    "pattern", [r"https?://[^/\s\"']*(pyp[i]|npm[j]s|pythonhoste[d]|debia[n])\.", r"(?<![\w.])/(wor[k]|roo[t]|hom[e])/\w"]
)
def test_no_registry_and_no_path_of_a_machine_is_named(pattern: str) -> None:
    texts = {path: path.read_text(encoding="utf-8", errors="replace") for path in tracked() if path.suffix not in (".png", ".jpg")}
    assert [str(path.relative_to(ROOT)) for path, text in texts.items() if re.search(pattern, text)] == []


def test_lock_files_pin_with_hashes() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-bench.lock"):
        text = (ROOT / name).read_text()
        pinned = re.findall(r"^([A-Za-z0-9._-]+(?:\[[a-z,]+\])?)==\S+(.*?)(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
        assert len(pinned) > 15
        assert [package for package, rest in pinned if "--hash=sha256:" not in rest] == []


def test_built_files_are_not_tracked() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    assert [
        name for name in listed if re.search(r"(^|/)(\.venv|node_modules|__pycache__|var)/|\.sqlite3?(-wal|-shm)?$|\.pyc$|\.mo$", name)
    ] == []


def test_every_document_that_is_linked_is_there() -> None:
    missing = []
    for path in tracked("*.md"):
        for target in re.findall(r"\]\(([^)#\s]+)", path.read_text()):
            if not re.match(r"[a-z]+:", target) and not (path.parent / target).exists():
                missing.append(f"{path.relative_to(ROOT)} → {target}")
    assert missing == []
