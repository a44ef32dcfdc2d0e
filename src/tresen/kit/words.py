"""Sentences that code says, in Fluent files (`words/<locale>/*.ftl`), German and English as equals."""

from functools import cache
from importlib.resources import files
from typing import Any

from fluent.runtime import FluentBundle, FluentResource

FALLBACK = "en"


def say(key: str, locale: str, **values: Any) -> str:
    """The sentence `key` in `locale`, filled with `values`.

    Raises:
        KeyError: no such sentence, which is a defect and not a matter of language.
    """
    bundle = _bundle(_known(locale))
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
    return say(key, locale, **values) if _bundle(_known(locale)).has_message(key) else None


def _known(locale: str) -> str:
    return locale if locale in locales() else FALLBACK


@cache
def locales() -> frozenset[str]:
    return frozenset(folder.name for folder in (files("tresen") / "words").iterdir() if folder.is_dir())


@cache
def _bundle(locale: str) -> FluentBundle:
    bundle = FluentBundle([locale], use_isolating=False)
    for file in sorted((files("tresen") / "words" / locale).iterdir(), key=lambda entry: entry.name):
        bundle.add_resource(FluentResource(file.read_text("utf-8")))
    return bundle
