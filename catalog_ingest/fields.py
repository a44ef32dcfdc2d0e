"""The kinds of field a raw row has, each cleaned and checked as pydantic reads it."""

import math
from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlsplit

from babel.numbers import is_currency
from pydantic import PlainValidator, ValidationInfo

from catalog_ingest import amounts
from catalog_ingest.options import Options
from catalog_ingest.texts import clean, is_locale, line, slug
from tresen.shop.catalog import Fact, Texts
from tresen.shop.money import Money

_LONGEST_RAW = 200_000  # letters; longer text is not even cleaned
LONGEST_FACT = 500  # letters of an attribute; longer ones are details
_MOST_FACTS = 200
_MOST_RELATED = 50
_LARGEST = 10**15
_UNSAFE_IN_URL = set('\\<>"`{}|^ ')


def _text(value: Any, most: int, lines: bool = False) -> str:
    """Clean text of at most so many letters; numbers are fine, None is empty.

    Raises:
        ValueError: it is no text, or too long.
    """
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float) or _is_odd(value):
        raise ValueError("a text is expected")
    raw = str(value)
    text = raw if len(raw) > _LONGEST_RAW else (clean(raw) if lines else line(raw))
    if len(text) > most:
        raise ValueError(f"longer than {most} characters")
    return text


def _is_odd(value: Any) -> bool:
    """NaN, infinity, or a number of astronomic size."""
    return isinstance(value, int | float) and not -_LARGEST < value < _LARGEST


def _texts(value: Any, options: Options, most: int, lines: bool = False) -> Texts:
    """Text by language; plain text is in the language of the feed. Languages without a text are left out."""
    told = value if isinstance(value, dict) else {options.locale: value}
    for locale in told:
        if not is_locale(locale):
            raise ValueError(f"{str(locale)[:20]!r} is no language like 'de' or 'en'")
    texts = {locale: _text(each, most, lines) for locale, each in told.items()}
    return {locale: text for locale, text in texts.items() if text}


def _line(most: int, required: bool = False) -> Any:
    def check(value: Any) -> str:
        text = _text(value, most)
        if required and not text:
            raise ValueError("this must not be empty")
        return text

    return PlainValidator(check)


def _in_languages(most: int, lines: bool = False, required: bool = False) -> Any:
    def check(value: Any, info: ValidationInfo) -> Texts:
        texts = _texts(value, options_of(info), most, lines)
        if required and not texts:
            raise ValueError("this must not be empty")
        return texts

    return PlainValidator(check)


def options_of(info: ValidationInfo) -> Options:
    assert isinstance(info.context, Options)
    return info.context


