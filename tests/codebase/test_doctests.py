"""The examples in docstrings hold, in every module that has any."""

import doctest
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from tests.codebase.test_tidiness import ROOT, tracked

EXAMPLE = ">>> "


def module_of(path: Path) -> str:
    """The name a file of the repository is imported by."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[1:] if parts[0] == "src" else parts).removesuffix(".__init__")


MODULES = [
    module_of(path)
    for path in tracked("src/*.py", "benchmarks/*.py", "tests/*.py")
    if path.resolve() != Path(__file__).resolve() and EXAMPLE in path.read_text() and "newcomer" not in path.parts
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_docstrings_hold(name: str) -> None:
    failed, tried = doctest.testmod(import_module(name))
    assert tried
    assert not failed


def test_a_wrong_example_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(MODULES) > 5
    planted = ModuleType("planted")
    planted.__doc__ = ">>> 1 + 1\n3\n"
    assert doctest.testmod(planted) == (1, 1)
    assert "Expected:\n    3\nGot:\n    2" in capsys.readouterr().out
