"""Chooses a variant by what the shopper said of colour, size and the like."""

import re
from dataclasses import dataclass

from tresen.agent.planner.colours import colours_in, related, suits
from tresen.agent.planner.cues import intents
from tresen.agent.planner.results import Detail, Variant
from tresen.agent.planner.slots import read_slots
from tresen.agent.planner.spelling import fold, terms, words

MOST_NAMED = 3
_BARE_SIZE = re.compile(
    r"(?<![\d.,-])(\d{2}(?:[.,]5)?)(?![\d-]|[.,]\d|\s*(?:x\b|€|%|euro|stück|paar|pairs?\b|pieces?\b))", re.I
)
_GIRTH = re.compile(r"(?<![\d.,-])(\d{2}(?:[.,]\d)?)\s*cm\b", re.I)
_SPAN = re.compile(r"(\d{2}(?:[.,]\d)?)\s*[-–]\s*(\d{2}(?:[.,]\d)?)\s*cm", re.I)
_RANGE = re.compile(r"^(\d{1,3}(?:\.\d)?)-(\d{1,3}(?:\.\d)?)$")


@dataclass(frozen=True)
class Choice:
    """What became of the options asked for.

    `variant` is set when it is clear and there; `unknown` (option, said) names a value that does not exist; `missing`
    are the options still to choose with their values; `sold_out` is what is gone, `instead` the nearest to it.
    """

    variant: Variant | None = None
    unknown: tuple[str, str] | None = None
    missing: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sold_out: str = ""
    instead: tuple[Variant, ...] = ()


def choose(detail: Detail, texts: tuple[str, ...]) -> Choice:
    """The variant that texts (newest first) ask for."""
    wanted: dict[str, tuple[str, ...]] = {}
    for key in keys(detail):
        fitting, said = _wanted(key, values(detail, key), texts)
        if said and not fitting:
            return Choice(unknown=(key, said))
        if fitting:
            wanted[key] = fitting
    if lacking := _lacking(detail, texts):
        return Choice(unknown=lacking)
    matching = [each for each in detail.variants if _has(each, wanted)]
    there = [each for each in matching if each.available]
    if not there:
        return Choice(sold_out=_asked(matching, wanted), instead=_nearest(detail, wanted))
    missing = tuple((key, offered) for key in keys(detail) if len(offered := _values(there, key)) > 1)
    if missing and not any("any" in intents(words(text)) for text in texts[:1]):
        return Choice(missing=missing)
    return Choice(variant=there[0])


def mentions(detail: Detail, text: str) -> bool:
    """Whether a text names any option value of a product."""
    return any(_wanted(key, values(detail, key), (text,))[0] for key in keys(detail))


def keys(detail: Detail) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for variant in detail.variants for key, _ in variant.options))


def values(detail: Detail, key: str, available: bool = False) -> tuple[str, ...]:
    """The values an option has, in the shop's order."""
    return _values([each for each in detail.variants if each.available or not available], key)


def asked_options(detail: Detail, text: str) -> dict[str, tuple[str, ...]]:
    """The option values of a product that a text names."""
    found = {key: _wanted(key, values(detail, key), (text,))[0] for key in keys(detail)}
    return {key: fitting for key, fitting in found.items() if fitting}


def with_options(detail: Detail, wanted: dict[str, tuple[str, ...]]) -> list[Variant]:
    return [each for each in detail.variants if _has(each, wanted)]


def _lacking(detail: Detail, texts: tuple[str, ...]) -> tuple[str, str] | None:
    """A colour or size that was asked for though the product has no such choice, and does not state it anywhere."""
    newest = texts[0] if texts else ""
    stated = fold(" ".join([detail.product.title, detail.description, *(text for _, text in detail.facts)]))
    stated += fold(" ".join(variant.label for variant in detail.variants))
    named, size = colours_in(newest), read_slots(newest).size
    if named and not any("colo" in fold(key) for key in keys(detail)) and named[0].said not in stated:
        return "color", _as_written(newest, named[0].said)
    if size and not any("siz" in fold(key) for key in keys(detail)) and fold(size) not in stated:
        return "size", size
    return None


def _values(variants: list[Variant], key: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for each in variants if (value := each.option(key))))


def _has(variant: Variant, wanted: dict[str, tuple[str, ...]]) -> bool:
    return all(variant.option(key) in fitting for key, fitting in wanted.items())


