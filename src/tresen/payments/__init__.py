"""Ways to pay, one file each: a module with `build` is a provider. A shop names those it offers, in their order."""

import importlib
import pkgutil
from collections.abc import Sequence

from tresen.kit.errors import Misconfigured
from tresen.payments.base import Provider, Site


def known() -> list[str]:
    """The names of all providers there are."""
    found = (info.name for info in pkgutil.iter_modules(__path__))
    return sorted(name for name in found if name != "base" and not name.startswith("_"))


def configured(names: Sequence[str], site: Site) -> dict[str, Provider]:
    """The providers that the shop offers, by name; the others are not even imported.

    Raises:
        Misconfigured: a name is unknown, or a provider's settings or library are missing.
    """
    return {name: _built(name, site) for name in dict.fromkeys(names)}


def _built(name: str, site: Site) -> Provider:
    if name not in known():
        raise Misconfigured(f"There is no payment provider {name!r}.", hint=f"choose from: {', '.join(known())}")
    try:
        module = importlib.import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as error:
        raise Misconfigured(
            f"The payment provider {name!r} needs the library {error.name!r}.", hint=f"pip install 'tresen[{name}]'"
        ) from error
    provider: Provider = module.build(site)
    return provider
