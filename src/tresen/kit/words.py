"""Sentences that code says, in Fluent files (`words/<locale>/*.ftl`), German and English as equals.

A shop may address people formally: then the sentences in `words/<locale>_formal/` go before the others. Which one is
meant belongs to the context, like the time zone of a process: `bootstrap` sets it once for the shop it wires.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from typing import Any

from fluent.runtime import FluentBundle, FluentResource

FALLBACK = "en"
FORMAL = "_formal"

_formal: ContextVar[bool] = ContextVar("formal", default=False)


def speak_formally(formal: bool) -> None:
    """From here on, in this context and those begun in it."""
    _formal.set(formal)


@contextmanager
def formally(formal: bool = True) -> Iterator[None]:
    """Formal sentences while the block runs."""
    before = _formal.set(formal)
    try:
        yield
    finally:
        _formal.reset(before)


def say(key: str, locale: str, **values: Any) -> str:
    """The sentence `key` in `locale`, filled with `values`.

    Raises:
        KeyError: no such sentence, which is a defect and not a matter of language.
    """
    bundle = _bundle(_known(locale), _formal.get())
    if not bundle.has_message(key):
        raise KeyError(f"no sentence {key!r} in locale {locale!r}")
    pattern = bundle.get_message(key).value
    if pattern is None:
        raise KeyError(f"the sentence {key!r} is empty")
    text, errors = bundle.format_pattern(pattern, values)
    if errors:
        raise KeyError(f"the sentence {key!r} lacks a value: {errors}")
    return str(text)


def maybe(key: str, locale: str, **values: Any) -> str | None:
    """Like `say`, but None when there is no such sentence."""
    return say(key, locale, **values) if _bundle(_known(locale), False).has_message(key) else None


def _known(locale: str) -> str:
    return locale if locale in locales() else FALLBACK


@cache
def locales() -> frozenset[str]:
    folders = (folder.name for folder in (files("tresen") / "words").iterdir() if folder.is_dir())
    return frozenset(name for name in folders if not name.endswith(FORMAL))


@cache
def _bundle(locale: str, formal: bool) -> FluentBundle:
    bundle = FluentBundle([locale], use_isolating=False)
    for folder in (locale, f"{locale}{FORMAL}") if formal else (locale,):
        found = files("tresen") / "words" / folder
        for file in sorted(found.iterdir(), key=lambda entry: entry.name) if found.is_dir() else ():
            bundle.add_resource(FluentResource(file.read_text("utf-8")), allow_overrides=True)
    return bundle
