"""JSON objects that name things in their own way, made by a mapping into the raw data that our own feeds have."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from catalog_ingest.columns import Meaning, Pattern, patterns, told
from catalog_ingest.fields import LONGEST_FACT
from tresen.kit.errors import Unprocessable

_FACTS = {"option": "options", "attribute": "attributes", "detail": "details"}
_NOTHING = object()
_OF_A_VARIANT = ("sku", "price", "currency", "stock", "image", "options")

Object = Mapping[str, Any]


@dataclass(frozen=True)
class Names:
    """Which name of an object means what; a name with dots also leads into objects, `offer.price`."""

    told: Mapping[str, Meaning]
    patterns: tuple[Pattern, ...]

    @property
    def groups(self) -> bool:
        """Whether several objects may be one product."""
        return any(meaning.name == "parent" for meaning in self.told.values())

    def parent(self, found: Object) -> str:
        """The product that an object belongs to; "" when it says none."""
        value = next((_at(found, name) for name, meaning in self.told.items() if meaning.name == "parent"), None)
        return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""

    def missing(self, objects: Iterable[Object]) -> list[str]:
        """The names that no object has, none if there is no object; they are read no further than needed."""
        left, spread = set(self.told), set(self.patterns)
        found: Object | None = None
        for found in objects:
            left = {name for name in left if _at(found, name) is _NOTHING}
            spread = {pattern for pattern in spread if not any(map(pattern.fits, found))}
            if not left and not spread:
                break
        if found is None:
            return []
        return [*(name for name in self.told if name in left), *(each.told for each in self.patterns if each in spread)]

    def meant(self, found: Object) -> Iterator[tuple[Meaning, Any]]:
        """What the mapped names of an object say; names told outright come first."""
        for name, meaning in self.told.items():
            if (value := _at(found, name)) is not _NOTHING:
                yield meaning, value
        for name, value in found.items():
            if name not in self.told:
                fitting = (pattern.fits(name) for pattern in self.patterns)
                yield from ((fact, value) for fact in fitting if fact)

    @cached_property
    def _opened(self) -> frozenset[str]:
        """The objects that names with dots lead into."""
        return frozenset(name[:at] for name in self.told for at, sign in enumerate(name) if sign == ".")

    def uses(self, name: str) -> bool:
        return name in self.told or name in self._opened or any(pattern.fits(name) for pattern in self.patterns)


def names_of(mapping: Mapping[str, str]) -> Names:
    """The mapping, our field -> their name, turned round.

    Raises:
        Unprocessable: it names a field that there is not.
    """
    plain = {field: name for field, name in mapping.items() if not field.endswith(":*")}
    return Names({name: told(field) for field, name in plain.items()}, patterns(mapping))


def refuse_missing(names: Names, objects: Iterable[Object]) -> None:
    """A mapped name that is nowhere would lose prices without a word.

    Raises:
        Unprocessable: the feed has no such name.
    """
    if missing := names.missing(objects):
        raise Unprocessable(
            f"No object of the feed has {', '.join(map(repr, missing))}.",
            code="bad_mapping",
            hint="name fields as the feed has them; a.b is the field b inside of a",
        )


def product_of(found: Object, names: Names) -> dict[str, Any]:
    """One object as our own raw data; what is not mapped keeps its own name."""
    data: dict[str, Any] = {name: value for name, value in found.items() if not names.uses(name)}
    for meaning, value in names.meant(found):
        if meaning.name in _FACTS:
            long = meaning.name == "attribute" and isinstance(value, str) and len(value) > LONGEST_FACT
            facts = data.setdefault("details" if long else _FACTS[meaning.name], {})
            if isinstance(facts, dict):
                _put(facts, meaning.key, meaning.locale, value)
        else:
            _put(data, meaning.name, meaning.locale, value)
    data.pop("parent", None)
    if isinstance(data.get("goes_well_with"), str):
        data["goes_well_with"] = [each.strip() for each in re.split(r"[|,;]", data["goes_well_with"]) if each.strip()]
    if "rating_count" in data:
        data["rating"] = {"value": data.pop("rating", None), "count": data.pop("rating_count")}
    return data


def family_of(key: str, objects: Sequence[Object], names: Names) -> dict[str, Any]:
    """Several objects as one product; one without a parent among those that have it is the product itself."""
    parts = [product_of(each, names) for each in objects]
    whole: dict[str, Any] = {}
    for part in parts:
        whole = part | whole
    variants = [part for each, part in zip(objects, parts, strict=True) if names.parent(each)] or parts
    shared = {name: value for name, value in whole.items() if name not in (*_OF_A_VARIANT, "id") or name == "image"}
    return shared | {"id": key, "variants": [_variant(part) for part in variants]}


def _variant(part: dict[str, Any]) -> dict[str, Any]:
    return {"sku": part.get("id")} | {name: part[name] for name in _OF_A_VARIANT if name in part}


def _put(facts: dict[str, Any], name: str, locale: str, value: Any) -> None:
    if not locale:
        facts[name] = value
        return
    texts = facts.get(name)
    facts[name] = {**(texts if isinstance(texts, dict) else {}), locale: value}


def _at(found: Object, name: str) -> Any:
    """The value under a name, or at the end of a path of names; `_NOTHING` when there is none."""
    if name in found:
        return found[name]
    value: Any = found
    for step in name.split("."):
        value = value.get(step, _NOTHING) if isinstance(value, Mapping) else _NOTHING
    return value
