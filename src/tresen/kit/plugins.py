"""A folder is a registry: what is found in a package is what exists."""

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import TypeVar

from tresen.kit.errors import Misconfigured

T = TypeVar("T")


def modules(package: ModuleType) -> Iterator[ModuleType]:
    """Import every public module of `package`, in name order."""
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda found: found.name):
        if not info.name.startswith("_"):
            yield importlib.import_module(f"{package.__name__}.{info.name}")


def discover(package: ModuleType, kind: type[T]) -> dict[str, T]:
    """All instances of `kind` that the modules of `package` define, by their `name`.

    Raises:
        Misconfigured: two modules define the same name.
    """
    found: dict[str, T] = {}
    for module in modules(package):
        for value in vars(module).values():
            if not isinstance(value, kind):
                continue
            name = str(getattr(value, "name", module.__name__))
            if found.setdefault(name, value) is not value:
                raise Misconfigured(f"Two plugins are named {name!r}.", hint=f"rename one in {package.__name__}")
    return found
