"""A folder is a registry: what is in it exists, and a name exists once."""

import importlib
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import pytest

from tresen.kit import plugins
from tresen.kit.errors import Misconfigured

Folder = Callable[..., ModuleType]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """A package with these modules, each one line of Python."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def made(name: str, **files: str) -> ModuleType:
        package = tmp_path / name
        package.mkdir()
        (package / "__init__.py").touch()
        for stem, code in files.items():
            (package / f"{stem}.py").write_text(f"from fractions import Fraction\n{code}\n")
        importlib.invalidate_caches()
        sys.modules.pop(name, None)
        return importlib.import_module(name)

    return made


NAMED = "class N(Fraction):\n    name = {!r}\nx = N({})"


def test_modules_come_in_name_order_without_private_ones(folder: Folder) -> None:
    package = folder("order_of_plugins", b="", a="", _hidden="raise SystemExit")
    assert [module.__name__ for module in plugins.modules(package)] == ["order_of_plugins.a", "order_of_plugins.b"]


def test_what_is_in_the_folder_is_found_by_its_name(folder: Folder) -> None:
    package = folder("some_plugins", one=NAMED.format("first", 1), two=NAMED.format("second", 2), none="y = 3")
    assert {name: int(value) for name, value in plugins.discover(package, Fraction).items()} == {
        "first": 1,
        "second": 2,
    }


def test_two_plugins_with_one_name_stop_the_start(folder: Folder) -> None:
    package = folder("double_plugins", one=NAMED.format("same", 1), two=NAMED.format("same", 2))
    with pytest.raises(Misconfigured, match="'same'") as refused:
        plugins.discover(package, Fraction)
    assert "double_plugins" in refused.value.hint


def test_one_plugin_imported_elsewhere_is_no_second_one(folder: Folder) -> None:
    package = folder("shared_plugins", one=NAMED.format("same", 1), two="from shared_plugins.one import x")
    assert list(plugins.discover(package, Fraction)) == ["same"]


def test_a_plugin_that_does_not_import_stops_the_start(folder: Folder) -> None:
    package = folder("broken_plugins", one="import nowhere_at_all")
    with pytest.raises(ModuleNotFoundError):
        plugins.discover(package, Fraction)