def _wanted(key: str, offered: tuple[str, ...], texts: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """The values of an option that the newest text speaking of it means, and what it said."""
    for text in texts:
        fitting, said = _spoken(key, offered, text)
        if fitting or said:
            return fitting, said
    return (), ""


def _spoken(key: str, offered: tuple[str, ...], text: str) -> tuple[tuple[str, ...], str]:
    if "colo" in fold(key):
        return _colour(offered, text)
    slots = read_slots(text)
    if fold(key) in ("siz", "size", "grosse") and slots.size:
        return tuple(value for value in offered if _same_size(value, slots.size)), slots.size
    bare = _BARE_SIZE.search(text) if "siz" in fold(key) else None
    if bare and (fitting := tuple(value for value in offered if _same_size(value, bare[1]))):
        return fitting, bare[1]
    girth = _GIRTH.search(text) if "siz" in fold(key) else None
    if girth and (fitting := tuple(value for value in offered if _spans(value, float(girth[1].replace(",", "."))))):
        return fitting, ""
    said = _plain(text)
    literal = [value for value in offered if re.search(rf"(?<![a-z0-9]){re.escape(_plain(value))}(?![a-z0-9])", said)]
    literal = literal or [value for value in offered if _begins(value, said)]
    longest = max((len(value) for value in literal), default=0)
    return tuple(value for value in literal if len(value) == longest), ""


def _colour(offered: tuple[str, ...], text: str) -> tuple[tuple[str, ...], str]:
    named = colours_in(text)
    if not named:
        said = words(text)
        literal = tuple(value for value in offered if words(value) and set(words(value)) <= set(said))
        return literal, ""
    wanted = named[0]
    exact = tuple(value for value in offered if suits(value, wanted))
    shades = tuple(value for value in offered if related(value, wanted))
    return exact or shades, _as_written(text, wanted.said)


def _as_written(text: str, folded: str) -> str:
    """A colour in the shopper's own spelling."""
    return " ".join(term for term in terms(text) if set(words(term)) & set(folded.split())) or folded


def _same_size(value: str, said: str) -> bool:
    one, other = (re.sub(r"\s*[-–/]\s*", "-", text.upper().replace(",", ".").strip()) for text in (value, said))
    if other in (one, one.partition(" ")[0]) or one in (f"EU {other}", f"GR. {other}"):
        return True
    span = _RANGE.match(one)
    return bool(span and re.fullmatch(r"\d+(?:\.\d)?", other) and float(span[1]) <= float(other) <= float(span[2]))


def _begins(value: str, said: str) -> bool:
    """Whether a text names the first part of a long value: `e-bike` of `e-bike, 6-12 V DC`."""
    head, comma, _ = value.partition(",")
    return bool(comma) and re.search(rf"(?<![a-z0-9]){re.escape(_plain(head))}(?![a-z0-9])", said) is not None


def _spans(value: str, measured: float) -> bool:
    """Whether a size such as `XS (46-50 cm)` is made for what was measured."""
    span = _SPAN.search(value)
    return bool(span and float(span[1].replace(",", ".")) <= measured <= float(span[2].replace(",", ".")))


def _plain(text: str) -> str:
    return re.sub(r"(?<=\d)\s+(?=[a-z])", "", re.sub(r"\s*[–/-]\s*", "-", fold(text)))


def _asked(matching: list[Variant], wanted: dict[str, tuple[str, ...]]) -> str:
    if len(matching) == 1:
        return matching[0].label
    return ", ".join(fitting[0] for fitting in wanted.values())


def _nearest(detail: Detail, wanted: dict[str, tuple[str, ...]]) -> tuple[Variant, ...]:
    """In stock: the same size in another colour first, then the same colour in the sizes nearest by."""
    there = [each for each in detail.variants if each.available]
    order = {key: values(detail, key) for key in wanted}

    def distance(variant: Variant) -> tuple[int, int]:
        changed = [key for key, fitting in wanted.items() if variant.option(key) not in fitting]
        colour = sum("colo" in fold(key) for key in changed)
        steps = sum(
            abs(order[key].index(variant.option(key)) - order[key].index(wanted[key][0]))
            for key in changed
            if variant.option(key)
        )
        return len(changed) * 10 - colour, steps

    return tuple(sorted(there, key=distance)[:MOST_NAMED])