def _by_key(value: Any, each: Callable[[Any], Any]) -> dict[str, Any]:
    """A mapping with tidy keys; what is empty is left out."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ValueError("an object of names and values is expected")
    if len(value) > _MOST_FACTS:
        raise ValueError(f"more than {_MOST_FACTS} entries")
    facts = {slug(str(key)[:80], "_")[:60]: each(fact) for key, fact in value.items()}
    return {key: fact for key, fact in facts.items() if fact not in ("", {}, [], None)}


def _fact(value: Any, options: Options) -> Fact | None:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        if _is_odd(value):
            raise ValueError("not a number that can be used")
        return value
    if isinstance(value, list):
        if len(value) > _MOST_FACTS:
            raise ValueError(f"more than {_MOST_FACTS} values")
        return [fact for each in value if (fact := _label(each, options))]
    return _label(value, options)


def _label(value: Any, options: Options) -> str | Texts:
    """A short text, with languages only if the feed tells them apart."""
    return _texts(value, options, LONGEST_FACT) if isinstance(value, dict) else _text(value, LONGEST_FACT)


def _attributes(value: Any, info: ValidationInfo) -> dict[str, Fact]:
    return _by_key(value, lambda each: _fact(each, options_of(info)))


def _details(value: Any, info: ValidationInfo) -> dict[str, Texts]:
    return _by_key(value, lambda each: _texts(each, options_of(info), 20_000, lines=True))


def _options(value: Any, info: ValidationInfo) -> dict[str, str | Texts]:
    return _by_key(value, lambda each: _label(each, options_of(info)))


def _category(value: Any, info: ValidationInfo) -> tuple[Texts, ...]:
    """A path, broad to narrow: a list, or one text with `>` between the steps."""
    steps = value.split(">") if isinstance(value, str) else [value] if isinstance(value, dict) else value or []
    if not isinstance(steps, list):
        raise ValueError("a list of category names is expected")
    if len(steps) > 8:
        raise ValueError("more than 8 steps")
    path = (_texts(step, options_of(info), 100) for step in steps)
    return tuple(step for step in path if step)


def _related(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | None):
        raise ValueError("a list of ids is expected")
    if value and len(value) > _MOST_RELATED:
        raise ValueError(f"more than {_MOST_RELATED} ids")
    return tuple(dict.fromkeys(text for each in value or [] if (text := _text(each, 200))))


def _url(value: Any) -> str:
    """An http(s) address or one on the shop's own site; nothing else may end up behind a link."""
    text = value.strip() if isinstance(value, str) else value
    if text is None or text == "":
        return ""
    if not isinstance(text, str) or len(text) > 1000:
        raise ValueError("an address of at most 1000 characters is expected")
    if not text.isprintable() or _UNSAFE_IN_URL & set(text):
        raise ValueError("an address without spaces and control characters is expected")
    parts = urlsplit(text)
    on_site = text.startswith("/") and not text.startswith("//")
    if not on_site and not (parts.scheme in ("http", "https") and parts.hostname):
        raise ValueError("only http, https and addresses that begin with / are allowed")
    return text


def _currency(value: Any) -> str:
    code = _text(value, 10).upper()
    if code and not is_currency(code):
        raise ValueError(f"{code} is no currency")
    return code


def _price(value: Any, info: ValidationInfo) -> Money | None:
    options = options_of(info)
    return amounts.price(value, info.data.get("currency") or options.currency, options)


def _stars(value: Any) -> float:
    try:
        stars = float(value.replace(",", ".")) if isinstance(value, str) else float(value)
    except (TypeError, OverflowError) as error:
        raise ValueError("a number is expected") from error
    if isinstance(value, bool) or not (math.isfinite(stars) and 0 <= stars <= 5):
        raise ValueError("stars go from 0 to 5")
    return stars


def _count(value: Any) -> int:
    return amounts.stock(value) or 0


def _locale(value: Any) -> str:
    if value not in (None, "") and not is_locale(value):
        raise ValueError("a language like 'de' or 'en' is expected")
    return value or ""


Id = Annotated[str, _line(200, required=True)]
DocumentId = Annotated[str, _line(400, required=True)]
Title = Annotated[Texts, _in_languages(300, required=True)]
Description = Annotated[Texts, _in_languages(20_000, lines=True)]
ShortLine = Annotated[str, _line(200)]
LongLine = Annotated[str, _line(400, required=True)]
ReviewText = Annotated[str, _line(3000)]
Body = Annotated[str, PlainValidator(lambda value: _text(value, 100_000, lines=True))]
Category = Annotated[tuple[Texts, ...], PlainValidator(_category)]
Attributes = Annotated[dict[str, Fact], PlainValidator(_attributes)]
Details = Annotated[dict[str, Texts], PlainValidator(_details)]
VariantOptions = Annotated[dict[str, str | Texts], PlainValidator(_options)]
Related = Annotated[tuple[str, ...], PlainValidator(_related)]
Url = Annotated[str, PlainValidator(_url)]
Currency = Annotated[str, PlainValidator(_currency)]
Price = Annotated[Money | None, PlainValidator(_price)]
Stock = Annotated[int | None, PlainValidator(amounts.stock)]
Stars = Annotated[float, PlainValidator(_stars)]
Count = Annotated[int, PlainValidator(_count)]
Language = Annotated[str, PlainValidator(_locale)]
